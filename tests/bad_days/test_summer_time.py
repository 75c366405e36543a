"""Bad day: the clocks change. Every hour is one hour long, and every day one of the place it is in.

The rules: a promise counts hours that pass, not hours on the wall. A local time typed into a page
that comes twice or not at all is refused with a sentence; programs say the offset, or are refused.
In an imported table a time that comes twice means its first coming, and one that does not come at
all means the same distance after the change (B8, B9, SX.04).
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from kept.cases.actions import open_case
from kept.cases.factories import make_case
from kept.cases.models import Case, Route
from kept.kit import clock
from kept.kit.importing.kinds import Field, ValueKind
from kept.kit.importing.values import Reading
from kept.people.actions import issue_token
from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises.models import Promise
from kept.promises.sweep import sweep

pytestmark = pytest.mark.django_db
PLACES = {
    #: zone: (gap begins, local times as they are written, offsets before and after)
    "America/New_York": {"gap": "2027-03-14T02:30", "fold": "2026-11-01T01:30", "std": -5},
    "Europe/Paris": {"gap": "2027-03-28T02:30", "fold": "2026-10-25T02:30", "std": 1},
}
ZONES = list(PLACES)
DAY = timedelta(days=1)


@pytest.fixture(params=ZONES)
def place(request: pytest.FixtureRequest) -> SimpleNamespace:
    """An office where the clocks change."""
    zone = request.param
    company = make_company("YQ", "Yunqi Software", pack="software", zone=zone)
    hotline = make_unit(company, "YQ-HL", "Hotline", UnitKind.HOTLINE)
    lin = give(make_user(hotline, "lin", "clerk"), "lead", company)
    return SimpleNamespace(zone=ZoneInfo(zone), hotline=hotline, lin=lin, **PLACES[zone])


def wall(place: SimpleNamespace, text: str, fold: int = 0) -> datetime:
    """A moment as the clock on the wall there shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=place.zone, fold=fold).astimezone(UTC)


def shown(place: SimpleNamespace, moment: datetime) -> str:
    return moment.astimezone(place.zone).strftime("%Y-%m-%dT%H:%M")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.req("SX.04", part="a promise over the change of the clocks")
def test_a_day_promised_over_the_spring_gap_is_24_hours_long(place) -> None:
    """Noon to noon is 23 hours then: it is due at one o'clock, warned of and broken by that."""
    noon = wall(place, place.gap[:10] + "T12:00") - DAY + timedelta(hours=1)
    with clock.at(noon):
        make_case(place.lin, route=Route.MAIL)
    (promise,) = Promise.objects.filter(kind=Promise.Kind.REPLY)
    assert promise.due_at - promise.started_at == DAY
    assert shown(place, promise.started_at)[11:] == "12:00"
    assert shown(place, promise.due_at)[11:] == "13:00"
    broken_when(promise)


@pytest.mark.req("SX.04", part="a promise over the change of the clocks")
def test_a_day_promised_over_the_autumn_fold_is_24_hours_long(place) -> None:
    noon = wall(place, place.fold[:10] + "T12:00") - DAY - timedelta(hours=1)
    with clock.at(noon):
        make_case(place.lin, route=Route.MAIL)
    (promise,) = Promise.objects.filter(kind=Promise.Kind.REPLY)
    assert promise.due_at - promise.started_at == DAY
    assert shown(place, promise.started_at)[11:] == "12:00"
    assert shown(place, promise.due_at)[11:] == "11:00"
    broken_when(promise)


def broken_when(promise: Promise) -> None:
    """Flagged the moment it is over, and not before."""
    sweep(promise.due_at)
    promise.refresh_from_db()
    assert promise.breached_at is None
    sweep(promise.due_at + timedelta(seconds=1))
    promise.refresh_from_db()
    assert promise.breached_at == promise.due_at


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("which", ["gap", "fold"])
def test_a_page_refuses_a_time_the_wall_shows_never_or_twice(place, which, language) -> None:
    day_before = wall(place, getattr(place, which)) - DAY
    with clock.at(day_before):
        case = make_case(place.lin)
    before = case.thread.length
    place.lin.language = language
    place.lin.save()
    with clock.at(day_before):
        answer = signed_in(place.lin).post(
            f"/cases/{case.number}/promise/",
            {"promised": "We call", "due_at": getattr(place, which)},
        )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert str(place.zone) in text, "the sentence names the zone in which this time is none"
    case.thread.refresh_from_db()
    assert case.thread.length == before


def test_an_hour_earlier_or_later_the_page_takes_it(place) -> None:
    """Right before the gap and right after it: an hour of the wall is no time at all."""
    day_before = wall(place, place.gap) - DAY
    with clock.at(day_before):
        case = make_case(place.lin)
        client = signed_in(place.lin)
        for hour in ("01:59", "03:00"):
            answer = client.post(
                f"/cases/{case.number}/promise/",
                {"promised": hour, "due_at": f"{place.gap[:10]}T{hour}"},
            )
            assert answer.status_code == 302, hour
    first, second = Promise.objects.filter(text__in=("01:59", "03:00")).order_by("due_at")
    assert second.due_at - first.due_at == timedelta(minutes=1)


