"""The promise ledger: figures that equal a slow recount and lead to exactly their rows."""

import csv
import random
import re
from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kept.cases.actions import promise_customer, reply
from kept.cases.factories import make_case
from kept.kit import clock
from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.parties.factories import make_account, make_station
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.promises import clockwork
from kept.promises.actions import (
    agree_time,
    excuse_promise,
    hand_promise,
    keep_promise,
    pause_promise,
    reopen_promise,
    resume_promise,
    withdraw_promise,
)
from kept.promises.figures import share_of
from kept.promises.folding import events_of, fold
from kept.promises.models import Promise, PromiseKind, PromiseRule
from kept.promises.periods import steps_of, usual_period
from kept.promises.sweep import sweep
from tests.stories.cast import moment, promise_of

pytestmark = pytest.mark.django_db
START = moment("2026-06-01 09:00")
SHANGHAI = ZoneInfo("Asia/Shanghai")
LEDGER = "/promises/ledger/"
COUNTS = ("made", "in_time", "late", "broken", "excused", "withdrawn", "open")


@pytest.fixture
def house():
    company = make_company("YQ", "Yunqi", pack="software")
    hotline = make_unit(company, "YQ-HL", "Hotline", UnitKind.HOTLINE)
    branch = make_unit(company, "YQ-GX", "Guangxi", UnitKind.BRANCH)
    lin = make_user(hotline, "lin", "lead", name="Lin")
    mei = make_user(branch, "mei", "lead", name="Mei", phone="13800138001")
    chief = make_user(company, "chief", "lead", name="Chief")
    return company, lin, mei, chief


def wild_history(house, seed: int, days: int) -> None:
    """Days on which promises are made and end in every way there is, by chance."""
    _company, lin, mei, chief = house
    chance = random.Random(seed)
    whom = [
        make_account(mei.unit, "Wang Trading"),
        make_station(mei.unit, "Station One", mei),
        None,
    ]
    for hour in range(0, days * 24, 8):
        with clock.at(START + timedelta(hours=hour, minutes=chance.randrange(60))):
            sweep()
            by = chance.choice([lin, mei])
            case = make_case(by, route=chance.choice(["letter", "phone"]), account=whom[hour % 3])
            due = clock.now() + timedelta(minutes=chance.randrange(5, 6000))
            promise_customer(case, by=by, promised="Something", due_at=due)
            promises = list(Promise.objects.order_by("pk"))
            for promise in chance.sample(promises, min(len(promises), 5)):
                _something_happens(promise, chance, chief)


def _something_happens(promise: Promise, chance: random.Random, chief) -> None:
    """One of the things that may happen; what is refused does not."""
    now = clock.now()
    verbs = [
        lambda: (
            keep_promise(promise, by=chief)
            if promise.kind == PromiseKind.OTHER
            else reply(promise.about.case, by=chief, route="letter", answer="So it is")
        ),
        lambda: pause_promise(promise, by=chief, reason="parts"),
        lambda: resume_promise(promise, by=chief),
        lambda: excuse_promise(promise, by=chief, reason="Storm", reference="26/17"),
        lambda: withdraw_promise(promise, by=chief, reason="Not wanted"),
        lambda: reopen_promise(
            promise, by=chief, how=chance.choice(["resume", "restart", "keep"]), reason="After all"
        ),
        lambda: agree_time(
            promise, by=chief, due_at=now + timedelta(hours=20), agreed_with="W", reason="Asked"
        ),
        lambda: hand_promise(promise, by=chief, person=chief),
    ]
    with suppress(Refused):
        chance.choices(verbs, weights=[6, 2, 2, 1, 1, 1, 1, 1])[0]()


def recounted(promises, key, now):
    """The figures worked out promise by promise, from clock events alone, in plain Python."""
    groups = defaultdict(list)
    for promise in promises:
        groups[key(promise)].append(fold(events_of(promise), promise))
    return {value: _figures(standings, now) for value, standings in groups.items()}


def _figures(standings, now):
    found = dict.fromkeys(COUNTS, 0)
    late = []
    for one in standings:
        name, seconds = _came_out(one, now)
        found[name] += 1
        found["made"] += 1
        if seconds is not None:
            late.append((name, seconds))
    done = [seconds for name, seconds in late if name == "late"]
    found["median"] = round(median(done)) if done else None
    found["worst"] = max((seconds for _name, seconds in late), default=None)
    return found


def _came_out(standing, now):
    late_by = standing.lateness_at(standing.done_at or now)
    seconds = round(late_by.by.total_seconds()) if late_by else None
    if standing.state == clockwork.standing.EXCUSED:
        return "excused", None
    if standing.state == clockwork.standing.CANCELLED:
        return "withdrawn", None
    if standing.done_at:
        return ("late", seconds) if standing.is_late(standing.done_at) else ("in_time", None)
    if standing.ended_at:
        return "broken", None
    return ("broken", seconds) if standing.is_late(now) else ("open", None)


