"""Every fault of the API is a problem document in the reader's language."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from kept.people.models import ApiToken, User
from kept.web.tests.world import World
from tests.api.caller import Caller, token_of

pytestmark = pytest.mark.django_db


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The document of an answer, which must be one and of that status."""
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["title"] and body["detail"]
    return body


@pytest.fixture
def case(world: World) -> str:
    return world.own.thing("cases.Case").number


@pytest.mark.parametrize("address", ["", "nothing", "cases/", "v2/cases", "cases/a/b/c/d", "%00"])
def test_unknown_addresses(caller: Caller, address: str) -> None:
    problem(caller.get(address), 404)


@pytest.mark.parametrize("address", ["/api", "/api/", "/api/v2/cases"])
def test_addresses_outside_this_version(address: str) -> None:
    problem(Client().get(address), 404)


@pytest.mark.parametrize("method", ["delete", "put", "patch", "options", "trace"])
def test_other_methods_are_told_which_ones_there_are(caller: Caller, method: str) -> None:
    answer = getattr(caller.client, method)("/api/v1/cases", headers=caller.headers)
    problem(answer, 405)
    assert answer.headers["Allow"] == "GET, POST"


def test_bodies_that_are_no_json(caller: Caller, case: str) -> None:
    broken = ["{", "[", "nonsense", '{"note": NaN}', "[" * 100_000, '{"note": "\\x00', b"\xff\xfe"]
    for body in broken:
        problem(caller.post(f"cases/{case}/note", body), 400)
    for body in ("[]", '"text"', "1", "null", ""):
        problem(caller.post(f"cases/{case}/note", body), 422)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/xml"])
def test_bodies_of_another_kind(caller: Caller, case: str, kind: str) -> None:
    problem(caller.post(f"cases/{case}/note", "note=x", content_type=kind), 415)


def test_bodies_that_are_too_large(caller: Caller, case: str) -> None:
    body = json.dumps({"note": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    problem(caller.post(f"cases/{case}/note", body), 413)


@pytest.mark.parametrize("text", ["\\ud800", "a\\u0000b", "\\udc00\\ud800"])
def test_texts_that_cannot_be_stored(caller: Caller, case: str, text: str) -> None:
    found = problem(caller.post(f"cases/{case}/note", f'{{"note": "{text}"}}'), 422)
    assert "cannot be stored" in found["detail"]
    opened = f'{{"unit": "{text}", "route": "phone", "summary": "x"}}'
    problem(caller.post("cases", opened), 422)
    problem(caller.post("cases", f'{{"{text}": 1}}'), 422)


@pytest.mark.parametrize("ref", ["%00", "%ED%A0%80", "a%0Ab", "9" * 300, "%F0%9F%98%80", "-1"])
def test_references_that_name_nothing(caller: Caller, ref: str) -> None:
    for address in (f"cases/{ref}", f"promises/{ref}", f"cases/{ref}/story"):
        problem(caller.get(address), 404)
    problem(caller.post(f"cases/{ref}/note", {"note": "x"}), 404)


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**63) - 1, 10**400])
def test_numbers_too_large_for_any_column(caller: Caller, world: World, number: int) -> None:
    product = world.own.thing("products.Product").code
    body = f'{{"warranty_months": {number}}}'
    problem(caller.post(f"products/{product}/change_product", body), 422)
    assert caller.get(f"promises/{number}").status_code == 404


@pytest.mark.parametrize("version", ["-1", "99999999999999999999", "1.5", "", "x", "²", "4096"])
def test_versions_that_cannot_be(caller: Caller, case: str, version: str) -> None:
    answer = caller.post(f"cases/{case}/note?version={version}", {"note": "x"})
    assert problem(answer, 422)["field"] == "version"


def test_an_older_version_says_who_changed_what(caller: Caller, case: str) -> None:
    body = {"classification": "defect"}
    found = problem(caller.post(f"cases/{case}/classify?version=0", body), 409)
    assert "Busy own" in found["detail"] and found["mend"] == f"/cases/{case}/"


def test_a_version_of_what_has_none(caller: Caller, world: World) -> None:
    view = world.own.thing("people.SavedView").pk
    answer = caller.post(f"views/{view}/delete_view?version=1")
    assert answer.status_code in {404, 422}


def test_what_is_not_asked_for_is_named(caller: Caller, case: str) -> None:
    asked = problem(caller.post(f"cases/{case}/note?verson=3", {"note": "x"}), 422)
    assert asked["field"] == "verson"
    sent = problem(caller.post(f"cases/{case}/note", {"note": "x", "nota": "y"}), 422)
    assert sent["field"] == "nota"


