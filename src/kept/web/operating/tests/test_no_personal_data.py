"""Names, phones and mail go in through every door; none of them comes out in the log (SX.15)."""

import json
from pathlib import Path

import pytest
from django.test import Client

from kept.cases.factories import make_case
from kept.cases.models import Case
from kept.kit.importing.kinds import kind_named
from kept.kit.importing.running import import_file
from kept.people.factories import make_unit, make_user
from kept.people.models import UnitKind, User
from kept.web import home
from kept.web.operating.tests.conftest import Lines, bearer
from kept.web.worker import Duty, Worker

NAME, LATIN = "欧阳静怡", "Ouyang-Jingyi"
PHONE, SPOKEN, MAIL = "13905550123", "139 0555 0123", "ouyang.jy@example.com"
TEXT = "Oil drips behind the gearbox of the blue one"
WORDS = (NAME, LATIN, PHONE, SPOKEN, MAIL, TEXT, "0555 0123", "ouyang", "gearbox")
HEADER = ["客户编号", "客户名称", "联系人", "电话", "邮箱"]


def leaks(lines: list[dict]) -> list[str]:
    """Lines in which a word of theirs stands, whatever it is escaped as."""
    said = [json.dumps(line, ensure_ascii=False) for line in lines]
    return [line for line in said if any(word.casefold() in line.casefold() for word in WORDS)]


@pytest.fixture
def pages(office) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(office.lin)
    return client


@pytest.mark.req("SX.15", part="the log holds no personal data")
def test_pages_and_searches_leave_nothing_in_the_log(office, pages: Client, lines: Lines) -> None:
    lines()
    said = {"summary": TEXT, "caller_name": NAME, "caller_phone": SPOKEN, "caller_email": MAIL}
    pages.post("/cases/open/", {**said, "unit": "YQ-HL", "route": "phone", "_key": "k1"})
    pages.post("/cases/open/", {**said, "unit": "nowhere", "route": "phone"})
    case = make_case(office.lin, caller_name=NAME, caller_phone=PHONE, summary=TEXT)
    for address in (
        f"/cases/{case.number}/",
        f"/search/?q={NAME}",
        f"/search/?q={PHONE}",
        f"/cases/?q={MAIL}&all=1",
        f"/cases/?q={NAME}&all=1&format=csv",
        f"/cases/{NAME}/",
        f"/{LATIN}/{PHONE}/",
        f"/intake/{PHONE}/?q={SPOKEN}",
        f"/accounts/?q={LATIN}",
        "/signin/login/?next=/" + MAIL,
    ):
        answer = pages.get(address, headers={"X-Request-ID": PHONE, "Referer": f"http://x/{MAIL}"})
        b"".join(answer.streaming_content) if answer.streaming else answer.content
    pages.post(f"/cases/{case.number}/add_note/", {"note": TEXT + MAIL})
    pages.post("/signin/login/", {"login": LATIN, "password": PHONE})
    pages.get("/", headers={"Host": f"{LATIN}.example.com"})
    found = lines()
    assert len([one for one in found if one["event"] == "request"]) > 10
    assert {"action", "request"} <= {one["event"] for one in found}
    assert leaks(found) == []


@pytest.mark.req("SX.15", part="the log holds no personal data")
def test_the_api_leaves_nothing_in_the_log(office, lines: Lines) -> None:
    headers, client = bearer(office.lin), Client(raise_request_exception=False)
    lines()
    body = {"unit": "YQ-HL", "route": "phone", "summary": TEXT, "caller_name": NAME,
            "caller_phone": PHONE, "caller_email": MAIL}  # fmt: skip
    post = {"content_type": "application/json"}
    for sent in (
        body,
        {**body, "route": PHONE},
        {**body, NAME: MAIL},
        {**body, "caller_email": NAME},
    ):
        client.post("/api/v1/cases", sent, headers={**headers, "Idempotency-Key": PHONE}, **post)
    client.post("/api/v1/cases", f"not json {PHONE}", headers=headers, **post)
    client.get(f"/api/v1/cases/{LATIN}?q={MAIL}", headers=headers)
    client.post(f"/api/v1/cases/{NAME}/close", {"note": TEXT}, headers=headers, **post)
    client.get("/api/v1/cases/X", headers={"authorization": f"Bearer {MAIL}"})
    found = lines()
    assert Case.objects.filter(summary=TEXT).exists()
    assert [one["verb"] for one in found if one["event"] == "action"][:1] == ["cases.open"]
    assert leaks(found) == []


@pytest.mark.req("SX.15", part="the log holds no personal data")
def test_failures_are_told_without_what_they_were_about(
    office, pages: Client, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args, **kwargs):
        caller = {"name": NAME, "phone": PHONE}
        raise ValueError(f"cannot call {caller} under {MAIL}: {TEXT}")

    monkeypatch.setattr(home, "promises_of", fails)
    lines()
    assert pages.get("/").status_code == 500
    found = lines()
    (failed,) = [one for one in found if one["event"] == "request failed"]
    assert failed["error"] == "ValueError" and len(failed["traceback"]) > 3
    assert failed["request_id"] and leaks(found) == []


@pytest.mark.req("SX.15", part="the log holds no personal data")
def test_duties_that_fail_are_told_without_whom_they_were_about(db, lines: Lines) -> None:
    def fails() -> int:
        raise RuntimeError(f"no mail to {MAIL}")

    lines()
    Worker([Duty("send notices", 1, fails)], jobs=False).tick()
    found = lines()
    assert [one for one in found if one["event"] == "duty failed"]
    assert leaks(found) == []


@pytest.mark.req("SX.15", part="the log holds no personal data")
def test_refusals_of_databases_are_told_without_the_row(office, pages: Client, lines: Lines,
                                                        monkeypatch) -> None:  # fmt: skip
    """PostgreSQL repeats the row that broke a rule; SQLite the value it could not take."""

    def fails(*args) -> None:
        User.objects.filter(pk=office.lin.pk).update(username=NAME)
        make_user(office.hotline, "other", name=NAME)
        User.objects.filter(username="other").update(username=NAME)

    monkeypatch.setattr(home, "promises_of", fails)
    lines()
    assert pages.get("/").status_code == 500
    found = lines()
    (failed,) = [one for one in found if one["event"] == "request failed"]
    assert failed["error"] == "django.db.utils.IntegrityError" and leaks(found) == []


@pytest.mark.req("SX.15", part="the log holds no personal data")
def test_imports_leave_nothing_in_the_log(office, lines: Lines, tmp_path: Path) -> None:
    rows = [
        ["K1", NAME, LATIN, PHONE, MAIL],
        ["K2", LATIN, NAME, f"{SPOKEN} {MAIL}", PHONE],
        [TEXT, NAME, "", MAIL, NAME],
    ]
    file = tmp_path / f"{LATIN}.csv"
    file.write_text("\n".join(",".join(row) for row in [HEADER, *rows]), encoding="utf-8")
    lines()
    branch = make_unit(office.company, "YQ-CS", "Changsha branch", UnitKind.BRANCH)
    done = import_file(kind_named("accounts"), file, unit=branch, by=User.objects.system())
    found = lines()
    assert done.made == 1, [str(one.refused) for one in done.first_faults]
    assert done.refused == 2
    assert "parties.import_accounts" in [one.get("verb") for one in found]
    assert leaks(found) == []
