"""Files over REST: up as a form, named by verbs, down as they went up (SX.07, SX.08)."""

import hashlib
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from kept.people.factories import make_user
from kept.timeline.factories import PNG
from kept.timeline.files import LARGEST
from kept.timeline.models import Attachment
from kept.web.tests.world import World
from tests.api.caller import Caller, token_of

pytestmark = pytest.mark.django_db
UP = "files"


def photo(content: bytes = PNG, name: str = "裂缝.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(caller: Caller, parts: dict[str, Any], **more: Any) -> Any:
    return caller.post(UP, parts, content_type=MULTIPART_CONTENT, **more)


@pytest.mark.req("SX.08", part="files go up and come down over REST")
def test_a_file_goes_up_is_named_by_a_verb_and_comes_down_whole(
    caller: Caller, world: World
) -> None:
    answer = send(caller, {"file": photo()})
    assert answer.status_code == 201, answer.content
    kept = answer.json()
    assert kept == {
        "ref": kept["ref"],
        "name": "裂缝.png",
        "media": "image/png",
        "size": len(PNG),
        "sha256": hashlib.sha256(PNG).hexdigest(),
        "kind": "document",
        "url": f"/files/{kept['ref']}/",
    }
    case = world.own.thing("cases.Case")
    noted = caller.post(f"cases/{case.number}/note", {"note": "Crack", "files": [kept["ref"]]})
    assert noted.status_code == 200, noted.content
    story = caller.get(f"cases/{case.number}/story", {"limit": "200"}).json()
    assert story["items"][-1]["files"] == [kept]
    assert caller.get(f"files/{kept['ref']}").json() == kept
    content = caller.get(f"files/{kept['ref']}/content")
    assert b"".join(content.streaming_content) == PNG
    assert content["Content-Disposition"].startswith("attachment;")
    assert content["Content-Security-Policy"].startswith("sandbox")


def test_the_same_upload_sent_again_is_kept_once(caller: Caller) -> None:
    first = send(caller, {"file": photo()}, key="up-1")
    again = send(caller, {"file": photo()}, key="up-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Attachment.objects.filter(pk=first.json()["ref"]).count() == 1
    other = send(caller, {"file": photo(PNG + b"more")}, key="up-1")
    assert (other.status_code, other.json()["field"]) == (422, "key"), other.content
    assert send(caller, {"file": photo()}, key="").json()["field"] == "Idempotency-Key"


def test_what_cannot_be_kept_is_refused_in_a_sentence(caller: Caller) -> None:
    known = Attachment.objects.count()
    for parts, says in (
        ({}, "Send one file"),
        ({"file": [photo(), photo()]}, "Send one file"),
        ({"file": "only text"}, "as a file"),
        ({"file": photo(), "kind": "selfie"}, "Choose one of the values"),
        ({"file": photo(), "kind": photo()}, "not asked for here"),
        ({"file": photo(), "kind": ["photo", "fax"]}, "Say this once"),
        ({"file": photo(), "number": "1"}, "not asked of a document"),
        ({"file": photo(), "kind": "voucher", "number": "…"}, "digits or letters"),
        ({"file": photo(), "kind": "voucher", "dated_on": "31.3.2026"}, "is no day"),
        ({"file": photo(), "kind": "voucher", "dated_on": "2199-01-01"}, "in the future"),
        ({"file": photo(), "kind": "voucher", "amount": "12.345"}, "is no amount"),
        ({"file": photo(), "kind": "voucher", "amount": "-3"}, "above nothing"),
        ({"file": photo(), "kind": "voucher", "amount": "3", "currency": "QQQ"}, "is no currency"),
        ({"file": photo(), "kind": "voucher", "voucher_type": "bill"}, "Choose one of the values"),
        ({"file": photo(), "more": photo()}, "not asked for here"),
        ({"file": photo(b"")}, "empty"),
        ({"file": photo(b"#!/bin/sh\n")}, "is a program"),
    ):
        answer = send(caller, parts)
        assert (answer.status_code, says in answer.json()["detail"]) == (422, True), answer.content
        assert answer.json()["field"]
    chinese = send(caller, {}, headers={"Accept-Language": "zh-hans"})
    assert chinese.json()["field"] == "file" and "Send" not in chinese.json()["detail"]
    assert Attachment.objects.count() == known


def test_a_body_that_is_no_form_or_too_large_is_refused_before_it_is_read(caller: Caller) -> None:
    plain = caller.post(UP, json.dumps({"file": "x"}))
    assert plain.status_code == 415 and "multipart/form-data" in plain.json()["detail"]
    unbound = caller.post(UP, b"--x\r\n", content_type="multipart/form-data")
    assert unbound.status_code == 400, unbound.content
    large = send(caller, {"file": photo()}, CONTENT_LENGTH=str(LARGEST * 2))
    assert large.status_code == 413, large.content


@pytest.mark.req("SX.01", part="files over REST")
def test_files_of_others_are_not_there(caller: Caller, world: World) -> None:
    kept = send(caller, {"file": photo()}).json()
    beside = Caller(token_of(make_user(world.own.unit, "beside-files", "clerk")))
    foreign = Caller(token_of(world.foreign.person))
    for other in (beside, foreign):
        for address in (f"files/{kept['ref']}", f"files/{kept['ref']}/content"):
            assert other.get(address).status_code == 404, address
    assert Client().get(f"/api/v1/files/{kept['ref']}/content").status_code == 401
    for nonsense in ("0", "x", "9" * 30, "-1"):
        assert caller.get(f"files/{nonsense}/content").status_code == 404


@pytest.mark.req("SX.07", part="a damaged file is told over REST")
def test_a_file_that_is_no_longer_what_went_up_is_not_given_out(caller: Caller) -> None:
    kept = send(caller, {"file": photo()}).json()
    file = Attachment.objects.get(pk=kept["ref"])
    with file.file.storage.open(str(file.file.name), "wb") as content:
        content.write(b"other bytes")
    answer = caller.get(f"files/{kept['ref']}/content")
    assert answer.status_code == 409 and "restored from a backup" in answer.json()["detail"]
