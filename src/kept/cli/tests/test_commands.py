"""Commands: the way in, people, policy, import and proof, each refusal one sentence."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from kept.cases.models import Case
from kept.cli import asking, founding, second_factor
from kept.cli.commands import COMMANDS, main
from kept.cli.setting_up import terminal_language
from kept.kit import clock
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Unit, User
from kept.people.views.policy import sections_for
from kept.promises.models import PromiseRule
from kept.timeline.models import Entry
from kept.timeline.tests.tampering import without_guards
from kept.workforce.models import ConsultingPolicy
from tests.stories.cast import moment

STRONG = "correct-horse-battery"
INIT = (
    "init", "--company-code", "HN", "--company-name", "华恩", "--pack", "software",
    "--admin", "boss", "--password", STRONG,
)  # fmt: skip


def test_help_lists_every_command_and_each_has_its_own(kept):
    shown = kept("--help").output
    for name, (_where, text) in COMMANDS.items():
        assert name in shown and text in shown
        assert kept(name, "--help").exit_code == 0


def test_an_unknown_command_is_refused(kept):
    assert kept("pigeon").exit_code == 2


@pytest.mark.parametrize(
    ("lang", "wanted", "language"),
    [
        ("zh_CN.UTF-8", "", "zh-hans"),
        ("en_GB.UTF-8", "", "en"),
        ("C", "", "en"),
        ("", "", "en"),
        ("xx_YY", "", "en"),
        ("en_GB.UTF-8", "zh_CN:en", "zh-hans"),
        ("zh_CN.UTF-8", "en_GB:zh_CN", "en"),
        ("de_DE.UTF-8", "fr:zh_CN", "zh-hans"),
        ("C.UTF-8", "zh_CN", "en"),
    ],
)
def test_messages_follow_the_language_of_the_terminal(monkeypatch, lang, wanted, language):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", lang)
    monkeypatch.setenv("LANGUAGE", wanted)
    assert terminal_language() == language


@pytest.mark.req("SX.02", part="first administrator with password and second factor")
def test_init_founds_a_company_with_an_administrator_and_a_second_factor(kept, client):
    done = kept(*INIT)
    assert done.exit_code == 0
    assert "otpauth://totp/boss?secret=" in done.output and "Recovery codes" in done.output
    boss = User.objects.get(username="boss")
    assert boss.company == Unit.objects.get(code="HN") and boss.check_password(STRONG)
    assert boss.holds("people.add_user") and boss.unit.company.settings["pack"] == "software"
    kinds = set(Authenticator.objects.filter(user=boss).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    assert PromiseRule.objects.filter(unit__company=boss.company).exists()
    events = set(boss.thread.entries.values_list("event", flat=True))
    assert {"person.added", "person.password_set", "person.second_factor_set"} <= events


@pytest.mark.req("SX.01", part="a further company in the same installation")
def test_init_may_be_run_again_for_another_company_but_not_for_the_same(kept):
    assert kept(*INIT).exit_code == 0
    again = kept(*INIT)
    assert again.exit_code == 1 and "The code “HN” is taken" in again.output
    other = [one.replace("HN", "OT").replace("boss", "chief") for one in INIT]
    assert kept(*other, "--no-second-factor").exit_code == 0
    assert Unit.objects.companies().count() == 2


def test_init_with_a_weak_password_founds_nothing(kept):
    weak = kept(*INIT[:-1], "12345678")
    assert weak.exit_code == 1 and "password" in weak.output
    assert not Unit.objects.exists()


def test_init_says_what_is_missing_when_nobody_can_be_asked(kept):
    missing = kept("init", "--company-code", "HN")
    assert missing.exit_code == 2 and "--company-name" in missing.output


def test_init_asks_a_person_for_everything_and_proves_the_code(kept, monkeypatch):
    monkeypatch.setattr(asking, "is_asked_by_person", lambda: True)
    monkeypatch.setattr(founding, "is_asked_by_person", lambda: True)
    secret = "JBSWY3DPEHPK3PXP"
    monkeypatch.setattr(second_factor, "generate_totp_secret", lambda: secret)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    typed = ["HN", "Huaen", "software", "", "", "en", "boss", "", STRONG, STRONG, "000000", code]
    done = kept("init", typed="\n".join(typed) + "\n")
    assert done.exit_code == 0, done.output
    assert "This code is not right." in done.output
    assert "Software vendor with branches" in done.output
    assert Authenticator.objects.filter(user__username="boss", type="totp").exists()
    boss = User.objects.get(username="boss")
    assert (boss.name, boss.language) == ("boss", "en")
    assert (boss.company.zone, boss.company.currency) == ("Asia/Shanghai", "CNY")


def test_init_asks_again_where_an_answer_cannot_be_taken(kept, monkeypatch):
    """At its own question, so that nothing typed before is lost."""
    monkeypatch.setattr(asking, "is_asked_by_person", lambda: True)
    make_company("OT", "Other")
    make_user(Unit.objects.get(code="OT"), "taken")
    typed = [
        "ot", "A/B", "HN", "Huaen", "pigeon", "software", "Mars", "Europe/London", "QQQQ", "GBP",
        "xx", "en", "taken", "bo ss", "boss", "The boss", "12345678", "12345678", STRONG, STRONG,
    ]  # fmt: skip
    done = kept("init", "--no-second-factor", typed="\n".join(typed) + "\n")
    assert done.exit_code == 0, done.output
    for sentence in ("The code “ot” is taken", "“A/B”: letters", "“Mars”", "“QQQQ” is no currency",
                     "The user name “taken” is taken", "password is too short"):  # fmt: skip
        assert sentence in done.output
    assert "12345678" not in done.output
    boss = User.objects.get(username="boss")
    assert boss.name == "The boss" and boss.check_password(STRONG)
    assert (boss.company.zone, boss.company.currency) == ("Europe/London", "GBP")


@pytest.mark.parametrize(
    ("option", "value", "code", "sentence"),
    [
        ("--currency", "QQQQ", 1, "“QQQQ” is no currency"),
        ("--language", "xx", 2, "'xx' is not one of 'en', 'zh-hans'"),
        ("--zone", "Mars/Olympus", 1, "Mars/Olympus"),
        ("--company-code", "../x", 1, "“../x”: letters, digits and hyphens only"),
        ("--admin", "bo ss", 1, "username: "),
    ],
)
def test_init_refuses_what_it_cannot_take_and_founds_nothing(kept, option, value, code, sentence):
    refused = kept(*INIT, option, value)
    assert refused.exit_code == code and sentence in refused.output
    assert not Unit.objects.exists()


def test_a_second_factor_nobody_proved_is_not_kept(kept, monkeypatch):
    monkeypatch.setattr(founding, "is_asked_by_person", lambda: True)
    done = kept(*INIT, typed="000000\n\n")
    assert done.exit_code == 0 and "No second factor was set up" in done.output
    assert not Authenticator.objects.exists()


def test_people_are_added_listed_and_given_passwords(kept):
    kept(*INIT, "--no-second-factor")
    added = kept("user", "add", "lin", "--name", "林", "--role", "clerk", "--password", STRONG)
    assert added.exit_code == 0, added.output
    assert User.objects.get(username="lin").check_password(STRONG)
    assert "lin\t林\tHN\tclerk" in kept("user", "list").output
    assert kept("user", "password", "LIN", KEPT_PASSWORD="another-strong-one").exit_code == 0
    assert User.objects.get(username="lin").check_password("another-strong-one")


def test_somebody_added_without_a_password_gets_a_first_one_to_be_changed(kept):
    kept(*INIT, "--no-second-factor")
    added = kept("user", "add", "lin")
    lin = User.objects.get(username="lin")
    assert lin.must_change_password and lin.check_password(added.stdout.strip())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("user", "add", "x", "--role", "pope"),
            "There is no role “pope”. There are: admin",
        ),
        (("user", "add", "x", "--unit", "NO"), "There is no unit “NO”"),
        (("user", "add", "boss"), "The user name “boss” is taken"),
        (("user", "password", "nobody", "--password", STRONG), "nobody with the user name"),
        (("user", "list", "--company", "XX"), "There is no company “XX”"),
        (("policy", "load", "software", "--from", "soon"), "“soon” is not a date"),
        (("policy", "load", "software", "--from", "0001-01-01"), "The year 1 cannot be right"),
        (("policy", "load", "software", "--from", "9999-12-31"), "The year 9999 cannot be right"),
        (("policy", "load", "software", "--from", "2001-01-01"), "on a day that has passed"),
    ],
)
def test_refusals_are_one_sentence_and_change_nothing(kept, arguments, sentence):
    kept(*INIT, "--no-second-factor")
    before = Entry.objects.count()
    refused = kept(*arguments)
    assert refused.exit_code == 1 and sentence in refused.output
    assert Entry.objects.count() == before


def test_which_company_is_asked_when_there_are_several(kept):
    assert "There is no company yet" in kept("policy", "show").output
    make_company("AA", "One")
    make_company("BB", "Two")
    assert "--company: AA, BB" in kept("policy", "show").output
    assert kept("policy", "show", "--company", "bb").exit_code == 0


@pytest.mark.req("SX.19", part="a pack is loaded from a day on")
def test_policy_is_shown_and_loaded_from_a_date(kept):
    company = make_company("HN", "Huaen", pack="software")
    shown = kept("policy", "show").output
    assert "policy pack “software”" in shown and "24 hours" in shown and "clerk" in shown
    loaded = kept("policy", "load", "lubricant", "--from", "2031-01-01")
    assert loaded.exit_code == 0, loaded.output
    latest = PromiseRule.objects.filter(unit=company).latest("valid_from")
    assert latest.valid_from.isoformat() == "2030-12-31T16:00:00+00:00", "midnight in Shanghai"
    assert "Hotline calls are answered" not in kept("policy", "show").output, "not in force yet"


def test_a_pack_loaded_for_later_is_not_said_to_hold_yet(kept):
    make_company("HN", "Huaen", pack="software")
    with clock.at(moment("2026-05-01 09:00")):
        assert kept("policy", "load", "handset", "--from", "2027-01-01").exit_code == 0
        shown = kept("policy", "show").output
        assert "policy pack “software”" in shown.splitlines()[0]
        assert "From 2027-01-01 on: policy pack “handset”" in shown
    with clock.at(moment("2027-01-02 09:00")):
        shown = kept("policy", "show").output
        assert "policy pack “handset”" in shown.splitlines()[0] and "From " not in shown


def test_policy_is_told_in_the_sentences_of_its_page(kept, client):
    company = make_company("HN", "Huaen", pack="software")
    branch = make_unit(company, "HN-1")
    ConsultingPolicy.objects.create(
        unit=branch, valid_from=clock.now(), kinds=["branch"], minimum=2, target=3
    )
    shown = kept("policy", "show").output
    assert "object (" not in shown
    for section in sections_for(company, clock.now()):
        assert f"\n{section.title}\n" in shown
        for sentence in section.sentences:
            assert f"  {sentence.text} (since " in shown
    own = shown.split("Staff [HN-1]\n")[1]
    assert own.startswith("  At least 2 consulting technicians") and "Promises [HN-1]" not in shown


def write_table(path, rows=3):
    lines = ["ref,summary,received_at,route"]
    lines += [
        f"{number},漏油 {number},2015-03-0{number} 09:00,电话" for number in range(1, rows + 1)
    ]
    path.write_text("\n".join([*lines, "9,Broken,soon,电话"]) + "\n")
    return str(path)


@pytest.mark.req("SX.08", part="import at the command line")
def test_cases_are_imported_with_a_report_and_a_file_of_refused_rows(kept, tmp_path):
    company = make_company("HN", "Huaen")
    make_user(make_unit(company, "HN-1"), "lin", "clerk")
    table = write_table(tmp_path / "old.csv")
    done = kept("import", "cases", table, "--unit", "HN-1")
    assert done.exit_code == 1, "rows were refused"
    assert "3 cases taken over, 3 of them open." in done.output
    assert "line 5: received_at: “soon” is not a time." in done.output
    assert (tmp_path / "old.csv.refused.csv").read_text().count("\n") == 2
    assert Case.objects.first().owner.username == "lin"
    assert "0 cases taken over" in kept("import", "cases", table, "--unit", "HN-1").output


def test_rows_with_dates_out_of_range_or_a_reference_twice_are_told_by_line(kept, tmp_path):
    company = make_company("HN", "Huaen")
    make_user(make_unit(company, "HN-1"), "lin", "clerk")
    table = tmp_path / "old.csv"
    table.write_text(
        "ref,summary,received_at,route\n1,A,2015-03-01 09:00,电话\n2,B,9999-12-31,电话\n"
        "1,C,2015-03-01 09:00,电话\n3,D,0001-01-01,电话\n4,E,2015-03-02 09:00,电话\n"
    )
    done = kept("import", "cases", str(table), "--unit", "HN-1")
    assert done.exit_code == 1 and "2 cases taken over" in done.output, done.output
    assert "line 3: received_at: The year 9999 cannot be right." in done.output
    assert "line 4: source_ref: It has the reference of line 2" in done.output
    assert "line 5: received_at: The year 1 cannot be right." in done.output
    assert "0 rows were here already." in done.output


def test_an_import_needs_somebody_who_answers_for_the_open_ones(kept, tmp_path):
    make_company("HN", "Huaen")
    refused = kept("import", "cases", write_table(tmp_path / "old.csv"))
    assert refused.exit_code == 1 and "Nobody may close cases" in refused.output


def test_verify_says_what_was_proved_and_finds_what_was_changed(kept):
    company = make_company("HN", "Huaen")
    proved = kept("verify")
    assert proved.exit_code == 0 and "Everything is as it was recorded." in proved.output
    with without_guards("timeline_entry"):
        entry = Entry.objects.filter(thread=company.thread).first()
        Entry.objects.filter(pk=entry.pk).update(body=entry.body.replace("Huaen", "Other"))
    found = kept("verify", "--quiet")
    assert found.exit_code == 1 and "! HN: entry 1 is not what was recorded" in found.output
    report = json.loads(kept("verify", "--json").stdout)
    assert report["fault_count"] == 1 and report["counts"]["entries"] > 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("openapi", "no/such/api.json"), "There is no file or folder no/such/api.json"),
        (("move", "mysql://x"), "starts with 'mysql'; use sqlite:/// or postgresql://"),
        (("move", "postgresql://x@localhost:99999/y"), "Port out of range"),
        (("move", "sqlite:///kept.sqlite3"), "Write the whole path of the SQLite file"),
        (("move", "sqlite:////tmp/x", "--files", "ftp://x"), "use file:///path or s3://"),
        (("serve", "--host", "192.0.2.1"), "This machine has no address 192.0.2.1"),
    ],
)
def test_a_place_that_is_none_is_named_and_nothing_begins(kept, arguments, sentence):
    make_company("HN", "Huaen")
    refused = kept(*arguments)
    assert refused.exit_code == 1 and sentence in refused.output
    assert "Traceback" not in refused.output


def test_a_home_that_is_none_is_named(kept, monkeypatch):
    def none() -> None:
        raise NotADirectoryError(20, "Not a directory", "/dev/null/home")

    monkeypatch.setattr("django.setup", none)
    refused = kept("user", "list")
    assert refused.exit_code == 1 and "KEPT_HOME cannot be used" in refused.output


def test_an_unprepared_database_is_named(kept, monkeypatch):
    monkeypatch.setattr(asking, "is_prepared", lambda: False)
    assert "not prepared yet" in kept("verify").output


def test_the_console_script_is_this(kept):
    assert main.name == "main" and callable(main)
