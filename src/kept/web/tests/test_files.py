"""Where attachments lie: on the disk or in an S3-compatible store, whole or not at all (SX.07)."""

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from moto.server import ThreadedMotoServer

from kept.kit.outage import FILES_SILENT, FULL, Unavailable
from kept.kit.refusal import Refused
from kept.kit.verifying import verify
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import User
from kept.timeline import housekeeping
from kept.timeline.factories import PNG, attach_file, make_file, make_thread
from kept.timeline.files import Damaged, require_unchanged, upload_file
from kept.timeline.models import Attachment
from kept.web import files as places
from kept.web.files import DiskFiles, files_from_url
from kept.web.moving.contents import put_content

BUCKET = "kept"
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def lin(db) -> User:
    unit = make_unit(make_company("YQ", "Yunqi", pack="software"), "YQ-HL")
    return make_user(unit, "lin", "clerk", name="Lin")


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadedMotoServer]:
    """A real S3 server on a port of this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bucket(server, settings):
    """Attachments lie in a bucket for the test; the bucket itself."""
    host, port = server.get_host_and_port()
    url = f"s3://key:secret@{host}:{port}/{BUCKET}/files?region=eu-west-1&tls=0"
    settings.STORAGES = {**settings.STORAGES, "default": files_from_url(url)}
    options = settings.STORAGES["default"]["OPTIONS"]
    store = boto3.resource(
        "s3",
        endpoint_url=options["endpoint_url"],
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="eu-west-1",
    )
    bucket = store.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


@pytest.mark.req("SX.07", part="attachments in an S3-compatible store")
def test_a_file_goes_up_and_comes_down_through_kept_only(lin, client, bucket):
    client.force_login(lin)
    sent = SimpleUploadedFile("脚本.html", HTML)
    answer = client.post("/files/", {"files": sent})
    file = Attachment.objects.get(pk=answer.json()["id"])
    (stored,) = bucket.objects.all()
    assert stored.key == f"files/{file.file.name}"
    down = client.get(file.get_absolute_url())
    assert b"".join(down.streaming_content) == HTML
    assert down["Content-Length"] == str(len(HTML))
    assert down["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert down["Content-Disposition"].startswith("attachment;")
    with pytest.raises(NotImplementedError):
        file.file.url  # noqa: B018  # no link leads past Kept
    stranger = make_user(make_unit(make_company("OT", "Other"), "OT-1"), "zhao", "clerk")
    client.force_login(stranger)
    assert client.get(file.get_absolute_url()).status_code == 404


@pytest.mark.req("SX.07", part="attachments in an S3-compatible store")
def test_what_is_changed_or_gone_in_the_store_is_found(lin, bucket):
    thread = make_thread(lin.unit)
    changed, gone = attach_file(thread, lin), attach_file(thread, lin)
    assert verify(only="files").is_clean
    bucket.Object(f"files/{changed.file.name}").put(Body=b"another")
    bucket.Object(f"files/{gone.file.name}").delete()
    with pytest.raises(Damaged, match="is gone"):
        require_unchanged(gone)
    assert verify(only="files").fault_count == 2


@pytest.mark.req("SX.07", part="a store that does not answer is told, nothing is half written")
def test_a_store_that_does_not_answer_is_told(lin, client, bucket, settings):
    there = attach_file(make_thread(lin.unit), lin)
    known = Attachment.objects.count()
    client.force_login(lin)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": files_from_url("s3://key:secret@127.0.0.1:9/kept?tls=0"),
    }
    with pytest.raises(Unavailable) as caught:
        upload_file(by=lin, upload=SimpleUploadedFile("photo.png", PNG))
    assert caught.value.message == FILES_SILENT
    sent = client.post("/files/", {"files": SimpleUploadedFile("photo.png", PNG)})
    assert sent.status_code == 503 and str(FILES_SILENT) in sent.content.decode()
    assert Attachment.objects.count() == known
    down = client.get(there.get_absolute_url())
    assert down.status_code == 503 and str(FILES_SILENT) in down.content.decode()
    report = verify(only="files")
    assert report.fault_count == 1 and "does not answer" in str(report.faults[0])


def test_files_move_from_one_store_to_another(lin, bucket, tmp_path):
    file = make_file(lin)
    disk = DiskFiles(location=tmp_path)
    with default_storage.open(file.file.name) as content:
        put_content(disk, file.file.name, content)
    assert (tmp_path / file.file.name).read_bytes() == PNG
    (tmp_path / file.file.name).write_bytes(b"half of it")
    put_content(disk, file.file.name, io.BytesIO(PNG), file.checksum)
    assert (tmp_path / file.file.name).read_bytes() == PNG, "what is not whole is put right"


@pytest.mark.req("SX.07", part="a full disk leaves no half file")
def test_a_full_disk_leaves_no_half_file(lin, client, settings, tmp_path, monkeypatch):
    settings.STORAGES = {**settings.STORAGES, "default": files_from_url(tmp_path.as_uri())}
    client.force_login(lin)

    def no_room(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(places.os, "fsync", no_room)
        sent = client.post("/files/", {"files": SimpleUploadedFile("photo.png", PNG)})
        assert sent.status_code == 503 and str(FULL) in sent.content.decode()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not Attachment.objects.exists()
    sent = client.post("/files/", {"files": SimpleUploadedFile("photo.png", PNG)})
    assert sent.status_code == 201, "it goes on by itself"


def test_a_file_without_its_row_is_tidied_away_after_a_week(lin, settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": files_from_url(tmp_path.as_uri())}
    kept, fresh = make_file(lin), default_storage.save("attachments/2026/01/new", ContentFile(b"x"))
    stray = default_storage.save("attachments/2026/01/stray", ContentFile(b"x"))
    half = tmp_path / "attachments/2026/01/.half.part"
    half.write_bytes(b"ha")
    old = (timezone.now() - housekeeping.UNUSED_KEPT - timedelta(hours=1)).timestamp()
    for path in (default_storage.path(stray), half, Path(kept.file.path)):
        os.utime(path, (old, old))
    assert housekeeping.remove_stray_files() == 2
    assert default_storage.exists(fresh) and default_storage.exists(kept.file.name)
    assert not default_storage.exists(stray) and not half.exists()


def test_a_file_whose_row_is_refused_goes_again(lin, settings, tmp_path, monkeypatch):
    settings.STORAGES = {**settings.STORAGES, "default": files_from_url(tmp_path.as_uri())}

    def refuse(self, *_arguments, **_options) -> None:
        raise Refused("No")

    monkeypatch.setattr(Attachment, "save", refuse)
    with pytest.raises(Refused):
        make_file(lin)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_urls_are_read():
    assert files_from_url("file:///srv/kept%20files")["OPTIONS"] == {"location": "/srv/kept files"}
    options = files_from_url("s3://k%2Fey:se%3Acret@store.example:9000/b/a/c?region=cn-1")[
        "OPTIONS"
    ]
    assert options == {
        "access_key": "k/ey",
        "secret_key": "se:cret",
        "bucket_name": "b",
        "location": "a/c",
        "endpoint_url": "https://store.example:9000",
        "region_name": "cn-1",
    }
    assert storages.create_storage(files_from_url("s3://k:s@h/b?tls=0")).endpoint_url == "http://h"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://h/b", "use file:///path or s3://"),
        ("s3://h/b", "must name key, secret, host and bucket"),
        ("s3://k:s@h/", "must name key, secret, host and bucket"),
    ],
)
def test_urls_that_are_none_are_refused(url, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        files_from_url(url)


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr(places, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"install kept\[s3\]"):
        files_from_url("s3://k:s@h/b")
