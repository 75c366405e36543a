"""Models read quickly are what Django would have made of the same row."""

import pytest
from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_init, pre_init

from kept.cases.factories import make_case
from kept.cases.models import Case
from kept.kit.rows import ReadQuickly
from kept.people.factories import make_company, make_user
from kept.people.models import Unit, User

QUICK = [model for model in apps.get_models() if issubclass(model, ReadQuickly)]


@pytest.mark.parametrize("model", QUICK, ids=lambda model: model.__name__)
def test_nothing_waits_for_the_making_of_what_is_read_quickly(model):
    assert model.__init__ in {Model.__init__}
    assert not pre_init.has_listeners(model) and not post_init.has_listeners(model)


@pytest.mark.django_db
def test_a_row_is_what_django_makes_of_it():
    clerk = make_user(make_company("HN", "Huaning"), "lin", "clerk")
    made = make_case(clerk)
    for model, key in ((Case, made.pk), (User, clerk.pk), (Unit, clerk.unit_id)):
        quick = model._base_manager.get(pk=key)
        names = [field.attname for field in model._meta.concrete_fields]
        slow = Model.from_db.__func__(model, "default", names, [vars(quick)[n] for n in names])
        assert {**vars(quick), "_state": 0} == {**vars(slow), "_state": 0}
        assert (quick._state.adding, quick._state.db) == (False, "default")
        assert quick == slow and hash(quick) == hash(slow) and not quick.get_deferred_fields()


@pytest.mark.django_db
def test_what_was_not_read_is_read_when_it_is_asked_for(django_assert_num_queries):
    made = make_case(make_user(make_company("HN", "Huaning"), "lin", "clerk"))
    case = Case.objects.only("number").get(pk=made.pk)
    assert "summary" in case.get_deferred_fields()
    with django_assert_num_queries(1):
        assert case.summary == made.summary
    case.caller_name = "Mei"
    case.save(update_fields=["caller_name"])
    assert Case.objects.get(pk=made.pk).caller_name == "Mei"
