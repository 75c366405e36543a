"""Statements written once for all readers find for each what they see, and no more."""

import pytest
from django.apps import apps
from django.db.models import BigAutoField

from kept.cases.factories import make_case
from kept.cases.models import Case
from kept.kit.pages import find_or_none
from kept.kit.prepared import Given
from kept.kit.seen import AnyReader, Seen, SomeScopes
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Role, User
from kept.timeline.models.thread import ThreadedQuerySet

SEEN = [model for model in apps.get_models() if hasattr(model._default_manager, "visible_to")]
KEY = Given("key", BigAutoField())


def _by_key(model):
    return Seen(lambda reader, key: model.objects.visible_to(reader).filter(pk=key), key=KEY)


@pytest.mark.parametrize("model", SEEN, ids=lambda model: model.__name__)
def test_only_sight_by_scopes_is_written_for_all_readers(model):
    """Any other condition may depend on the reader or the hour: it is asked anew each time."""
    is_plain = type(model.objects.all()).visible_to is ThreadedQuerySet.visible_to
    assert _by_key(model).is_for_all == is_plain


@pytest.mark.django_db
def test_each_reader_sees_their_own():
    company = make_company("HN", "Huaning")
    here, there = (make_unit(company, code, kind="branch") for code in ("HN-A", "HN-B"))
    mine, theirs = make_user(here, "wang", "clerk"), make_user(there, "li", "clerk")
    stranger = make_user(make_company("OT", "Other"), "zhao", "clerk")
    case, rows = make_case(mine), _by_key(Case)
    assert [bool(rows.rows(who, key=case.pk)) for who in (mine, theirs, stranger)] == [1, 0, 0]
    assert rows.rows(User.objects.system(), key=case.pk) == [case]
    for who in (mine, theirs, stranger):
        found = find_or_none(Case, case.number, who)
        assert (found == case) == (who == mine)
        assert find_or_none(Case, f"{case.number}\0", who) is None


@pytest.mark.django_db
def test_a_right_taken_away_hides_at_once():
    clerk = make_user(make_company("HN", "Huaning"), "wang", "clerk")
    case, rows = make_case(clerk), _by_key(Case)
    assert rows.rows(clerk, key=case.pk) == [case]
    for role in Role.objects.all():
        role.rights = [right for right in role.rights if right != Case.see_right]
        role.save()
    case.thread.sights.filter(scope=clerk.scope_id).delete()
    assert rows.rows(User.objects.get(pk=clerk.pk), key=case.pk) == []


def test_who_asks_more_of_a_stand_in_is_told():
    scopes = AnyReader().sight("cases.see")
    assert isinstance(scopes, SomeScopes)
    for asks in (list, bool, len, set):
        with pytest.raises(TypeError):
            asks(scopes)
    with pytest.raises(AttributeError):
        AnyReader().company_ids  # noqa: B018
