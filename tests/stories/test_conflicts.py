"""Where the five companies contradict each other, each has its own way (C01, C02, C11, C20).

Every difference is proven by doing the same thing in each of them and looking at the clock.
"""

from datetime import timedelta

import pytest

from kept.cases.actions import (
    call_back,
    promise_call_back,
)
from kept.cases.factories import make_case
from kept.cases.models import CaseKind, Route
from kept.kit import clock
from kept.kit.packs import PACKS
from kept.parties.factories import make_account
from kept.parties.quiet import may_contact
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.promises.models import Promise, PromiseKind
from kept.promises.sweep import sweep
from tests.stories.cast import moment

pytestmark = pytest.mark.django_db
#: A Friday afternoon, and one before a short month.
FRIDAY = "2026-05-15 16:40"
JANUARY = "2026-01-31 10:00"
END_OF_DAY = "23:59:59.999999"


def clerk_of(pack: str):
    company = make_company(f"{pack[:2].upper()}-C", f"The {pack} company", pack=pack)
    return make_user(company, f"clerk-{pack}", "clerk", "lead", name=f"Clerk of {pack}")


def due(case, kind: PromiseKind):
    promise = Promise.objects.filter(about=case.thread_id, kind=kind).first()
    return promise and promise.due_at


def last_moment(day: str):
    return moment(f"{day} {END_OF_DAY[:5]}").replace(second=59, microsecond=999_999)


@pytest.mark.parametrize(
    ("pack", "kind", "route", "expected"),
    [
        ("handset", CaseKind.SERVICE, Route.PHONE, moment("2026-05-18 16:40")),
        ("handset", CaseKind.COMPLAINT, Route.PHONE, moment("2026-05-18 16:40")),
        ("software", CaseKind.SERVICE, Route.PHONE, None),
        ("software", CaseKind.SERVICE, Route.MAIL, moment("2026-05-16 16:40")),
        ("software", CaseKind.CRITICISM, Route.FORUM, moment("2026-05-16 16:40")),
        ("equipment", CaseKind.SERVICE, Route.PHONE, moment("2026-05-16 16:40")),
        ("equipment", CaseKind.COMPLAINT, Route.LETTER, moment("2026-05-16 16:40")),
        ("wallcovering", CaseKind.SERVICE, Route.PHONE, last_moment("2026-05-15")),
        ("wallcovering", CaseKind.COMPLAINT, Route.FAX, last_moment("2026-05-15")),
        ("lubricant", CaseKind.SERVICE, Route.PHONE, moment("2026-05-15 20:40")),
        ("lubricant", CaseKind.COMPLAINT, Route.PHONE, moment("2026-05-16 16:40")),
    ],
)
def test_first_reply_is_due_as_each_company_promises(pack, kind, route, expected) -> None:
    """C01: an hour to call back · a day by the clock · at once · four hours or a day · timely."""
    with clock.at(moment(FRIDAY)):
        case = make_case(clerk_of(pack), route=route, case_kind=kind)
    assert due(case, PromiseKind.REPLY) == expected


def test_who_cannot_answer_on_the_phone_calls_back_within_an_hour() -> None:
    """C01: the software company promises a time, normally within an hour (S1.52)."""
    with clock.at(moment(FRIDAY)):
        clerk = clerk_of("software")
        case = make_case(clerk)
        promise_call_back(case, by=clerk, phone="13800138000", due_at=moment("2026-05-15 17:40"))
    assert due(case, PromiseKind.CALL_BACK) == moment("2026-05-15 17:40")


def test_received_on_a_day_off_is_accepted_on_the_next_working_day() -> None:
    """C01: "at once" is the same working day (S3.33); Saturday's complaint waits for Monday."""
    with clock.at(moment("2026-05-16 10:00")):
        case = make_case(clerk_of("wallcovering"), case_kind=CaseKind.COMPLAINT)
    assert due(case, PromiseKind.REPLY) == last_moment("2026-05-18")


@pytest.mark.parametrize("pack", PACKS)
def test_only_quality_complaints_of_the_lubricant_maker_have_a_term_for_solving(pack) -> None:
    """C02: a month by rule · elsewhere the time is said, agreed or set by the customer."""
    with clock.at(moment(FRIDAY)):
        clerk = clerk_of(pack)
        complaint = make_case(clerk, case_kind=CaseKind.COMPLAINT)
        service = make_case(clerk)
    expected = moment(FRIDAY.replace("05-15", "06-15")) if pack == "lubricant" else None
    assert due(complaint, PromiseKind.SOLVE) == expected
    assert due(service, PromiseKind.SOLVE) is None


def test_a_month_keeps_its_day_number_clipped_to_the_months_end() -> None:
    """C20: from 31 January a month ends on 28 February, at the same hour (S4.24)."""
    with clock.at(moment(JANUARY)):
        case = make_case(clerk_of("lubricant"), case_kind=CaseKind.COMPLAINT)
    due_at = moment("2026-02-28 10:00")
    assert due(case, PromiseKind.SOLVE) == due_at
    with clock.at(due_at):
        sweep()
        assert not case.thread.promises.get(kind=PromiseKind.SOLVE).breached_at
    with clock.at(due_at + timedelta(seconds=1)):
        sweep()
        assert case.thread.promises.get(kind=PromiseKind.SOLVE).breached_at


@pytest.mark.parametrize(
    ("pack", "expected"),
    [
        ("equipment", moment("2026-02-15 16:00")),
        ("handset", moment("2026-02-24 16:00")),
        ("lubricant", moment("2026-02-14 20:00")),
    ],
)
def test_hours_run_by_the_clock_or_stand_still_over_the_spring_festival(pack, expected) -> None:
    """C20: 24 hours are 24 hours; a working day waits until the holidays are over. The Saturday
    before them is worked, so two hours of it count.
    """
    with clock.at(moment("2026-02-14 16:00")):
        case = make_case(clerk_of(pack))
    assert due(case, PromiseKind.REPLY) == expected


@pytest.mark.parametrize("pack", PACKS)
def test_only_the_wall_covering_maker_keeps_dealers_rest_time(pack) -> None:
    """C11: 12:00-14:00 and 20:00-09:00 for dealers; a hotline day and night has none."""
    branch = make_unit(clerk_of(pack).unit, "BR", "Branch", UnitKind.BRANCH)
    account = make_account(branch, "Hongyu")
    night, noon, work = (
        may_contact(account, moment(f"2026-05-15 {at}")) for at in ("23:00", "12:30", "10:00")
    )
    is_quiet = pack == "wallcovering"
    assert (bool(night), bool(noon), bool(work)) == (not is_quiet, not is_quiet, True)


@pytest.mark.req("S3.21", part="quiet hours never hold back what was promised")
def test_a_promised_call_back_goes_out_in_rest_time_all_the_same() -> None:
    """C11: half past twelve is rest time; the call-back promised for then is made and kept."""
    clerk = clerk_of("wallcovering")
    account = make_account(clerk.unit, "Hongyu")
    with clock.at(moment("2026-05-18 12:10")):
        assert not may_contact(account)
        case = make_case(clerk, account=account)
        promise_call_back(case, by=clerk, phone="13800138000", due_at=moment("2026-05-18 12:40"))
    with clock.at(moment("2026-05-18 12:30")):
        call_back(case, by=clerk, reached=True, told="Shipped today")
    promise = case.thread.promises.get(kind=PromiseKind.CALL_BACK)
    assert promise.state == "kept" and promise.due_at == moment("2026-05-18 12:40")
