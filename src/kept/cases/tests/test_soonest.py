"""What is due next, named by the index of who sees what: the same pages as sorting everything."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from kept.cases.factories import make_case
from kept.cases.lists import CaseList
from kept.cases.models import Case, CaseStatus
from kept.kit import clock
from kept.kit.lists import first_page, nearest
from kept.kit.lists.pager import fetch
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Grant, Unit, User
from kept.timeline import sight
from kept.timeline.models import Thread
from kept.timeline.soonest import SoonestDue

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """Two branches; a clerk who sees one of them, and cases of the other handed to them."""
    company = make_company("HN", "Huaning")
    here, there = (make_unit(company, code, kind="branch") for code in ("HN-A", "HN-B"))
    clerk, other = make_user(here, "wang", "clerk"), make_user(there, "li", "clerk")
    chance, now = random.Random(3), clock.now()
    for number in range(46):
        case = make_case(clerk if number % 3 else other)
        thread = Thread.objects.get(pk=case.thread_id)
        if number % 6 == 0:
            sight.add_sight(thread, [clerk.scope_id])
        minutes = chance.choice([None, -60, -60, 0, 5, 5, 5, 30, *range(100, 110)])
        thread.next_due_at = None if minutes is None else now + timedelta(minutes=minutes)
        thread.is_open = number % 7 != 0
        thread.save()
        sight.sync(thread)
        if not thread.is_open:
            Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED)
    return clerk


def pages(clerk, address: str, *, with_index: bool) -> list[list[str]]:
    """All pages down, then all pages up again."""
    request = RequestFactory().get(f"/cases/{address}")
    request.user = clerk
    page = CaseList()
    page.setup(request)
    rows, keys = page.in_order()
    near = page.near()
    assert near is not None
    reading = {"size": 7, "near": near if with_index else None}
    found = [fetch(rows, keys, **reading)]
    while found[-1].next:
        found.append(fetch(rows, keys, after=found[-1].next, **reading))
    while found[-1].previous:
        found.append(fetch(rows, keys, before=found[-1].previous, **reading))
    return [[case.number for case in one.rows] for one in found]


@pytest.mark.parametrize("spare", [0, 1, 10])
@pytest.mark.parametrize(
    "address", ["", "?order=-due", "?status=open", "?status=open&owner={other}", "?queue=no"]
)
def test_the_pages_are_those_of_sorting_everything(house, address, spare, monkeypatch):
    monkeypatch.setattr(nearest, "SPARE", spare)
    monkeypatch.setattr(nearest, "AGAIN", 2)
    other = Case.objects.exclude(owner=house).first().owner_id
    address = address.format(other=other)
    if "queue" in address:
        address += "&status=open"
    named = pages(house, address, with_index=True)
    assert named == pages(house, address, with_index=False)
    assert len(named) > 1 or "owner" in address
    assert any(named)


def first(reader, address: str = "") -> tuple[list[str], list[str]]:
    """The first page by the statement written once for all readers, and by a queryset."""
    page = CaseList()
    request = RequestFactory().get(f"/cases/{address}")
    request.user = reader
    page.setup(request)
    rows, keys = page.in_order()
    found = page.first_rows(8)
    assert found is not None and found[1] == keys
    columns = page.first_rows(8, "number", "owner__name")
    assert [(row["number"], row["owner__name"]) for row in columns[0]] == [
        (case.number, case.owner and case.owner.name) for case in found[0]
    ]
    usual = fetch(rows, keys, size=8).rows
    return [case.number for case in found[0]], [case.number for case in usual]


@pytest.mark.parametrize("spare", [0, 10])
def test_the_first_page_is_written_once_and_is_everybodys_own(house, spare, monkeypatch):
    monkeypatch.setattr(nearest, "SPARE", spare)
    monkeypatch.setattr(first_page, "_kept", {})
    there, lead = User.objects.get(username="li"), make_user(house.unit.company, "lead", "lead")
    stranger = make_user(make_company("OT", "Other"), "stranger", "clerk")
    seen = {}
    for address in ("", "?status=open", "?status=waiting&status=solved"):
        for reader in (house, there, lead, stranger):
            seen[reader, address], usual = first(reader, address)
            assert seen[reader, address] == usual
    assert not seen[stranger, ""] and seen[house, ""] != seen[there, ""] != seen[lead, ""]
    assert len(first_page._kept) == 6  # three conditions, as rows and as columns
    monkeypatch.setattr(CaseList, "rows_of", lambda *asked: pytest.fail("written again"))
    with CaptureQueriesContext(connection) as asked:
        page = CaseList()
        page.setup(RequestFactory().get("/cases/"))
        page.request.user = there
        assert [case.number for case in page.first_rows(8)[0]] == seen[there, ""]
    assert len(asked) <= 1 + 2 * len(there.sight(Case.see_right))


def test_the_first_page_follows_what_changes(house):
    before, _usual = first(house)
    case = Case.objects.get(number=before[0])
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED)
    after, usual = first(house)
    assert before[0] not in after and after == usual
    Grant.objects.filter(user=house).delete()
    reader = User.objects.get(pk=house.pk)
    found, usual = first(reader)
    assert found == usual and set(found) < set(before) | set(after)


@pytest.mark.parametrize("address", ["?order=-due", "?order=newest", "?owner={other}", "?all=1"])
def test_other_pages_are_read_as_ever(house, address):
    other = Case.objects.exclude(owner=house).first().owner_id
    page = CaseList()
    request = RequestFactory().get(f"/cases/{address.format(other=other)}")
    request.user = house
    page.setup(request)
    assert page.first_rows(8) is None


def test_closed_cases_are_looked_for_everywhere(house):
    request = RequestFactory().get("/cases/?status=closed&status=open")
    request.user = house
    page = CaseList()
    page.setup(request)
    assert page.near() is None


def test_the_rows_are_few_however_many_there_are(house):
    """Nothing but the index and the rows named by it is read for a page."""
    request = RequestFactory().get("/cases/")
    request.user = house
    page = CaseList()
    page.setup(request)
    rows, _keys = page.in_order()
    near = page.near()
    for named in (near.first(5), near.valued(None, False, 5)):
        assert rows.filter(named.among).count() == 5
        assert not named.is_all


def test_what_comes_behind_is_known_for_one_scope_and_for_several(house):
    """Nothing is taken for all there is while one scope, or all together, may hold more."""
    other = Unit.objects.get(code="HN-B")
    counts = {
        scope: Thread.objects.filter(sights__scope=scope, is_open=True, kind="case").count()
        for scope in (house.unit.scope_id, other.scope_id)
    }
    both = SoonestDue(counts, "case")
    for scope, count in counts.items():
        alone = SoonestDue([scope], "case")
        assert not alone.first(count).is_all and alone.first(count + 1).is_all
    largest, total = max(counts.values()), sum(counts.values())
    assert largest + 1 < total
    assert not both.first(largest + 1).is_all and both.first(total).is_all
