"""Units: the tree, what may move where, and when a unit may close (S1.01, SX.01)."""

import json

import pytest
from django.core.exceptions import ValidationError

from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.kit.wiring import Slot
from kept.people.actions import (
    add_unit,
    appoint_manager,
    change_unit,
    close_unit,
    deactivate,
    found_company,
    move_unit,
    move_user,
    reopen_unit,
)
from kept.people.factories import make_unit
from kept.people.models import Unit, UnitKind, User
from kept.people.tree import DEEPEST, indented
from kept.people.wiring import OpenWork

NAME = {"en": "New desk", "zh-hans": "新"}


def read(unit: Unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


def last_event(subject) -> str:
    return subject.thread.entries.latest("seq").event


@pytest.mark.req("S1.01", part="structure")
def test_headquarters_branches_and_desks_stand_in_one_tree(house) -> None:
    below = Unit.objects.below(house.company)
    assert {unit.code for unit in below} == {"HN", "HN-HQ", "HN-HOT", "HN-B", "HN-B1"}
    assert [unit.code for unit in indented(list(below))] == [
        "HN",
        "HN-B",
        "HN-B1",
        "HN-HQ",
        "HN-HOT",
    ]
    assert house.desk.ancestor_ids == [house.company.pk, house.branch.pk, house.desk.pk]
    assert house.desk.company == house.company


def test_a_unit_has_type_manager_and_territory(house) -> None:
    appoint_manager(house.desk, by=house.chief, manager=house.desk_clerk)
    change_unit(
        house.desk,
        by=house.chief,
        name=NAME,
        kind=UnitKind.REGION,
        zone="Asia/Urumqi",
        territory="Changsha\n\n  Zhuzhou ",
    )
    desk = read(house.desk)
    assert (desk.manager, desk.kind, desk.zone) == (house.desk_clerk, "region", "Asia/Urumqi")
    assert desk.territory == ["Changsha", "Zhuzhou"]
    assert last_event(desk) == "unit.changed"


def test_a_branch_administrator_builds_in_the_branch_only(house) -> None:
    add_unit(
        by=house.branch_chief, unit=house.branch, code="HN-B2", name=NAME, kind=UnitKind.DEPARTMENT
    )
    with pytest.raises(NotAllowed):
        add_unit(
            by=house.branch_chief,
            unit=house.headquarters,
            code="HN-X",
            name=NAME,
            kind=UnitKind.DEPARTMENT,
        )


def test_codes_are_unique_whatever_their_case(house) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_unit(house.company, "hn-b")
    assert refused.value.field == "code"


def test_a_company_is_not_made_below_another(house) -> None:
    with pytest.raises(InvalidInput):
        make_unit(house.company, "HN-C", kind=UnitKind.COMPANY)


@pytest.mark.parametrize("zone", ["Mars/Olympus", ""])
def test_a_time_zone_must_exist(house, zone: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        change_unit(house.desk, by=house.chief, name=NAME, kind=UnitKind.REGION, zone=zone)
    assert refused.value.field == "zone"


def test_a_manager_works_in_the_company(house) -> None:
    with pytest.raises(InvalidInput) as refused:
        appoint_manager(house.desk, by=house.chief, manager=house.stranger)
    assert refused.value.rule == "SX.01"
    deactivate(house.wang, by=house.chief, reason="Left")
    with pytest.raises(InvalidInput):
        appoint_manager(house.desk, by=house.chief, manager=house.wang)


def test_a_moved_unit_takes_all_below_it_along(house) -> None:
    deep = make_unit(house.desk, "HN-B1A")
    move_unit(house.branch, by=house.chief, parent=house.headquarters)
    assert read(house.branch).ancestor_ids[:-1] == [house.company.pk, house.headquarters.pk]
    assert read(deep).ancestor_ids == [
        house.company.pk,
        house.headquarters.pk,
        house.branch.pk,
        house.desk.pk,
        deep.pk,
    ]
    entry = read(house.branch).thread.entries.latest("seq")
    values = json.loads(entry.body)["values"]
    assert entry.event == "unit.moved"
    assert (values["old"]["id"], values["new"]["id"]) == (house.company.pk, house.headquarters.pk)


def test_a_unit_with_a_key_like_anothers_beginning_stays_where_it_is(house) -> None:
    sisters = [make_unit(house.company, f"HN-S{n}") for n in range(12)]
    before = {unit.pk: read(unit).path for unit in sisters}
    move_unit(house.branch, by=house.chief, parent=house.headquarters)
    assert {unit.pk: read(unit).path for unit in sisters} == before


def test_what_cannot_be_moved(house) -> None:
    with pytest.raises(InvalidInput):
        move_unit(house.branch, by=house.chief, parent=house.desk)
    with pytest.raises(InvalidInput):
        move_unit(house.branch, by=house.chief, parent=house.branch)
    with pytest.raises(InvalidInput):
        move_unit(house.branch, by=house.chief, parent=house.company)
    with pytest.raises(Refused):
        move_unit(house.branch, by=house.chief, parent=house.other)
    with pytest.raises(Refused):
        move_unit(house.company, by=house.chief, parent=house.headquarters)
    with pytest.raises(NotAllowed):
        move_unit(house.desk, by=house.branch_chief, parent=house.headquarters)


def test_the_tree_does_not_outgrow_its_column(house) -> None:
    unit = house.company
    for level in range(DEEPEST):
        unit = make_unit(unit, f"L{level}")
    with pytest.raises(InvalidInput):
        make_unit(unit, "TOO-DEEP")
    with pytest.raises(InvalidInput):
        move_unit(read(house.branch), by=house.chief, parent=unit)


@pytest.mark.req("S1.01", part="a unit closes only when nothing waits in it")
def test_a_unit_closes_when_it_is_empty(house, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Slot("people.unit_work")
    monkeypatch.setattr("kept.people.actions.units.unit_work", work)
    waiting = [OpenWork("2 open cases", 2)]
    work.fill()(lambda unit: waiting[0] if waiting else None)
    with pytest.raises(Refused) as refused:
        close_unit(house.desk, by=house.chief, reason="Merged")
    assert "people who belong to it: 1" in str(refused.value)
    assert "2 open cases" in str(refused.value)
    move_user(house.desk_clerk, by=house.chief, unit=house.branch)
    waiting.clear()
    close_unit(house.desk, by=house.chief, reason="Merged")
    assert read(house.desk).closed_at is not None
    with pytest.raises(Refused):
        make_unit(house.desk, "HN-B1X")
    reopen_unit(read(house.desk), by=house.chief)
    assert read(house.desk).closed_at is None


def test_a_unit_with_open_units_below_stays_open(house) -> None:
    with pytest.raises(Refused) as refused:
        close_unit(house.headquarters, by=house.chief, reason="Why not")
    assert "open units below it: 1" in str(refused.value)
    with pytest.raises(Refused):
        close_unit(house.company, by=house.chief, reason="No")


@pytest.mark.req("SX.01", part="units and people of another company are not there")
def test_another_company_is_not_there(house) -> None:
    assert not Unit.objects.visible_to(house.stranger).filter(company=house.company).exists()
    with pytest.raises(NotAllowed):
        change_unit(house.desk, by=house.stranger, name=NAME, kind=UnitKind.REGION, zone="UTC")


@pytest.mark.parametrize("code", ["A/B", "../x", "A B", "总部", "-A", "A-", "A--B", ""])
def test_a_code_can_stand_in_numbers_and_addresses(house, code) -> None:
    """It begins every number, and can never be changed again."""
    with pytest.raises(InvalidInput) as caught:
        add_unit(by=house.chief, unit=house.company, code=code, name=NAME, kind=UnitKind.BRANCH)
    assert caught.value.field == "code"
    if code:
        assert caught.value.rule == "SX.05"
        with pytest.raises(ValidationError):
            Unit(code=code).clean_fields(exclude=["name", "kind", "company", "scope"])


@pytest.mark.parametrize("code", ["A", "9", "hn-b9", "HN-B-9", "A" * 20])
def test_a_code_of_letters_digits_and_single_hyphens_is_taken(house, code) -> None:
    unit = add_unit(by=house.chief, unit=house.company, code=code, name=NAME, kind=UnitKind.BRANCH)
    assert unit.code == code


def test_a_code_has_at_most_twenty_characters(house) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_unit(house.company, "A" * 21)
    assert caught.value.field == "code"


@pytest.mark.parametrize("currency", ["QQQQ", "QQQ", "cny", ""])
def test_a_company_has_a_currency_there_is(db, currency) -> None:
    with pytest.raises(InvalidInput) as caught:
        found_company(by=User.objects.system(), code="QQ", name=NAME, currency=currency)
    assert caught.value.field == "currency"
    assert not Unit.objects.filter(code="QQ").exists()
