"""How the time for solving is set: by a term, by us, by the customer, or agreed (C02)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kept.cases.actions import give_back, mark_solved, name_time, send_branch, take_case
from kept.cases.factories import make_case, make_request
from kept.field.actions import set_visit_time
from kept.kit import clock, packs
from kept.kit.pack_faults import trial
from kept.kit.refusal import InvalidInput
from kept.kit.testing.refusing import refused
from kept.people.factories import LONG_AGO, make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises.models import PromiseKind, PromiseRule
from kept.promises.models.rule import TimeSet
from kept.promises.rules.actions import set_rule, supersede_rule
from kept.promises.sweep import sweep
from kept.timeline.models import Notice
from kept.timeline.sentences import sentence
from tests.stories.cast import moment, promise_of

pytestmark = pytest.mark.django_db
NINE = moment("2026-06-09 09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SET = {
    "handset": None,
    "software": TimeSet.PROMISED,
    "equipment": TimeSet.CUSTOMER,
    "wallcovering": TimeSet.AGREED,
    "lubricant": TimeSet.FIXED,
}


def complaint_in(pack: str):
    company = make_company(f"{pack[:2].upper()}-C", f"The {pack} company", pack=pack)
    clerk = make_user(company, f"clerk-{pack}", "clerk", "lead", name="Clerk")
    return clerk, make_case(clerk, case_kind="complaint", route="letter")


def kinds_of(case) -> set[str]:
    return set(case.thread.promises.values_list("kind", flat=True))


@pytest.mark.parametrize("pack", packs.PACKS)
def test_every_company_sets_the_time_for_solving_in_its_own_way(pack):
    """C02: a month by rule · a definite time we name · the customer's · agreed with the dealer ·
    none: the same complaint, and what each company then owes.
    """
    with clock.at(NINE):
        clerk, case = complaint_in(pack)
        rule = PromiseRule.objects.in_force(clerk.company).filter(kind="solve").first()
        assert (rule and rule.time_set) == SET[pack]
        if SET[pack] in (None, TimeSet.FIXED):
            assert PromiseKind.NAME_TIME not in kinds_of(case)
            assert (PromiseKind.SOLVE in kinds_of(case)) == (SET[pack] == TimeSet.FIXED)
            with refused("C02"):
                name_time(case, by=clerk, due_at=NINE + DAY, agreed_with="Peng")
            return
        assert PromiseKind.SOLVE not in kinds_of(case)
        assert promise_of(case, PromiseKind.NAME_TIME).due_at > NINE
        if SET[pack] != TimeSet.PROMISED:
            with refused("C02", field="agreed_with"):
                name_time(case, by=clerk, due_at=NINE + 3 * DAY)
        said = {} if SET[pack] == TimeSet.PROMISED else {"agreed_with": "Peng"}
        name_time(case, by=clerk, due_at=NINE + 3 * DAY, **said)
        assert promise_of(case, PromiseKind.SOLVE).due_at == NINE + 3 * DAY
        assert promise_of(case, PromiseKind.NAME_TIME).state == "kept"
        entry = case.thread.entries.get(event="case.time_named")
        assert str(TimeSet(SET[pack]).label) in sentence(entry)


@pytest.fixture
def office():
    with clock.at(NINE):
        yield complaint_in("software")


def test_a_time_nobody_names_is_warned_of_and_late(office):
    clerk, case = office
    due = promise_of(case, PromiseKind.NAME_TIME).due_at
    assert due == NINE + DAY
    with clock.at(due + timedelta(seconds=1)):
        sweep()
        assert promise_of(case, PromiseKind.NAME_TIME).breached_at == due
        assert Notice.objects.filter(event="promise.breached", to=clerk).exists()
        name_time(case, by=clerk, due_at=due + DAY)
    assert promise_of(case, PromiseKind.NAME_TIME).state == "broken"


def test_what_cannot_be_is_refused(office):
    clerk, case = office
    with refused("C02", field="due_at"):
        name_time(case, by=clerk, due_at=NINE)
    with refused(rule="C02"):
        name_time(case, by=clerk, due_at=NINE + 800 * DAY)
    name_time(case, by=clerk, due_at=NINE + DAY)
    with refused("C02") as refusal:
        name_time(case, by=clerk, due_at=NINE + 2 * DAY)
    promise = promise_of(case, PromiseKind.SOLVE)
    assert refusal.value.mend == f"/promises/{promise.pk}/agree_time/"
    service = make_case(clerk)
    with refused("C02") as refusal:
        name_time(service, by=clerk, due_at=NINE + DAY)
    assert refusal.value.mend == f"{service.get_absolute_url()}promise/"


def test_solved_before_a_time_was_named_nobody_owes_one(office):
    clerk, case = office
    mark_solved(case, by=clerk, evidence="survey", words="It runs")
    assert promise_of(case, PromiseKind.NAME_TIME).state == "cancelled"


def test_whoever_takes_the_case_owes_the_naming(office):
    clerk, case = office
    mei = make_user(clerk.unit, "mei", "clerk", name="Mei")
    give_back(case, by=clerk, reason="Lunch")
    take_case(case, by=mei)
    assert promise_of(case, PromiseKind.NAME_TIME).person == mei


def test_the_case_page_shows_that_it_is_missing_until_it_is_named(office, client):
    clerk, case = office
    client.force_login(clerk)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "a definite time we name" in page and "not named yet" in page
    assert f"{case.get_absolute_url()}name_time/" in page
    answer = client.post(
        f"{case.get_absolute_url()}name_time/", {"due_at": "2026-06-12T09:00", "_key": "one"}
    )
    assert answer.status_code == 302
    page = client.get(case.get_absolute_url()).content.decode()
    assert "not named yet" not in page and "To be solved by 2026-06-12 09:00" in page


def test_where_the_customer_sets_it_the_time_is_what_they_said():
    """C02: a visit they want by a moment, or the field of a request, is their time."""
    with clock.at(NINE):
        clerk, case = complaint_in("equipment")
        set_visit_time(case, by=clerk, required_by=NINE + DAY, place="Kiln 2")
        assert promise_of(case, PromiseKind.NAME_TIME).state == "kept"
        wanted = {"place": "Kiln 2", "wanted_by": "2026-06-10T14:00:00+08:00"}
        asked = make_request(clerk, "site_visit", fields=wanted)
        assert PromiseKind.NAME_TIME not in kinds_of(asked)
        assert promise_of(asked, PromiseKind.FULFIL).due_at == moment("2026-06-10 14:00")
        with refused("C02"):
            name_time(asked, by=clerk, due_at=NINE + DAY, agreed_with="Peng")


def test_where_we_name_it_a_visit_alone_names_nothing(office):
    clerk, case = office
    branch = make_unit(clerk.company, "SO-B", "Branch", UnitKind.BRANCH)
    send_branch(case, by=clerk, branch=branch, phone="13800138000", address="Road 1",
                problem="Dead", due_at=NINE + DAY)  # fmt: skip
    assert promise_of(case, PromiseKind.NAME_TIME).state == "running"


def test_the_policy_page_says_how_the_time_is_set(office, client):
    clerk, _case = office
    client.force_login(clerk)
    page = client.get("/policy/").content.decode()
    assert "a definite time we name, known within" in page


def pack_with(**row) -> list[str]:
    company = make_company("ZZ", "Zz", pack="handset")
    solve = {"code": "solve", "kind": "solve", "name": {"en": "Solved"}, "duration": "24 hours"}
    pack = {**packs.read_pack("handset"), "promises": [{**solve, **row}]}
    found = trial(pack, company=company, valid_from=LONG_AGO, by=User.objects.system())
    return [str(one) for one in found]


def test_a_pack_may_say_how_the_time_for_solving_is_set():
    assert pack_with(time="agreed") == []


@pytest.mark.parametrize("row", [{"time": "someday"}, {"time": "agreed", "kind": "reply"}])
def test_a_pack_that_sets_the_time_wrongly_has_a_fault(row):
    assert any("time" in one for one in pack_with(**row))


def test_it_is_set_on_screen_too(office):
    """C02: a setting of the rule, kept when another rule takes its place."""
    clerk, _case = office
    today = clock.today(clerk.company.zone)
    values = {"by": clerk, "name": {"en": "Solved"}, "amount": Decimal(24), "time_unit": "hours",
              "begins_on": today, "time_set": TimeSet.AGREED}  # fmt: skip
    with pytest.raises(InvalidInput) as wrong:
        set_rule(unit=clerk.company, code="answers", kind="reply", **values)
    assert (wrong.value.rule, wrong.value.field) == ("C02", "time_set")
    rule = PromiseRule.objects.in_force(clerk.company).get(kind="solve")
    after = supersede_rule(rule, **values)
    assert after.time_set == TimeSet.AGREED
    case = make_case(clerk, case_kind="complaint", route="letter")
    with refused("C02", field="agreed_with"):
        name_time(case, by=clerk, due_at=NINE + DAY)