def counted(client, query: str) -> dict[str, dict[str, int | None]]:
    """The rows of the ledger by their words, as the file has them."""
    answer = client.get(f"{LEDGER}?{query}&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    _head, *rows = list(csv.reader(text.splitlines()))
    names = ["share", *COUNTS, "median", "worst"]
    return {
        row[0]: {
            name: (int(value) if value else None)
            for name, value in zip(names, row[1:], strict=True)
            if name != "share"
        }
        for row in rows
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_equal_a_recount_from_the_events(house, client, seed):
    """Defect class 15: over a history of every verb, by chance."""
    company, _lin, _mei, chief = house
    PromiseRule.objects.create(
        kind="solve", name={"en": "Ten days"}, duration="10 calendar_days", unit=company,
        valid_from=START - timedelta(days=1),
    )  # fmt: skip
    wild_history(house, seed, days=28)
    client.force_login(chief)
    now = START + timedelta(days=40)
    with clock.at(now):
        assert [str(one) for one in verify(only="promises").faults] == []
        all_of_them = list(Promise.objects.filter(due_at__isnull=False).select_related("person"))
        assert len({one.state for one in all_of_them}) == 6
        period = "due_from=2026-05-01&due_until=2026-08-30"
        labels = dict(PromiseKind.choices)
        keys = {
            "kind": lambda one: str(labels[one.kind]),
            "unit": lambda one: str(one.unit.name),
            "person": lambda one: one.person.name if one.person else "Nobody in person",
            "month": lambda one: one.due_at.astimezone(SHANGHAI).strftime("%B %Y"),
        }
        for by, key in keys.items():
            found = counted(client, f"by={by}&{period}")
            whole = found.pop("All")
            slow = recounted(all_of_them, key, now)
            some = {words: row for words, row in found.items() if row["made"]}
            assert list(some.values()) and sorted(map(str, some.values())) == sorted(
                map(str, slow.values())
            ), by
            if by != "month":
                assert some == slow
            assert whole == recounted(all_of_them, lambda one: 1, now)[1]


@pytest.mark.req("S2.16", part="every figure of the ledger leads to its rows")
def test_every_figure_leads_to_exactly_its_rows(house, client):
    _company, _lin, _mei, chief = house
    wild_history(house, 3, days=14)
    client.force_login(chief)
    with clock.at(START + timedelta(days=21)):
        for by in ("kind", "rule", "unit", "person", "customer", "station", "week", "month"):
            page = client.get(f"{LEDGER}?by={by}").content.decode()
            found = re.findall(r'<a class="link" href="(/promises/\?[^"]*)">([\d,]+)</a>', page)
            assert len(found) > 3, by
            for address, figure in found:
                assert len(rows_behind(client, unescape(address))) == int(figure), address
        week = client.get(f"{LEDGER}?by=week").content.decode()
        drawn = set(re.findall(r'<a href="(/promises/\?[^"]*)" aria-label="[^"]* of (\d+) ', week))
        assert len(drawn) > 2
        for address, figure in drawn:
            assert len(rows_behind(client, unescape(address))) == int(figure)


def rows_behind(client, address: str) -> list[str]:
    answer = client.get(f"{address}&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return text.splitlines()[1:]


def test_what_is_not_seen_is_not_counted(house, client):
    """Mei sees her branch alone, and somebody without the right sees no ledger."""
    company, lin, mei, chief = house
    with clock.at(START):
        for by in (lin, lin, mei):
            promise_customer(make_case(by), by=by, promised="x", due_at=START + timedelta(hours=1))
        client.force_login(chief)
        assert counted(client, "by=unit")["All"]["made"] == 3
        client.force_login(mei)
        assert set(counted(client, "by=unit")) == {"Guangxi", "All"}
        client.force_login(make_user(company, "guest", "directory"))
        assert client.get(LEDGER).status_code == 403


def test_the_kept_share_is_of_what_fell_due(house, client):
    _company, lin, _mei, chief = house
    with clock.at(START):
        promises = []
        for _n in range(6):
            case = make_case(lin)
            promise_customer(case, by=lin, promised="x", due_at=START + timedelta(hours=1))
            promises.append(promise_of(case, PromiseKind.OTHER))
        kept, late, excused, withdrawn, _broken, far = promises
        keep_promise(kept, by=lin)
        excuse_promise(excused, by=chief, reason="Storm", reference="26/17")
        withdraw_promise(withdrawn, by=chief, reason="x")
        agree_time(
            far, by=lin, due_at=START + timedelta(days=2), agreed_with="Wang", reason="Asked"
        )
    with clock.at(START + timedelta(hours=2, minutes=5)):
        keep_promise(late, by=lin)
    client.force_login(chief)
    with clock.at(START + timedelta(hours=4)):
        row = counted(client, "by=kind")["All"]
        assert row == {
            "made": 6, "in_time": 1, "late": 1, "broken": 1, "excused": 1, "withdrawn": 1,
            "open": 1, "median": 3900, "worst": 10800,
        }  # fmt: skip
        page = client.get(LEDGER).content.decode()
        assert "33.3 %" in page and "1 of 3 that fell due" in page
        assert "kept in time ÷ what fell due" in page
        chinese = client.get(LEDGER, headers={"Accept-Language": "zh-hans"})
        assert chinese.status_code == 200


def test_rounding_never_says_all_was_kept():
    assert share_of(1999, 2000) == Decimal("99.9") and share_of(2000, 2000) == Decimal("100.0")
    assert share_of(0, 0) is None and share_of(2, 3) == Decimal("66.7")


def test_it_is_few_statements_whatever_it_counts(house, client):
    _company, lin, _mei, chief = house
    client.force_login(chief)
    counts = []
    with clock.at(START):
        for batch in range(2):
            for _n in range(1 + 12 * batch):
                promise_customer(
                    make_case(lin), by=lin, promised="x", due_at=START + timedelta(hours=1)
                )
            with CaptureQueriesContext(
                connection,
            ) as caught:
                client.get(f"{LEDGER}?by=person")
            counts.append(len(caught))
    assert counts[0] == counts[1] and counts[1] < 26, counts


def test_paper_and_files_and_picture(house, client):
    _company, _lin, _mei, chief = house
    wild_history(house, 4, days=8)
    client.force_login(chief)
    with clock.at(START + timedelta(days=21)):
        paper = client.get(f"{LEDGER}?by=unit&format=print").content.decode()
        assert "<svg" in paper and "Hotline" in paper and "<a href" not in paper.split("<main")[1]
        book = client.get(f"{LEDGER}?by=unit&format=xlsx")
        assert b"".join(book.streaming_content).startswith(b"PK")
        page = client.get(LEDGER).content.decode()
        assert page.count('<svg class="trend"') == 2 and " style=" not in page


@pytest.mark.parametrize(
    "query",
    [
        "by=nonsense", "due_from=2026-13-45", "due_from=1066-01-01", "unit=99999999", "unit=x",
        "due_from=2026-06-10&due_until=2026-06-01", "to=%00", "rule=null", "person=null",
        "due_from=1900-01-01&due_until=2199-12-31&by=week", "outcome=nonsense", "kind=x",
        "due_until=2026-06-30", "due_from=2026-06-01", "format=nonsense", "q=" + "x" * 500,
    ],
)  # fmt: skip
def test_nothing_in_the_address_breaks_it(house, client, query):
    client.force_login(house[3])
    with clock.at(START):
        promise_customer(make_case(house[1]), by=house[1], promised="x",
                         due_at=START + timedelta(hours=1))  # fmt: skip
        for form in ("", "&format=csv", "&format=print"):
            assert client.get(f"{LEDGER}?{query}{form}").status_code == 200


def test_steps_cover_a_period_without_gap_or_overlap():
    for first, last in ((date(2026, 1, 1), date(2026, 12, 31)), (date(2024, 2, 29),) * 2):
        for kind in ("week", "month", "year"):
            steps = steps_of(first, last, kind)
            assert (steps[0].first, steps[-1].last) == (first, last)
            for one, after in pairwise(steps):
                assert one.last + timedelta(days=1) == after.first
    assert len(steps_of(date(1990, 1, 1), date(2026, 12, 31), "week")) == 37
    assert usual_period(date(2026, 6, 3)) == (date(2026, 3, 16), date(2026, 6, 7))


def test_weeks_begin_where_the_reader_is(house, client):
    """Defect class 9: Sunday 23:30 and Monday 00:30 in Shanghai are two weeks."""
    _company, lin, _mei, chief = house
    client.force_login(chief)
    with clock.at(START):
        for due in (moment("2026-06-07 23:30"), moment("2026-06-08 00:30")):
            promise_customer(make_case(lin), by=lin, promised="x", due_at=due)
        found = counted(client, "by=week&due_from=2026-06-01&due_until=2026-06-14")
        assert [row["made"] for row in found.values()] == [1, 1, 2]
    with translation.override("en"), refused("S2.16", field="files"):
        excuse_promise(Promise.objects.latest("pk"), by=chief, reason="x")
