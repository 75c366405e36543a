"""``kept policy check``, ``diff``, ``export``, ``load``: a pack before it is loaded, and after."""

import pytest

from kept.cases.factories import make_case
from kept.kit import clock, packs
from kept.kit.packs import PACKS
from kept.people.actions import grant_role
from kept.people.factories import make_company, make_user
from kept.people.models import Grant, Role, Unit, User
from kept.promises.models import EscalationStage, PromiseRule
from kept.timeline.models import Entry
from tests.stories.cast import moment

pytestmark = pytest.mark.django_db

OWN = """
base = "lubricant"

[[promises]]
code = "reply"
kind = "reply"
name = { en = "Hotline calls are answered within 2 hours", "zh-hans" = "热线来电2小时内答复" }
duration = "2 hours"
warn_percent = 50
source = "S4.15"
"""
FAULTY = """
base = "lubricant"
surprises = 1

[[promises]]
code = "late"
kind = "reply"
name = { en = "Late" }
duration = "3 fortnights"

[[promises]]
code = "hasty"
kind = "solve"
name = { en = "Hasty" }
duration = "4 working_hours"
warn_percent = 120

[[roles]]
code = "seer"
name = { en = "Seer" }
rights = ["cases.foresee"]
"""


@pytest.fixture
def written(tmp_path):
    def write(text: str, name: str = "own.toml") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("pack", PACKS)
def test_every_shipped_pack_has_no_fault(kept, pack) -> None:
    checked = kept("policy", "check", pack)
    assert checked.exit_code == 0, checked.output
    assert "0 faults" in checked.output
    assert not Unit.objects.exists(), "the company on trial is gone"


def test_every_section_of_packs_can_be_said_again() -> None:
    assert packs.without_writer() == []


def test_check_names_every_fault_with_section_row_and_what_to_do(kept, written) -> None:
    checked = kept("policy", "check", written(FAULTY))
    assert checked.exit_code == 1
    for told in (
        "[unknown_section] surprises: Nobody knows this section.",
        "promises “late”",
        "[warn_percent] promises “hasty”: It warns at 120 % of its time.",
        "[no_calendar] promises “hasty”",
        "Name one of the calendars.",
        "roles “seer”: There is no right “cases.foresee”.",
    ):
        assert told in checked.output, checked.output
    assert not Unit.objects.exists()


def test_what_a_company_has_is_checked_with_who_is_there(kept) -> None:
    company = make_company("HN", "Huaen", pack="software")
    bare = kept("policy", "check")
    assert bare.exit_code == 1 and "[nobody_appoints]" in bare.output
    first = make_user(company, "first", "administrator")
    alone = kept("policy", "check", "--company", "HN")
    assert alone.exit_code == 0 and "warning [one_appoints]" in alone.output
    second = make_user(company, "second")
    role = Role.objects.get(company=company, code="administrator")
    grant_role(second, by=first, role=role, unit=company)
    assert "one_appoints" not in kept("policy", "check").output


def test_a_role_nobody_has_is_a_fault_only_where_nobody_else_is_told(kept) -> None:
    company = make_company("HN", "Huaen", pack="software")
    make_user(company, "first", "administrator")
    told = kept("policy", "check", "--company", "HN")
    assert "warning [nobody_has_role]" in told.output and told.exit_code == 0
    EscalationStage.objects.filter(unit=company, code="day_late").update(to=["role:lead"])
    told = kept("policy", "check", "--company", "HN")
    assert told.exit_code == 1 and "“lead”, which nobody has" in told.output


def test_a_pack_and_a_company_are_not_checked_at_once(kept) -> None:
    make_company("HN", "Huaen", pack="software")
    assert kept("policy", "check", "software", "--company", "HN").exit_code == 1


def test_diff_says_in_sentences_what_is_added_removed_and_changed(kept, written) -> None:
    told = kept("policy", "diff", "lubricant", written(OWN))
    assert told.exit_code == 0, told.output
    assert "~ Hotline calls are answered within 2 hours" in told.output
    assert "How long: 4 hours → 2 hours" in told.output
    assert "80 → 50" in told.output
    other = kept("policy", "diff", "equipment", "lubricant").output
    assert "+ Quality complaints are settled within a month" in other
    assert "What counts as the customer's word: also letter or mail" in other
    assert "Quiet hours" in kept("policy", "diff", "lubricant", "wallcovering").output


