"""Every kind of fault a pack can have, each found where it is and told with what to do (SX.19)."""

import pytest

from kept.kit import packs
from kept.kit.pack_faults import Fault
from kept.people.checking import faults_of
from kept.people.models import Unit
from kept.people.packs import roles_can_be_given
from kept.promises.models import PromiseRule

pytestmark = pytest.mark.django_db
NAME = {"en": "A rule"}


def found(**sections) -> list[Fault]:
    """What is wrong with the base, with these rows put over it."""
    pack = packs.read_base()
    packs.lay_over(pack, sections)
    return faults_of(pack)


def rule(code: str, kind: str = "reply", duration: str = "4 hours", **values) -> dict:
    return {"code": code, "kind": kind, "name": NAME, "duration": duration, **values}


def codes(faults: list[Fault]) -> set[tuple[str, str, str]]:
    return {(one.section, one.row, one.code) for one in faults if not one.is_warning}


def test_the_base_has_no_fault() -> None:
    assert codes(found()) == set()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (rule("x", duration="3 fortnights"), "refused"),
        (rule("x", kind="wish"), "refused"),
        (rule("x", reopening="perhaps"), "refused"),
        (rule("x", calendar="moon"), "refused"),
        (rule("x", warnpercent=50), "refused"),
        (rule("x", applies={"route": "phone"}), "refused"),
        (rule("x", name={"tlh": "Qapla"}), "refused"),
        ({"code": "x", "kind": "reply", "name": NAME}, "missing"),
        (rule("x", duration=4), "unreadable"),
        (rule("x", warn_percent=100), "warn_percent"),
        (rule("x", warn_percent=0), "warn_percent"),
        (rule("x", duration="4 working_hours"), "no_calendar"),
        (rule("x", duration="2 working_days"), "no_calendar"),
        (rule("x", applies={"colour": ["red"]}), "never_fits"),
        (rule("x", applies={"route": ["pigeon"]}), "never_fits"),
        (rule("x", applies={"route": []}), "never_fits"),
        (rule("x", kind="approve", applies={"route": ["phone"]}), "never_fits"),
    ],
)
def test_a_rule_that_cannot_be_is_found(row, code) -> None:
    assert ("promises", "x", code) in codes(found(promises=[row]))


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ({}, {}, True),
        ({"route": ["phone"]}, {"route": ["phone", "fax"]}, True),
        ({"route": ["phone"]}, {"kind": ["complaint"]}, True),
        ({"route": ["phone"]}, {"route": ["fax"]}, False),
        ({}, {"kind": ["complaint"]}, False),
        ({"route": ["phone"]}, {"route": ["phone"], "kind": ["complaint"]}, False),
        ({"request": ["oil_test"]}, {"kind": ["complaint"]}, False),
        ({"request": ["oil_test"]}, {"request": ["oil_test", "agent_kit"]}, True),
    ],
)
def test_rules_that_fit_one_matter_equally_well_contradict(one, other, contradict) -> None:
    rows = [rule("one", applies=one), rule("other", applies=other)]
    told = ("promises", "one", "contradiction") in codes(found(promises=rows))
    assert told is contradict


def test_rules_of_two_kinds_never_contradict() -> None:
    rows = [rule("one"), rule("other", kind="solve")]
    assert not {code for _s, _r, code in codes(found(promises=rows))} & {"contradiction"}


def test_channels_without_a_promised_answer_are_a_warning() -> None:
    only_phone = found(promises=[rule("x", applies={"route": ["phone"]})])
    (warning,) = [one for one in only_phone if one.code == "silent_channel"]
    assert warning.is_warning and "fax" in str(warning) and "phone" not in str(warning)
    for_all = found(promises=[rule("x")])
    assert "silent_channel" not in {one.code for one in for_all}
    nobody = found()
    assert "silent_channel" not in {one.code for one in nobody}, "nothing is promised at all"


@pytest.mark.parametrize(
    ("week", "code"),
    [
        ({"mon": ["08:00-12:00", "11:00-15:00"]}, "shifts_overlap"),
        ({"mon": ["22:00-06:00"], "tue": ["05:00-09:00"]}, "shifts_overlap"),
        ({"sun": ["22:00-06:00"], "mon": ["05:00-09:00"]}, "shifts_overlap"),
        ({"mon": []}, "never_open"),
        ({"someday": ["08:00-12:00"]}, "refused"),
        ({"mon": ["8 to 12"]}, "refused"),
    ],
)
def test_a_calendar_that_cannot_be_is_found(week, code) -> None:
    rows = [{"code": "odd", "name": NAME, "week": week}]
    assert ("calendars", "odd", code) in codes(found(calendars=rows))


def test_shifts_that_touch_do_not_overlap() -> None:
    rows = [{"code": "day", "name": NAME, "week": {"mon-sun": ["00:00-12:00", "12:00-24:00"]}}]
    assert codes(found(calendars=rows)) == set()


def test_a_faulty_calendar_does_not_blame_the_rules_that_name_it() -> None:
    calendar = {"code": "odd", "name": NAME, "week": {"mon": ["8 to 12"]}}
    faults = found(calendars=[calendar], promises=[rule("x", "solve", calendar="odd")])
    assert codes(faults) == {("calendars", "odd", "refused")}


def test_two_rows_with_one_code_are_found() -> None:
    pack = {**packs.read_base(), "promises": [rule("x"), rule("x", kind="solve")]}
    assert ("promises", "x", "code_twice") in codes(faults_of(pack))


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"surprises": 1}, ("surprises", "", "unknown_section")),
        ({"accounts": {"notice_dais": 3}}, ("accounts", "notice_dais", "refused")),
        ({"accounts": {"territory_mode": "loose"}}, ("accounts", "territory_mode", "refused")),
        ({"cases": {"evidence": ["rumour"]}}, ("cases", "evidence", "refused")),
        ({"quiet_hours": {"periods": ["00:00-24:00"]}}, ("quiet_hours", "", "refused")),
        ({"modules": ["magic"]}, ("modules", "", "refused")),
        ({"modules": 7}, ("modules", "", "unreadable")),
        ({"promises": 7}, ("promises", "", "unreadable")),
        (
            {"roles": [{"code": "x", "name": NAME, "rights": ["cases.foresee"]}]},
            ("roles", "x", "refused"),
        ),
        (
            {
                "roles": [
                    {"code": "x", "name": NAME, "outside": True, "rights": ["people.move_unit"]}
                ]
            },
            ("roles", "x", "refused"),
        ),
    ],
)
def test_what_is_wrong_elsewhere_is_found_by_section_and_row(sections, expected) -> None:
    assert expected in codes(found(**sections))


def test_roles_nobody_may_give_are_found() -> None:
    pack = packs.read_base()
    pack["roles"] = [one for one in pack["roles"] if not {"people.*"} & set(one["rights"])]
    assert ("roles", "", "nobody_appoints") in codes(faults_of(pack))


def test_roles_that_rows_name_are_roles_there_are() -> None:
    rows = {"told": [{"code": "late", "to": ["manager", "role:nobody"]}], "roles": []}
    named = [one for one in roles_can_be_given(rows) if one.code == "unknown_role"]
    assert [(one.section, one.row) for one in named] == [("told", "late")]


def test_several_faults_are_told_at_once_and_nothing_stays() -> None:
    rows = [rule("a", duration="3 fortnights"), rule("b", warn_percent=100)]
    faults = codes(found(promises=rows, surprises=1))
    assert {one[1] for one in faults} == {"a", "b", ""}
    assert not Unit.objects.exists() and not PromiseRule.objects.exists()
