"""Lines of the log: one an event, only fields known to be harmless, never what people typed."""

import ast
import logging
import sqlite3
import sys

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from kept.cases.actions import close_case
from kept.cases.factories import make_case, outcome
from kept.kit.refusal import Refused
from kept.kit.testing.structural.sources import all_sources
from kept.people.actions import add_user
from kept.people.models import User
from kept.web.operating import logs
from kept.web.operating.logs import FIELDS, configure, from_environment
from kept.web.operating.requests import BrokenStream, RequestMiddleware
from kept.web.operating.scrubbing import failure
from kept.web.operating.tests.conftest import bearer
from kept.web.worker import Duty, Worker

NAME, PHONE, MAIL = "欧阳静怡", "13905550123", "ouyang.jy@example.com"
log = structlog.get_logger()


def of(event: str, lines: list[dict]) -> list[dict]:
    return [line for line in lines if line["event"] == event]


def test_a_request_is_one_line(office, lines) -> None:
    case = make_case(office.lin)
    lines()
    answer = Client().get(f"/api/v1/cases/{case.number}", headers=bearer(office.lin))
    (line,) = of("request", lines())
    assert line["route"] == "/api/v1/cases/{ref}" or line["route"] == "/api/v1/cases/<ref>"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["statements"] > 1 and line["ms"] > 0
    assert (line["actor"], line["company"]) == (office.lin.pk, office.company.pk)
    assert line["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.django_db
def test_what_is_not_there_is_one_line_too(lines) -> None:
    Client().get("/nowhere/")
    (line,) = lines()
    assert (line["event"], line["route"], line["status"]) == ("request", "none", 404)


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("0af7651916cd43dd8448eb211c80319c", True),
        ("123e4567-e89b-12d3-a456-426614174000", True),
        (PHONE, False),
        ("Wang Fang of Huaneng Street", False),
        ("a" * 65, False),
        ("0af7651916cd43dd8448eb211c80319c\n", False),
    ],
)
def test_the_id_a_proxy_gave_is_kept_when_it_is_one(given: str, is_taken: bool) -> None:
    def answer(request):
        return StreamingHttpResponse([b"x"])

    request = RequestFactory().get("/", headers={"X-Request-ID": given})
    response = RequestMiddleware(answer)(request)
    assert (response.headers["X-Request-ID"] == given) is is_taken
    assert len(response.headers["X-Request-ID"]) >= 20


@pytest.mark.django_db
def test_lines_inside_a_request_bear_its_id_and_none_after_it(lines) -> None:
    def answer(request):
        log.info("inside")
        return StreamingHttpResponse(inner())

    def inner():
        log.info("inside")
        yield b"x"

    response = RequestMiddleware(answer)(RequestFactory().get("/"))
    assert b"".join(response.streaming_content) == b"x"
    response.close()
    log.info("after")
    found = lines()
    given = {line.get("request_id") for line in found if line["event"] != "after"}
    assert given == {response.headers["X-Request-ID"]} and len(found) == 4
    assert "request_id" not in found[-1]


def test_a_file_that_breaks_off_is_told_without_what_the_error_says(lines) -> None:
    def answer(request):
        return StreamingHttpResponse(inner())

    def inner():
        yield b"x"
        raise ValueError(f"no phone {PHONE}")

    response = RequestMiddleware(answer)(RequestFactory().get("/"))
    with pytest.raises(BrokenStream) as broken:
        b"".join(response.streaming_content)
    assert broken.value.__suppress_context__ and PHONE not in str(broken.value)
    (line,) = of("request failed", lines())
    assert line["error"] == "ValueError" and "raise ValueError" in line["traceback"][-1]


def test_a_verb_is_one_line_with_its_subject_by_number(office, lines) -> None:
    lines()
    case = make_case(office.lin, caller_name=NAME, caller_phone=PHONE)
    with pytest.raises(Refused) as told:
        close_case(case, by=office.lin, outcome=outcome(case))
    opened, closed = of("action", lines())
    assert (opened["verb"], opened["outcome"]) == ("cases.open", "done")
    assert opened["subject"] == f"case {case.number}"
    assert opened["actor"] == office.lin.pk and opened["company"] == office.company.pk
    assert (closed["outcome"], closed["rule"]) == ("refused", told.value.rule)
    assert closed["level"] == "info"


def test_people_are_known_by_their_row_never_by_their_name(office, lines) -> None:
    lines()
    made = add_user(by=User.objects.system(), unit=office.hotline,
                    username="ouyang", name=NAME)  # fmt: skip
    (line,) = of("action", lines())
    assert line["subject"] == f"user {made.pk}"


def test_only_known_fields_stand_in_a_line(lines) -> None:
    log.warning("something", name=NAME, phone=PHONE, mail=MAIL, count=3)
    (line,) = lines()
    assert set(line) == {"time", "level", "event", "process", "count"} <= set(FIELDS)


def test_levels_hold_back_and_text_is_for_people(capsys) -> None:
    configure({"level": "warning", "format": "text"})
    log.info("quiet")
    log.warning("job", job="kept.x", outcome="failed")
    try:
        raise KeyError(NAME)
    except KeyError:
        log.exception("duty failed", duty="sweep")
    configure({"usual": "warning"})
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith("warning job  outcome=failed job=kept.x")
    assert "duty failed  duty=sweep error=KeyError" in said[1]
    assert NAME not in "".join(said) and said[2] == "KeyError" and "quiet" not in "".join(said)