def test_diff_speaks_the_readers_language(kept, written) -> None:
    told = kept("policy", "diff", "lubricant", written(OWN), LANG="zh_CN.UTF-8").output
    assert "热线来电2小时内答复" in told


def test_a_pack_differs_in_nothing_from_itself(kept) -> None:
    assert "There is no difference." in kept("policy", "diff", "handset", "handset").output


@pytest.mark.parametrize(
    ("side", "sentence"),
    [("nothing", "is no pack, no file, no day"), ("now", "There is no company yet")],
)
def test_a_side_that_is_nothing_is_refused(kept, side, sentence) -> None:
    refused = kept("policy", "diff", "handset", side)
    assert refused.exit_code == 1 and sentence in refused.output


@pytest.mark.parametrize("pack", PACKS)
def test_what_is_exported_is_taken_again_and_is_the_same(kept, written, pack) -> None:
    company = make_company("HN", "Huaen", pack=pack)
    before = packs.written(company, clock.now())
    exported = kept("policy", "export", "--company", "HN")
    assert exported.exit_code == 0, exported.output
    file = written(exported.output)
    assert "There is no difference." in kept("policy", "diff", "now", file).output
    assert "There is no difference." in kept("policy", "diff", pack, file).output
    loaded = kept("policy", "load", file, "--company", "HN")
    assert loaded.exit_code == 0, loaded.output
    assert packs.written(Unit.objects.get(pk=company.pk), clock.now()) == before


def test_a_file_of_ones_own_is_loaded_from_a_day_and_old_matters_keep_their_rule(
    kept, written
) -> None:
    company = make_company("HN", "Huaen", pack="lubricant")
    clerk = make_user(company, "lin", "clerk", name="Lin")
    with clock.at(moment("2026-05-01 09:00")):
        case = make_case(clerk)
        told = kept("policy", "load", written(OWN), "--from", "2026-05-04", "--name", "faster")
        assert told.exit_code == 0, told.output
        assert "1 open promise keeps the rule it began under" in told.output
        differs = kept("policy", "diff", "now", "2026-05-04").output
        assert "How long: 4 hours → 2 hours" in differs
    with clock.at(moment("2026-05-04 09:00")):
        later = make_case(clerk)
    due = [one.thread.promises.get(kind="reply").due_at for one in (case, later)]
    assert due == [moment("2026-05-01 13:00"), moment("2026-05-04 11:00")]
    company.refresh_from_db()
    assert company.settings["packs"][-1]["pack"] == "faster"


def test_a_faulty_file_is_refused_with_all_its_faults_and_nothing_is_written(kept, written) -> None:
    company = make_company("HN", "Huaen", pack="lubricant")
    rows, entries = PromiseRule.objects.count(), Entry.objects.count()
    roles = set(Role.objects.values_list("code", flat=True))
    refused = kept("policy", "load", written(FAULTY))
    assert refused.exit_code == 1
    for told in ("surprises", "“late”", "“hasty”", "“seer”", "[SX.19]"):
        assert told in refused.output, refused.output
    assert (PromiseRule.objects.count(), Entry.objects.count()) == (rows, entries)
    assert set(Role.objects.values_list("code", flat=True)) == roles
    assert not PromiseRule.objects.filter(unit=company).exclude(superseded_at=None).exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("promises = [", "own.toml"),
        ('base = "moon"', "There is no pack “moon”"),
        ("[" * 3000, "own.toml"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(kept, written, text, sentence) -> None:
    make_company("HN", "Huaen", pack="lubricant")
    for verb in ("check", "load"):
        refused = kept("policy", verb, written(text))
        assert refused.exit_code == 1 and sentence in refused.output, refused.output


def test_nobody_loses_a_role_while_a_pack_is_checked(kept) -> None:
    company = make_company("HN", "Huaen", pack="software")
    make_user(company, "lin", "clerk")
    grants = Grant.objects.count()
    kept("policy", "check", "handset")
    assert Grant.objects.count() == grants and User.objects.filter(username="lin").exists()
