"""What people see when something fails: their language, the request's id, and nothing internal."""

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kept.web import home
from kept.web.failing import failed
from kept.web.operating import requests
from kept.web.operating.tests.conftest import bearer

SECRET = "/srv/kept/views.py"


@pytest.fixture
def client(office) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(office.lin)
    return client


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(home, "promises_of", fails)


@pytest.mark.usefixtures("broken")
def test_the_page_of_a_failure_shows_its_id_in_the_readers_language(office, client) -> None:
    answer = client.get("/")
    text = answer.content.decode()
    assert answer.status_code == 500 and "Something went wrong here" in text
    assert answer.headers["X-Request-ID"] in text and SECRET not in text
    office.lin.language = "zh-hans"
    office.lin.save()
    answer = client.get("/")
    assert answer.headers["Content-Language"] == "zh-hans" and '<html lang="zh-hans"' in (
        answer.content.decode()
    )


def test_no_page_of_a_failure_asks_the_database(rf, db) -> None:
    for status in (400, 500, 503):
        request: HttpRequest = rf.get("/", headers={"Accept-Language": "zh-Hans"})
        request.request_id = "an-id"  # type: ignore[attr-defined]
        with CaptureQueriesContext(connection) as queries:
            answer = failed(request, status)
        text = answer.content.decode()
        assert len(queries) == 0 and "an-id" in text and '<html lang="zh-hans"' in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_database_that_is_away_before_anybody_is_known_is_a_page_too(
    rf, db, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The reader's session cannot be read: the browser says which language."""

    def away(*args: object) -> None:
        raise OperationalError("server closed the connection") from PsycopgAway()

    monkeypatch.setattr("kept.people.middleware.Installation.the", away)
    client = Client(raise_request_exception=False)
    client.cookies["kept_language"] = language
    answer = client.get("/signin/login/")
    text = answer.content.decode()
    assert answer.status_code in (500, 503) and f'<html lang="{language}"' in text
    assert answer.headers["X-Request-ID"] in text and "closed" not in text


class PsycopgAway(Exception):
    sqlstate = "08006"


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [("/nowhere/", {}, 404), ("/language/", {"host": "other.example.com"}, 400)],
)
def test_other_faults_show_the_id_too(client, address, headers, status) -> None:
    answer = client.post(address, headers=headers)
    assert answer.status_code == status
    assert answer.headers[requests.HEADER] in answer.content.decode()


def test_programs_get_a_problem_document_and_the_id_in_the_header(
    office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object) -> None:
        raise ValueError(SECRET)

    headers = bearer(office.lin)
    monkeypatch.setattr("kept.web.api.user_of", fails)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/cases/X", headers=headers)
    assert answer.status_code == 500 and SECRET not in answer.content.decode()
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.headers["X-Request-ID"]


@pytest.mark.parametrize("address", ["/", "/signin/login/", "/static/build/kept.css", "/nowhere"])
def test_nothing_is_shown_under_a_name_kept_does_not_answer_to(client, address: str) -> None:
    answer = client.get(address, headers={"Host": "evil.example", "Accept-Language": "en"})
    text = answer.content.decode()
    assert answer.status_code == 400 and "KEPT_HOSTS" in text
    assert "evil.example" not in text and answer.headers["X-Request-ID"] in text


def test_programs_are_told_of_a_wrong_name_in_a_problem_document(office, client) -> None:
    headers = {**bearer(office.lin), "Host": "evil.example"}
    answer = client.get("/api/v1/cases", headers=headers)
    assert answer.status_code == 400 and "KEPT_HOSTS" in answer.json()["detail"]


def test_health_is_told_under_any_name(client) -> None:
    """Whoever looks after the machine asks by its number."""
    assert client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200
