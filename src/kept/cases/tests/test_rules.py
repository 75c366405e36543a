"""Rules change on screen from a day on; what began before keeps its own (SX.19)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kept.cases.factories import make_case
from kept.kit import clock
from kept.kit.refusal import NotAllowed
from kept.kit.testing.refusing import refused
from kept.people.actions import load_policy
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises.models import Calendar, PromiseKind, PromiseRule
from kept.promises.rules.actions import end_rule, set_rule, supersede_rule, take_back_rule
from kept.promises.rules.terms import TimeUnit, open_under
from kept.timeline.models import Entry
from tests.api.caller import Caller, token_of
from tests.stories.cast import moment

pytestmark = pytest.mark.django_db
FRIDAY = moment("2026-05-15 09:00")
MONDAY = date(2026, 5, 18)
TWO_HOURS = {"amount": Decimal(2), "time_unit": TimeUnit.HOURS, "name": {"en": "Within 2 hours"}}


@pytest.fixture
def desk():
    company = make_company("LU", "Runtong Oil", pack="lubricant")
    chief = make_user(company, "chief", "administrator", name="Chief")
    clerk = make_user(company, "lin", "clerk", name="Lin")
    with clock.at(FRIDAY):
        yield company, chief, clerk


def rule_of(company, code="reply") -> PromiseRule:
    return PromiseRule.objects.in_force(company).get(code=code)


def reply_due(case):
    return case.thread.promises.get(kind=PromiseKind.REPLY).due_at


@pytest.mark.req("SX.19")
def test_policy_changes_from_a_date_and_old_cases_keep_their_old_rule(desk) -> None:
    company, chief, clerk = desk
    old = rule_of(company)
    before = make_case(clerk)
    new = supersede_rule(old, by=chief, begins_on=MONDAY, **TWO_HOURS)
    assert new.valid_from == moment("2026-05-18 00:00")
    with clock.at(moment("2026-05-17 23:30")):
        sunday = make_case(clerk)
    with clock.at(moment("2026-05-18 09:00")):
        after = make_case(clerk)
    assert reply_due(before) == FRIDAY + timedelta(hours=4)
    assert reply_due(sunday) == moment("2026-05-18 03:30"), "it began under the old rule"
    assert reply_due(after) == moment("2026-05-18 11:00")
    before.refresh_from_db()
    assert before.thread.promises.get(kind="reply").rule == old
    told = Entry.objects.filter(event="rule.set").latest("pk")
    assert told.by == chief


@pytest.mark.req("SX.19", part="an entry dated back counts by the rule of its time")
def test_a_call_entered_later_counts_by_the_rule_of_its_time(desk) -> None:
    company, chief, clerk = desk
    supersede_rule(rule_of(company), by=chief, begins_on=MONDAY, **TWO_HOURS)
    with clock.at(moment("2026-05-18 09:00")):
        late = make_case(clerk, received_at=moment("2026-05-17 22:00"))
    assert reply_due(late) == moment("2026-05-18 02:00")


def test_a_rule_for_today_holds_at_once(desk) -> None:
    company, chief, clerk = desk
    supersede_rule(rule_of(company), by=chief, begins_on=FRIDAY.date(), **TWO_HOURS)
    assert reply_due(make_case(clerk)) == FRIDAY + timedelta(hours=2)


def test_a_rule_taken_back_before_its_day_never_holds_and_the_old_goes_on(desk) -> None:
    company, chief, clerk = desk
    old = rule_of(company)
    new = supersede_rule(old, by=chief, begins_on=MONDAY, **TWO_HOURS)
    take_back_rule(new, by=chief)
    with clock.at(moment("2026-05-18 09:00")):
        assert reply_due(make_case(clerk)) == moment("2026-05-18 13:00")
        assert rule_of(company) == old
        with refused("SX.19"):
            take_back_rule(new, by=chief)
    old.refresh_from_db()
    assert old.superseded_at is None


def test_only_one_rule_waits_and_one_that_began_is_not_taken_back(desk) -> None:
    company, chief, _clerk = desk
    old = rule_of(company)
    new = supersede_rule(old, by=chief, begins_on=MONDAY, **TWO_HOURS)
    with refused("SX.19"):
        supersede_rule(old, by=chief, begins_on=date(2026, 5, 25), **TWO_HOURS)
    with refused("SX.19"):
        supersede_rule(new, by=chief, begins_on=date(2026, 5, 16), **TWO_HOURS)
    with clock.at(moment("2026-05-18 09:00")), refused("SX.19"):
        take_back_rule(new, by=chief)


@pytest.mark.parametrize(
    ("asked", "field", "rule"),
    [
        ({"begins_on": date(2026, 5, 14)}, "begins_on", "SX.19"),
        ({"time_unit": TimeUnit.WORKING_HOURS}, "calendar", "SX.03"),
        ({"amount": Decimal("1.5"), "time_unit": TimeUnit.CALENDAR_DAYS}, "amount", None),
        ({"amount": Decimal(-1)}, "amount", None),
        ({"amount": Decimal("NaN")}, "amount", None),
        ({"amount": Decimal("1E+99999999")}, "amount", None),
        ({"warn_percent": 100}, "warn_percent", None),
        ({"applies": ["route:pigeon"]}, "applies", None),
        ({"applies": ["colour:red"]}, "applies", None),
        ({"applies": ["kind:complaint"]}, "applies", "SX.19"),
    ],
)
def test_what_cannot_hold_is_refused_and_nothing_changes(desk, asked, field, rule) -> None:
    company, chief, _clerk = desk
    old, rows = rule_of(company), PromiseRule.objects.count()
    with refused(rule, field=field):
        supersede_rule(old, by=chief, **{**TWO_HOURS, "begins_on": MONDAY, **asked})
    old.refresh_from_db()
    assert old.superseded_at is None and PromiseRule.objects.count() == rows


def test_working_time_counts_by_the_calendar_chosen(desk) -> None:
    company, chief, clerk = desk
    office = Calendar.objects.get(unit=company, code="office")
    asked = {**TWO_HOURS, "time_unit": TimeUnit.WORKING_HOURS, "calendar": office}
    supersede_rule(rule_of(company), by=chief, begins_on=MONDAY, **asked)
    with clock.at(moment("2026-05-18 17:00")):
        assert reply_due(make_case(clerk)) == moment("2026-05-19 09:30")


def test_a_branch_promises_more_than_its_company(desk) -> None:
    company, chief, _clerk = desk
    branch = make_unit(company, "LU-B", "Branch", UnitKind.BRANCH)
    wang = make_user(branch, "wang", "clerk", name="Wang")
    made = set_rule(
        by=chief, unit=branch, code="Reply", kind=PromiseKind.REPLY, begins_on=MONDAY, **TWO_HOURS
    )
    assert (made.code, made.unit, made.set_by) == ("reply", branch, chief)
    with clock.at(moment("2026-05-18 09:00")):
        assert reply_due(make_case(wang)) == moment("2026-05-18 11:00")
        with refused("SX.19", field="code"):
            set_rule(
                by=chief,
                unit=branch,
                code="reply",
                kind=PromiseKind.REPLY,
                begins_on=MONDAY,
                applies=["route:fax"],
                **TWO_HOURS,
            )


def test_nobody_sets_rules_above_where_they_stand(desk) -> None:
    company, _chief, clerk = desk
    branch = make_unit(company, "LU-B", "Branch", UnitKind.BRANCH)
    head = make_user(branch, "head", "lead", name="Head")
    with pytest.raises(NotAllowed):
        supersede_rule(rule_of(company), by=head, begins_on=MONDAY, **TWO_HOURS)
    asked = {"code": "own", "kind": PromiseKind.REPLY, "begins_on": MONDAY, **TWO_HOURS}
    with pytest.raises(NotAllowed):
        set_rule(by=head, unit=company, **asked)
    with pytest.raises(NotAllowed):
        set_rule(by=clerk, unit=company, **asked)
    assert set_rule(by=head, unit=branch, **asked).unit == branch


def test_an_ended_rule_promises_nothing_and_what_runs_is_kept(desk) -> None:
    company, chief, clerk = desk
    rule = rule_of(company)
    running = make_case(clerk)
    assert open_under(rule) == 1
    end_rule(rule, by=chief, begins_on=MONDAY)
    with clock.at(moment("2026-05-18 09:00")):
        later = make_case(clerk)
        assert not later.thread.promises.filter(kind=PromiseKind.REPLY).exists()
        assert running.thread.promises.get(kind=PromiseKind.REPLY).is_open


def test_a_rule_set_on_screen_ends_when_the_next_pack_begins(desk) -> None:
    company, chief, clerk = desk
    load_policy(
        company, by=User.objects.system(), pack="equipment", valid_from=moment("2026-06-01 00:00")
    )
    coming = PromiseRule.objects.get(code="reply", valid_from=moment("2026-06-01 00:00"))
    with refused("SX.19"):
        take_back_rule(coming, by=chief)
    supersede_rule(rule_of(company), by=chief, begins_on=MONDAY, **TWO_HOURS)
    with clock.at(moment("2026-05-31 22:30")):
        assert reply_due(make_case(clerk)) == moment("2026-06-01 00:30")
    with clock.at(moment("2026-06-01 09:00")):
        assert reply_due(make_case(clerk)) == moment("2026-06-02 09:00"), "24 hours by the new pack"


@pytest.mark.req("SX.08", part="a program puts another rule in a rule's place")
def test_a_program_puts_another_rule_in_its_place(desk) -> None:
    company, chief, _clerk = desk
    program, old = Caller(token_of(chief)), rule_of(company)
    body = {**TWO_HOURS, "amount": "2", "begins_on": MONDAY.isoformat(), "applies": ["weekend"]}
    faulty = program.post(f"rules/{old.pk}/supersede_rule", body)
    assert (faulty.status_code, faulty.json()["field"]) == (422, "applies"), faulty.content
    del body["applies"]
    assert program.post(f"rules/{old.pk}/supersede_rule", body).status_code == 200
    with clock.at(moment("2026-05-18 09:00")):
        assert rule_of(company).name == TWO_HOURS["name"]