def test_the_environment_chooses_and_wrong_words_are_refused(monkeypatch) -> None:
    monkeypatch.setenv("KEPT_LOG", "Debug")
    monkeypatch.setenv("KEPT_LOG_FORMAT", "text")
    assert from_environment() == {"level": "debug", "format": "text"}
    monkeypatch.delenv("KEPT_LOG")
    monkeypatch.delenv("KEPT_LOG_FORMAT")
    monkeypatch.setattr(logs, "is_terminal", lambda: False)
    assert from_environment("info") == {"level": "info", "format": "json"}
    monkeypatch.setattr(logs, "is_terminal", lambda: True)
    assert from_environment()["format"] == "text"
    with pytest.raises(ImproperlyConfigured, match="KEPT_LOG is one of debug, info"):
        configure({"level": "loud", "format": "json"})


def test_other_libraries_say_their_constant_words_only(lines) -> None:
    foreign = logging.getLogger("some.library")
    foreign.warning("cannot reach %s after %d tries", MAIL, 3)
    foreign.warning("mail to %(whom)s", {"whom": MAIL})
    foreign.warning(f"mail to {MAIL}")
    foreign.warning("id %s", int(PHONE))
    broken = logging.LogRecord("some.library", logging.ERROR, "x.py", 1, "%d sent", (MAIL,), None)
    logs.Handler().emit(broken)
    said = [line["event"] for line in lines()]
    assert said[:2] == ["cannot reach … after 3 tries", "mail to …"]
    assert said[2].startswith("message kept back (test_logs:")
    assert said[3:] == ["id …", "%d sent"]


@pytest.mark.parametrize(
    ("error", "says", "code"),
    [
        (ValueError(f"{NAME} {PHONE}"), None, None),
        (FileNotFoundError(2, "No such file", "/srv/wang"), "No such file or directory", 2),
        (Refused("{name} may not", name=NAME, rule="S1.48"), "rule S1.48", None),
        (
            IntegrityError("UNIQUE constraint failed: people_user.username"),
            "UNIQUE constraint failed: people_user.username",
            None,
        ),
        (
            IntegrityError(f'duplicate key value "{PHONE}"\nDETAIL: Key (phone)=({PHONE})'),
            "duplicate key value …",
            None,
        ),
        (sqlite3.OperationalError(f'fts5: error near "{NAME}"'), "… error near …", None),
        (sqlite3.DataError(f"bad value {PHONE} of {NAME} Wang.Fang"), "bad value … of … …", None),
    ],
)  # fmt: skip
def test_of_what_an_error_says_only_known_words_are_told(error, says, code) -> None:
    told = failure(error)
    assert told.get("says") == says and told.get("code") == code
    assert not any(word in str(told) for word in (NAME, PHONE, "wang"))


def test_causes_are_told_with_their_places_first_one_first() -> None:
    try:
        try:
            {}[PHONE]
        except KeyError as error:
            raise ValueError(NAME) from error
    except ValueError as error:
        told = failure(error)["traceback"]
    assert told[0] == "KeyError" and "ValueError" in told
    assert told[1].endswith("{}[PHONE]") and "/operating/tests/test_logs.py:" in told[1]
    assert not told[1].strip().startswith("/"), "not where this machine keeps its files"


def test_a_duty_that_did_something_is_a_line_and_one_that_failed_says_where(db, lines) -> None:
    def fails() -> None:
        raise ValueError(f"no mail to {MAIL}")

    worker = Worker([Duty("a", 1, lambda: 3), Duty("b", 1, lambda: 0), Duty("c", 1, fails)],
                    jobs=False)  # fmt: skip
    worker.tick()
    found = lines()
    assert [(one["duty"], one["count"]) for one in of("duty", found)] == [("a", 3)]
    (failed,) = of("duty failed", found)
    assert failed["duty"] == "c" and failed["error"] == "ValueError" and MAIL not in str(found)


def test_what_nobody_caught_is_told_in_our_words(lines, monkeypatch) -> None:
    for name in ("excepthook",):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(logs.threading, "excepthook", logs.threading.excepthook)
    logs.configure_service("command")
    sys.excepthook(ValueError, ValueError(PHONE), None)
    (line,) = lines()
    assert (line["level"], line["error"]) == ("critical", "ValueError")
    assert PHONE not in str(line)


def test_a_log_that_cannot_be_written_stops_nobody(monkeypatch) -> None:
    class Full:
        def write(self, text: str) -> None:
            raise OSError(28, "No space left on device")

    configure({"level": "info", "format": "json"})
    monkeypatch.setattr(sys, "stderr", Full())
    log.error("something")
    monkeypatch.undo()
    configure({"usual": "warning"})


def test_what_our_own_lines_say_is_constant() -> None:
    """Words put together may hold a name; fields are checked, words are not."""
    faults, found = [], 0
    for source in all_sources():
        for call in source.calls:
            of_log = (
                isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "log"
            )
            if of_log and call.args and call.func.attr != "log":
                found += 1
                if not isinstance(call.args[0], ast.Constant):
                    faults.append(source.at(call))
    assert not faults and found > 5
