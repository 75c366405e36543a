"""Nobody finds what they may not see."""

import pytest

from kept.kit import clock
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Grant, Role
from kept.search import index, queries
from kept.search.queries import find, find_in, suggest, suggest_in
from kept.timeline.models import Sight
from kept.timeline.sight import open_thread

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.02", part="search")]

EVERYTHING = {
    "title": "漏油", "names": ["张伟"], "codes": ["13800138000"], "texts": ["换泵"],
}  # fmt: skip
TYPED = ["漏油", "漏", "张伟", "zw", "zhangwei", "13800138000", "138", "换泵", "漏油 换泵"]


@pytest.fixture(autouse=True, params=["few threads", "many threads"])
def narrow(request, monkeypatch):
    """The two ways to ask: whoever sees few threads has them listed first."""
    if request.param == "many threads":
        monkeypatch.setattr("kept.search.rows.NARROW", -1)
        monkeypatch.setattr("kept.search.rows.LISTED", -1)


@pytest.mark.parametrize("typed", TYPED)
def test_another_scope_finds_nothing(put, ours, theirs, typed):
    thread = put(**EVERYTHING)
    assert [hit.thread_id for hit in find_in({"case": [ours.pk]}, typed)] == [thread]
    assert find_in({"case": [theirs.pk]}, typed) == []
    assert suggest_in({"case": [theirs.pk]}, typed) == []


def test_a_kind_is_seen_through_its_own_scopes(put, ours, theirs):
    case, account = put("漏油"), put("漏油", kind="account")
    seen = {"case": [ours.pk], "account": [theirs.pk]}
    assert [hit.thread_id for hit in find_in(seen, "漏油")] == [case]
    assert [hit.thread_id for hit in find_in({"account": [ours.pk]}, "漏油")] == [account]
    both = {"case": [ours.pk, theirs.pk], "account": [ours.pk]}
    assert [hit.thread_id for hit in find_in(both, "漏油")] == [account, case]


@pytest.mark.parametrize("seen", [{}, {"case": []}])
def test_no_scope_no_hit(put, seen):
    put("漏油")
    assert find_in(seen, "漏油") == suggest_in(seen, "漏油") == []


def test_hits_out_of_sight_do_not_crowd_out_those_in_sight(put, theirs, found, monkeypatch):
    monkeypatch.setattr("kept.search.rows.CHUNK", 5)
    thread = put("漏油")
    for _ in range(12):
        put("漏油", scope=theirs)
    assert found("漏油") == [thread]


def test_sight_counts_at_the_time_of_asking(put, theirs):
    thread = put("漏油")
    Sight.objects.create(thread_id=thread, scope=theirs, kind="case")
    assert [hit.thread_id for hit in find_in({"case": [theirs.pk]}, "漏油")] == [thread]
    Sight.objects.filter(thread=thread, scope=theirs).delete()
    assert find_in({"case": [theirs.pk]}, "漏油") == []


def test_words_for_own_staff_are_kept_from_others(put, ours):
    put("漏油", texts=["换泵"], inside=["客户难缠"])
    seen = {"case": [ours.pk]}
    assert len(find_in(seen, "漏油 难缠")) == 1
    for typed in ("难缠", "漏油 难缠", "换泵 难缠"):
        assert find_in(seen, typed, inside=False) == []
    (hit,) = find_in(seen, "漏油", inside=False)
    assert "难缠" not in str(hit.excerpt)


@pytest.fixture
def branches():
    """Two branches of one company with a case each, and one person who sees only the first."""
    kind, right = next(iter(sorted(queries._rights_by_kind().items())))
    company = make_company()
    first, second = make_unit(company, "B1"), make_unit(company, "B2")
    threads = [open_thread(kind=kind, unit=unit, title="漏油") for unit in (first, second)]
    for thread in threads:
        index.put(thread.pk, kind=kind, title="漏油", inside=["内部"])
    role = Role.objects.create(company=company, code="reader", name={"en": "R"}, rights=[right])
    person = make_user(first, "li")
    Grant.objects.create(user=person, role=role, scope=first.scope, since=clock.now())
    return kind, threads, type(person).objects.get(pk=person.pk)


def test_a_person_finds_what_their_right_shows_them(branches):
    kind, (ours, _theirs), person = branches
    assert [hit.thread_id for hit in find(person, "漏油")] == [ours.pk]
    assert [hit.thread_id for hit in suggest(person, "漏油", [kind])] == [ours.pk]
    assert find(person, "漏油", kinds=["nothing"]) == suggest(person, "漏油", []) == []


def test_the_company_above_sees_both_and_a_person_without_the_right_none(branches):
    _kind, (_ours, theirs), person = branches
    assert find(type(person).objects.system(), "漏油", limit=5)[0].thread_id == theirs.pk
    Grant.objects.all().delete()
    without = type(person).objects.get(pk=person.pk)
    assert find(without, "漏油") == []


def test_a_person_of_no_unit_does_not_find_words_for_own_staff(branches):
    _kind, (ours, _theirs), person = branches
    assert [hit.thread_id for hit in find(person, "内部")] == [ours.pk]
    person.unit = None
    assert find(person, "内部") == []
    assert [hit.thread_id for hit in find(person, "漏油")] == [ours.pk]
