"""A pack takes the place of the one before it, from its day on (SX.01, SX.19)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.people.actions import load_policy
from kept.people.factories import LONG_AGO, make_company, make_unit
from kept.people.loading import loaded_packs, pack_now, packs_to_come, policy_models
from kept.people.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 2, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def load(company, pack, valid_from=None):
    return load_policy(company, by=User.objects.system(), pack=pack, valid_from=valid_from)


def beginnings(unit, at) -> set[datetime]:
    """When the rows in force at a moment began, whatever they are about."""
    return {row.valid_from for model in policy_models() for row in model.objects.in_force(unit, at)}


def codes(label, unit, at) -> list[str]:
    return sorted(row.code for row in apps.get_model(label).objects.in_force(unit, at))


@pytest.fixture
def company():
    return make_company(pack="software")


def test_a_company_loaded_once_keeps_every_row(company) -> None:
    for model in policy_models():
        assert not model.objects.exclude(superseded_at=None).exists(), model
    assert beginnings(company, NOW) == {LONG_AGO}


@pytest.mark.req("SX.19", part="a pack replaces the one before it")
def test_another_pack_replaces_every_row_from_its_day_on(company) -> None:
    with clock.at(NOW):
        load(company, "equipment", SUMMER)
    assert beginnings(company, SUMMER - INSTANT) == {LONG_AGO}
    assert beginnings(company, SUMMER) == {SUMMER}
    for label in ("cases.Outcome", "promises.Calendar", "knowledge.Script"):
        found = codes(label, company, SUMMER)
        assert found and len(found) == len(set(found)), label
    assert "greeting_branch" in codes("knowledge.Script", company, NOW)
    assert "greeting_branch" not in codes("knowledge.Script", company, SUMMER)


def test_the_same_pack_again_leaves_nothing_twice(company) -> None:
    before = codes("cases.Outcome", company, NOW)
    with clock.at(NOW):
        load(company, "software")
        load(company, "software")
    assert codes("cases.Outcome", company, NOW) == before
    assert beginnings(company, NOW) == {NOW}


def test_sections_the_new_pack_lacks_end_too(company, monkeypatch) -> None:
    monkeypatch.setattr("kept.kit.packs.read_pack", lambda name: {})
    with clock.at(NOW):
        load(company, "equipment")
    assert beginnings(company, NOW) == set()


@pytest.mark.parametrize(
    ("first", "second", "in_summer", "in_autumn"),
    [(SUMMER, AUTUMN, SUMMER, AUTUMN), (AUTUMN, SUMMER, SUMMER, SUMMER)],
)
def test_of_packs_that_wait_only_one_holds_at_any_moment(
    company, first, second, in_summer, in_autumn
) -> None:
    with clock.at(NOW):
        load(company, "equipment", first)
        load(company, "lubricant", second)
    assert beginnings(company, SUMMER - INSTANT) == {LONG_AGO}
    assert beginnings(company, SUMMER) == {in_summer}
    assert beginnings(company, AUTUMN) == {in_autumn}


def test_rules_of_a_unit_stay(company) -> None:
    branch = make_unit(company, "HN-B")
    outcomes = apps.get_model("cases.Outcome").objects
    own = outcomes.create(
        unit=branch, valid_from=LONG_AGO, code="own", name={"en": "Own"}, needs="reason"
    )
    with clock.at(NOW):
        load(company, "equipment")
    assert outcomes.in_force(branch, NOW).first() == own


@pytest.mark.req("SX.19", part="no rule begins in the past")
def test_only_the_first_pack_may_begin_in_the_past(company) -> None:
    with clock.at(NOW):
        with refused("SX.19", field="valid_from"):
            load(company, "equipment", NOW - timedelta(days=1))
        load(company, "equipment", NOW - timedelta(hours=1))
    assert beginnings(company, NOW - INSTANT) == {LONG_AGO}, "earlier today is now"
    assert beginnings(company, NOW) == {NOW}


def test_the_first_pack_may_begin_long_ago(monkeypatch) -> None:
    monkeypatch.setattr("kept.kit.packs.read_pack", lambda name: {})
    empty = make_company("SX", "Sanxin")
    monkeypatch.undo()
    load(empty, "equipment", LONG_AGO + timedelta(days=1))
    assert beginnings(empty, NOW) == {LONG_AGO + timedelta(days=1)}


def test_a_company_knows_which_pack_holds_and_which_will(company) -> None:
    with clock.at(NOW):
        load(company, "equipment", AUTUMN)
        company.refresh_from_db()
        assert pack_now(company).name == company.settings["pack"] == "software"
        assert [(one.name, one.valid_from) for one in packs_to_come(company)] == [
            ("equipment", AUTUMN)
        ]
    with clock.at(AUTUMN):
        assert pack_now(company).name == "equipment" and not packs_to_come(company)
    with clock.at(NOW):
        load(company, "lubricant", SUMMER)
        company.refresh_from_db()
        assert [one.name for one in loaded_packs(company)] == ["software", "lubricant"]


def test_a_company_of_an_older_version_says_its_pack(company) -> None:
    company.settings = {"pack": "software"}
    company.save(update_fields=["settings"])
    with clock.at(NOW):
        assert pack_now(company).name == "software"
        load(company, "equipment", SUMMER)
        company.refresh_from_db()
        assert pack_now(company).name == "software"
        assert [one.name for one in packs_to_come(company)] == ["equipment"]