@pytest.mark.req("SX.08", part="what creates something needs a request key")
def test_creating_needs_a_request_key(caller: Caller, world: World) -> None:
    body = {"unit": world.own.unit.code, "route": "phone", "summary": "x"}
    assert problem(caller.post("cases", body, key=""), 422)["field"] == "Idempotency-Key"
    for key in ("k" * 81, "a\u00adb", " "):
        problem(caller.post("cases", body, key=key), 422)
    first, again = (caller.post("cases", body, key="one") for _ in range(2))
    assert first.status_code == 201 and first.json() == again.json()
    problem(caller.post("cases", {**body, "summary": "y"}, key="one"), 422)


def test_refusals_speak_the_language_asked_for(world: World) -> None:
    """Accept-Language wins; else the language of whoever the token belongs to."""
    reader = world.own.person
    User.objects.filter(pk=reader.pk).update(language="zh-hans")
    token = token_of(reader)
    own = Caller(token).get("cases/none")
    asked = Caller(token).get("cases/none", **{"Accept-Language": "en-GB, fr;q=0.5"})
    strange = Caller(token).get("cases/none", **{"Accept-Language": "fr, *;q=0.1"})
    assert problem(asked, 404)["detail"] == "There is nothing here under that number."
    assert (
        problem(own, 404)["detail"]
        == problem(strange, 404)["detail"]
        == "此处没有该编号对应的内容。"
    )
    found = [answer.headers["Content-Language"] for answer in (own, asked)]
    assert found == ["zh-hans", "en"]


def test_tokens_that_open_nothing(caller: Caller, world: World) -> None:
    def ask(authorization: str) -> Any:
        return Client().get("/api/v1/cases", headers={"Authorization": authorization})

    for wrong in ("Bearer", "Bearer kept_no", "Bearer " + "x" * 5000, "Basic a2VwdDo=", "kept_x"):
        answer = ask(wrong)
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    good = caller.headers["Authorization"]
    assert ask(good).status_code == 200
    ApiToken.objects.update(revoked_at="2026-01-01T00:00Z")
    problem(ask(good), 401)
    ApiToken.objects.update(revoked_at=None, expires_at="2026-01-01T00:00Z")
    problem(ask(good), 401)
    ApiToken.objects.update(expires_at=None)
    User.objects.filter(pk=world.own.person.pk).update(is_active=False)
    problem(ask(good), 401)


def test_pages_need_their_csrf_token_and_programs_none(world: World, case: str) -> None:
    """Another site's form cannot act in a signed-in person's name."""
    page = Client(enforce_csrf_checks=True)
    address, body = f"/api/v1/cases/{case}/note", {"note": "x"}
    problem(page.post(address, body, content_type="application/json"), 401)
    page.force_login(world.own.person)
    problem(page.post(address, body, content_type="application/json"), 403)
    token = "a" * 32
    page.cookies["csrftoken"] = token
    headers = {"X-CSRFToken": token}
    sent = page.post(address, body, content_type="application/json", headers=headers)
    assert sent.status_code == 200
    wrong = {**headers, "Authorization": "Bearer kept_wrong"}
    problem(page.post(address, body, content_type="application/json", headers=wrong), 401)
    program = Client(enforce_csrf_checks=True)
    bearer = {"Authorization": f"Bearer {token_of(world.own.person)}"}
    assert program.post(
        address, body, content_type="application/json", headers=bearer
    ).status_code == 200  # fmt: skip


def test_a_missing_right_is_403_and_names_it(world: World) -> None:
    stranger = User.objects.get(pk=world.own.thing("people.User").pk)
    stranger.grants.all().delete()
    found = problem(Caller(token_of(stranger)).get("cases"), 403)
    assert "Cases" in found["detail"]


def test_a_fault_of_ours_says_nothing_of_the_inside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged; the caller gets a problem document, and its language."""
    caller = Caller(token_of(world.own.person), **{"Accept-Language": "zh-hans"})
    caller.client.raise_request_exception = False

    def broken(*args: Any) -> None:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr("kept.kit.api.verbs.detailed", broken)
    answer = caller.get(f"users/{world.own.person.username}")
    found = problem(answer, 500)
    assert "secret" not in answer.content.decode() and "ZeroDivision" not in str(found)
    assert answer.headers["Content-Language"] == "zh-hans"
