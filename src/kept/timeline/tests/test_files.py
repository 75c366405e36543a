"""Files go up, hang on a matter, and come down as something to save and nothing else (SX.07)."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from kept.kit.refusal import InvalidInput, Refused
from kept.people.factories import make_company, make_unit, make_user
from kept.timeline.factories import PNG, attach_file, make_file, make_thread
from kept.timeline.files import LARGEST, attach, safe_name, store
from kept.timeline.models import Attachment, Receipt

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def upload(client, *files: tuple[str, bytes], **values):
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post("/files/", {"files": sent, **values})


@pytest.mark.req("SX.07")
def test_a_file_goes_up_and_comes_down_unchanged(cast, client):
    client.force_login(cast.lin)
    answer = upload(client, ("照片.png", PNG))
    assert answer.status_code == 201
    file = Attachment.objects.get(pk=answer.json()["id"])
    assert file.checksum == hashlib.sha256(PNG).hexdigest()
    assert (file.name, file.media, file.size) == ("照片.png", "image/png", len(PNG))
    down = client.get(answer.json()["files"][0]["url"])
    assert b"".join(down.streaming_content) == PNG


@pytest.mark.req("SX.07", part="kinds of files")
def test_a_file_is_of_a_kind_that_is_one_of_a_set_and_a_document_unless_said(cast, client):
    client.force_login(cast.lin)
    kinds = ("document", "fax", "photo", "signature", "voucher", "data")
    for kind in kinds:
        answer = upload(client, ("a.png", PNG + kind.encode()), kind=kind)
        assert (answer.status_code, answer.json()["files"][0]["kind"]) == (201, kind)
        assert Attachment.objects.get(pk=answer.json()["id"]).kind == kind
    assert upload(client, ("b.png", PNG)).json()["files"][0]["kind"] == "document"
    known = Attachment.objects.count()
    strange = upload(client, ("c.png", PNG), kind="selfie")
    assert (strange.status_code, strange.json()["field"]) == (422, "kind")
    said = upload(client, ("d.png", PNG), kind="photo", number="1")
    assert (said.status_code, said.json()["field"]) == (422, "number")
    both = upload(client, ("e.png", PNG), ("f.png", PNG), kind="voucher", number="1")
    assert (both.status_code, both.json()["field"]) == (422, "files")
    assert Attachment.objects.count() == known


@pytest.mark.req("SX.07")
@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_file_is_not_handed_out(cast, client, damage):
    file = make_file(cast.lin)
    path = Path(default_storage.path(file.file.name))
    path.unlink() if damage == "gone" else path.write_bytes(PNG[:-1] + b"!")
    client.force_login(cast.lin)
    answer = client.get(file.get_absolute_url())
    assert answer.status_code == 409 and "backup" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content"), [("x.svg", SVG), ("x.html", HTML), ("x.png", HTML), ("x.xml", b"<a/>")]
)
def test_nothing_uploaded_ever_runs_in_the_browser(cast, client, name, content):
    """B26: scripts in SVG and HTML, whatever the name says."""
    client.force_login(cast.lin)
    down = client.get(make_file(cast.lin, name, content).get_absolute_url())
    assert down["Content-Type"].startswith("text/plain")
    assert down["Content-Disposition"] == f'attachment; filename="{name}"'
    assert down["X-Content-Type-Options"] == "nosniff"
    assert down["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("..", "file"),
        ("", "file"),
        ("   ", "file"),
        (".hidden", "hidden"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\u200bb\u2066.txt", "ab.txt"),
        ("<script>alert(1)<\\script>.png", "script>.png"),
        ("x" * 300 + ".jpeg", "x" * 195 + ".jpeg"),
    ],
)
def test_names_are_made_harmless(sent, kept):
    assert safe_name(sent) == kept


@pytest.mark.parametrize("name", ["a\0.png", "a\r\nb.png", "a\ud800.png", "a\x1b[31m.png"])
def test_names_with_broken_signs_are_refused(name):
    with pytest.raises(InvalidInput):
        safe_name(name)


def test_a_name_with_a_script_is_escaped_and_cannot_leave_its_header(cast, client, rf):
    """B26: a name is shown as text, and its quotes and lines stay inside the header."""
    file = make_file(cast.lin, '"><img src=x onerror=alert(1)>; filename="evil.html', b"text")
    client.force_login(cast.lin)
    header = client.get(file.get_absolute_url())["Content-Disposition"]
    assert header.startswith("attachment; filename=") and "\n" not in header
    assert '\\"><img' in header or "filename*=" in header


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty.png", b"", "empty"),
        ("setup.exe", b"MZ\x90\0" + b"\0" * 60, "program"),
        ("tool", b"\x7fELF" + b"\0" * 60, "program"),
        ("run.txt", b"#!/bin/sh\nrm -rf /", "program"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(cast, client, name, content, word):
    client.force_login(cast.lin)
    answer = upload(client, ("good.png", PNG), (name, content))
    assert answer.status_code == 422 and word in answer.json()["detail"]


def test_too_large_a_file_is_refused(cast):
    upload = SimpleUploadedFile("big.png", PNG)
    upload.size = LARGEST + 1
    with pytest.raises(InvalidInput, match="too large"):
        store(upload, by=cast.lin)


def test_no_name_from_outside_reaches_the_disk(cast):
    file = make_file(cast.lin, "../../evil.php")
    assert "evil" not in file.file.name and Path(file.file.name).suffix == ""


def test_the_same_upload_sent_twice_is_kept_once(cast, client):
    client.force_login(cast.lin)
    first = upload(client, ("a.png", PNG), ("b.png", PNG), _key="k1").json()
    again = upload(client, ("a.png", PNG), ("b.png", PNG), _key="k1").json()
    assert first == again and Attachment.objects.count() == 2
    assert [one.verb for one in Receipt.objects.filter(actor=cast.lin)] == ["files.upload"] * 2


def test_uploading_needs_the_right_and_a_sign_in(cast, client):
    assert upload(client, ("a.png", PNG)).status_code == 302
    client.force_login(make_user(cast.north, "nobody"))
    assert upload(client, ("a.png", PNG)).status_code == 403
    assert not Attachment.objects.exists()


@pytest.mark.req("SX.02", part="files are seen through their thread")
def test_a_file_is_seen_by_whoever_sees_its_thread(cast, client):
    """B28, B30: the file has the sight of its matter, by the right of the matter's kind."""
    other = make_unit(make_company("OT", "Other"), "OT-1")
    thread = make_thread(cast.north)
    file = attach_file(thread, cast.lin)
    readers = {
        make_user(cast.north, "same-unit", "clerk"): 200,
        make_user(cast.company, "above", "lead"): 200,
        cast.wang: 404,
        make_user(other, "other-company", "administrator"): 404,
        make_user(cast.north, "no-right"): 404,
    }
    for reader, status in readers.items():
        client.force_login(reader)
        assert client.get(file.get_absolute_url()).status_code == status, reader


def test_a_file_nobody_used_yet_is_its_owners_alone(cast, client):
    file = make_file(cast.lin)
    client.force_login(make_user(cast.north, "colleague", "clerk"))
    assert client.get(file.get_absolute_url()).status_code == 404
    client.force_login(cast.lin)
    assert client.get(file.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("ref", ["0", "-1", "1e9", "../1", "1%00", "9" * 30, "x", "½"])
def test_strange_references_are_simply_not_there(cast, client, ref):
    client.force_login(cast.lin)
    assert client.get(f"/files/{ref}/").status_code == 404


def test_a_file_hangs_on_one_matter_for_good(cast):
    """B25 and the bad day "an attachment never vanishes by a later step"."""
    thread, other = make_thread(cast.north), make_thread(cast.north)
    file = attach_file(thread, cast.lin)
    with pytest.raises(Refused, match="another matter"):
        attach(other, [file], seq=1, by=cast.lin)
    file.refresh_from_db()
    assert file.thread == thread


def test_nobody_attaches_the_file_of_somebody_else(cast):
    with pytest.raises(Refused):
        attach(make_thread(cast.north), [make_file(cast.wang)], seq=1, by=cast.lin)