def test_programs_say_the_offset_and_both_comings_are_told_apart(place) -> None:
    token = issue_token(place.lin, by=User.objects.system(), name="test").fresh_token
    client, moments = Client(headers={"authorization": f"Bearer {token}"}), []
    for count, hours in enumerate((place.std + 1, place.std)):
        received = f"{place.fold}:00{hours:+03d}:00"
        with clock.at(wall(place, place.fold, fold=1) + timedelta(hours=1)):
            answer = client.post(
                "/api/v1/cases",
                {"unit": "YQ-HL", "route": "phone", "summary": "x", "received_at": received},
                content_type="application/json",
                headers={"Idempotency-Key": f"k{count}"},
            )
        assert answer.status_code == 201, answer.content
        moments.append(Case.objects.get(number=answer.json()["ref"]).received_at)
    assert moments[1] - moments[0] == timedelta(hours=1)
    assert shown(place, moments[0]) == shown(place, moments[1]) == place.fold


@pytest.mark.parametrize("which", ["gap", "fold"])
def test_programs_that_say_no_offset_are_refused(place, which) -> None:
    token = issue_token(place.lin, by=User.objects.system(), name="test").fresh_token
    body = {"unit": "YQ-HL", "route": "phone", "summary": "x"}
    answer = Client().post(
        "/api/v1/cases",
        {**body, "received_at": f"{getattr(place, which)}:00"},
        content_type="application/json",
        headers={"authorization": f"Bearer {token}", "Idempotency-Key": "k"},
    )
    assert answer.status_code == 422 and answer.json()["field"].endswith("received_at")
    assert answer.json()["detail"] == "Say in which time zone this moment is."
    assert not Case.objects.exists()


@pytest.mark.req("SX.08", part="“today” is the reader's day")
@pytest.mark.parametrize("change", ["gap", "fold", "plain"])
def test_todays_calls_are_those_of_the_readers_day(place, change: str) -> None:
    """Half past eleven in the evening and half past midnight belong to two days (B9)."""
    day = "2026-12-08" if change == "plain" else getattr(place, change)[:10]
    on = datetime.fromisoformat(day)
    before = (on - DAY).date().isoformat()
    after = (on + DAY).date().isoformat()
    calls = {
        "late yesterday": wall(place, f"{before}T23:30"),
        "early today": wall(place, f"{day}T00:30"),
        "late today": wall(place, f"{day}T23:30"),
        "early tomorrow": wall(place, f"{after}T00:30"),
    }
    for said, moment in calls.items():
        with clock.at(moment + timedelta(minutes=1)):
            make_case(place.lin, caller_name=said, received_at=moment)
    with clock.at(calls["early tomorrow"] + timedelta(hours=1)):
        text = signed_in(place.lin).get(
            f"/register/?happened_from={day}&happened_until={day}&format=csv"
        )
        found = b"".join(text.streaming_content).decode()
    assert {said for said in calls if said in found} == {"early today", "late today"}
    assert f"{day} 23:30" in found, "the file shows the reader's clock, too"


@pytest.mark.req("SX.05", part="numbers by the year of the company's zone")
@pytest.mark.parametrize(
    ("zone", "moment", "year"),
    [
        ("America/New_York", "2027-01-01T04:30:00+00:00", 26),
        ("America/New_York", "2027-01-01T05:00:00+00:00", 27),
        ("Europe/Paris", "2026-12-31T22:59:59+00:00", 26),
        ("Europe/Paris", "2026-12-31T23:00:00+00:00", 27),
        ("Asia/Shanghai", "2026-12-31T16:00:00+00:00", 27),
    ],
)
def test_numbers_bear_the_year_on_the_companys_calendar(zone, moment, year) -> None:
    """Also for a reader whose own wall shows another year."""
    company = make_company("YQ", "Yunqi Software", pack="software", zone=zone)
    lin = make_user(make_unit(company, "YQ-HL", kind=UnitKind.HOTLINE), "lin", "clerk")
    with clock.at(datetime.fromisoformat(moment)), timezone.override("Pacific/Auckland"):
        case = open_case(by=lin, unit=lin.unit, route=Route.PHONE, summary="x")
    assert case.number == f"YQ-C{year}-000001"


def test_each_year_begins_its_own_numbers_at_midnight(place) -> None:
    midnight = wall(place, "2027-01-01T00:00")
    numbers = []
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(seconds=1)):
        with clock.at(moment):
            numbers.append(make_case(place.lin).number)
    assert numbers == ["YQ-C26-000001", "YQ-C27-000001", "YQ-C27-000002"]


@pytest.mark.req("SX.08", part="imported times by a written rule")
def test_an_imported_time_that_comes_twice_is_the_first_and_one_skipped_is_after_it(place) -> None:
    """A table says nothing of offsets: half past two in the gap is half past three."""
    asked = Field("received_at", "Received", kind=ValueKind.MOMENT)
    read = Reading(str(place.zone)).reader(asked)
    twice, never = (read(one.replace("T", " ")).astimezone(UTC) for one in (place.fold, place.gap))
    assert twice == wall(place, place.fold, fold=0)
    assert shown(place, never) == place.gap.replace("02:30", "03:30")
