"""Bad day: the machine is gone. What was backed up comes back, whole or not at all (SX.16)."""

import gzip
import io
import resource
import tarfile
from pathlib import Path

import boto3
import pytest
from django.core.files.storage import FileSystemStorage
from moto.server import ThreadedMotoServer

from kept.kit.refusal import Refused
from kept.web.moving.opening import store_at
from kept.web.moving.restoring import restore
from tests.bad_days.empty import empty_databases
from tests.bad_days.keeping import OFFSET, WORDS, at_home, busy_office, rows_of

DAMAGED = 3
ROOM = 100_000
"""Bytes a file may have on the full disk: enough to read a database, too few for the backup."""


@pytest.fixture
def kept_there(office, elsewhere, tmp_path, settings):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    made = busy_office(office)
    there = at_home(elsewhere())
    (there.folder / "seals.jsonl").write_bytes((settings.HOME / "seals.jsonl").read_bytes())
    there.made = made
    return there


@pytest.fixture
def empty(kept_there, tmp_path):
    with empty_databases(kept_there, tmp_path) as make:
        yield make


def new_machine(there, empty, tmp_path: Path):
    home = tmp_path / "new"
    home.mkdir()
    new = there.beside(home, empty("machine"))
    new.environment.pop("KEPT_FILES_URL")
    return new


def backed_up(there, *options: str) -> Path:
    file = there.folder / "all.tar.gz"
    done = there.kept("backup", str(file), *options)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(file)
    return file


@pytest.mark.req("SX.16")
def test_everything_comes_back_on_another_machine(kept_there, empty, tmp_path):
    made, file = kept_there.made, backed_up(kept_there, "--with-secret")
    before = rows_of(kept_there.environment["KEPT_DATABASE_URL"])
    new = new_machine(kept_there, empty, tmp_path)
    done = new.kept("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert "Everything is as it was recorded." in done.stderr
    assert rows_of(new.environment["KEPT_DATABASE_URL"]) == before
    for upload in (made.photo, made.unused):
        assert (new.folder / "files" / upload.file.name).read_bytes().startswith(b"\x89PNG")
    assert (new.folder / "seals.jsonl").exists()
    assert new.run("looking", "lin", WORDS, made.key) == {
        "found": [made.first.number],
        "related": [made.second.number],
        "next": f"{made.first.number[:-6]}000003",
        "opens": "lin",
        "offset": OFFSET.total_seconds(),
    }


def _unpacked(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


@pytest.mark.req("SX.16", part="a damaged backup changes nothing")
def test_a_damaged_backup_is_refused_before_anything_is_written(kept_there, empty, tmp_path):
    file, url = backed_up(kept_there), empty("new")
    content, home = file.read_bytes(), FileSystemStorage(location=tmp_path / "new")
    for damage, sentence in DAMAGES.items():
        _damage(file, damage)
        with pytest.raises(Refused, match=sentence):
            restore(file, url, files=home)
        file.write_bytes(content)
    assert not (tmp_path / "new").exists()
    assert not store_at(url).exists(), "there is nothing"
    new = new_machine(kept_there, empty, tmp_path)
    _damage(file, "one byte")
    done = new.kept("restore", str(file))
    assert done.returncode == 1 and "is not whole" in done.stderr
    assert new.kept("user", "list").returncode == 1


#: What happens to a backup, and what is said of it.
DAMAGES = {
    "cut off": "is not whole",
    "its end": "is not whole",
    "one byte": "is not whole",
    "a row": "is not whole",
    "its begin": "is not whole",
    "a way out": r"is not whole.*/\.\./",
    "a letter": "is no backup of Kept",
    "a table": "is no backup of Kept",
}


def _damage(file: Path, damage: str) -> None:
    content = file.read_bytes()
    if damage == "cut off":
        file.write_bytes(content[: len(content) * 2 // 3])
    elif damage == "its end":
        file.write_bytes(content[:-4])
    elif damage == "one byte":
        middle = len(content) // 2
        file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif damage == "a letter":
        file.write_bytes(b"Dear Sir or Madam")
    elif damage == "a table":
        file.write_bytes(gzip.compress(b"name,phone\n" * 200))
    elif damage == "its begin":
        file.write_bytes(gzip.compress(gzip.decompress(content).replace(b'"state"', b'"stage"')))
    elif damage == "a way out":
        _lead_out(file)
    else:
        rows = gzip.decompress(content)
        file.write_bytes(gzip.compress(rows.replace(WORDS.encode(), "油封完好".encode())))


def _lead_out(file: Path) -> None:
    """The same backup with one more member, whose name leads out of the place for files."""
    members = {}
    with tarfile.open(file) as tar:
        for member in tar:
            members[member.name] = tar.extractfile(member).read()
    end = members.pop("end.json")
    members |= {"files/../../outside": b"x", "end.json": end}
    with tarfile.open(file, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


@pytest.mark.req("SX.16", part="restored into an empty installation only")
def test_nothing_is_restored_over_an_installation(kept_there):
    file = backed_up(kept_there)
    url = kept_there.environment["KEPT_DATABASE_URL"]
    before = rows_of(url)
    done = kept_there.kept("restore", str(file))
    assert done.returncode == 1 and "There is an installation in this database" in done.stderr
    assert rows_of(url) == before


def test_a_backup_takes_no_others_place(kept_there):
    file = backed_up(kept_there)
    content = file.read_bytes()
    again = kept_there.kept("backup", str(file))
    assert again.returncode == 1 and "is there already" in again.stderr
    assert file.read_bytes() == content
    nowhere = kept_there.kept("backup", str(kept_there.folder / "no" / "all.tar.gz"))
    assert nowhere.returncode == 1 and "There is no file or folder" in nowhere.stderr


@pytest.mark.req("SX.16", part="a full disk leaves no half backup")
def test_a_full_disk_leaves_no_half_backup(kept_there):
    """The system itself refuses to let files grow beyond what was asked of it."""
    file = kept_there.folder / "small.tar.gz"
    done = kept_there.kept("backup", str(file), preexec_fn=_nearly_full)
    assert done.returncode == 1 and "The disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(kept_there.folder.glob("small*"))


def _nearly_full() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


@pytest.mark.req("SX.16", part="a damaged installation is kept; the secret key only when asked for")
def test_what_was_lost_before_is_named_and_the_rest_is_kept(kept_there, empty, tmp_path, settings):
    made = kept_there.made
    Path(made.photo.file.path).unlink()
    file = kept_there.folder / "rest.tar.gz"
    done = kept_there.kept("backup", str(file))
    assert done.returncode == DAMAGED and made.photo.file.name in done.stderr
    assert settings.SECRET_KEY.encode() not in _unpacked(file)
    new = new_machine(kept_there, empty, tmp_path)
    back = new.kept("restore", str(file))
    assert back.returncode == DAMAGED and "is gone" in back.stderr
    assert (new.folder / "files" / made.unused.file.name).exists()
    assert "programs need new access keys" in back.stderr
    assert new.run("looking", "lin", WORDS, made.key)["opens"] is None


@pytest.mark.req("SX.16", part="a backup taken while people work is of one moment")
def test_a_backup_taken_while_people_work_is_of_one_moment(kept_there, empty, tmp_path):
    """Somebody opens cases all the while, and is killed at last: both prove clean."""
    writer = kept_there.start("writing")
    try:
        assert writer.stdout.readline().strip() == "writing"
        file = backed_up(kept_there)
    finally:
        writer.kill()
        writer.wait()
    opened = "SELECT COUNT(*) FROM cases_case"
    assert kept_there.rows(opened)[0][0] > 2
    assert kept_there.kept("verify", "--quiet").returncode == 0
    new = new_machine(kept_there, empty, tmp_path)
    done = new.kept("restore", str(file))
    assert done.returncode == 0, done.stderr


def test_an_older_backup_is_brought_forward(kept_there, empty, tmp_path):
    """Made over the tables of the first version, restored by today's."""
    old_home = tmp_path / "old"
    old_home.mkdir()
    old = kept_there.beside(old_home, empty("old"))
    assert old.run("forward", "first") == {"filled": True}
    file = backed_up(old)
    new = new_machine(old, empty, tmp_path)
    done = new.kept("restore", str(file))
    assert "brought forward to this version" in done.stderr, done.stderr
    listed = new.kept("user", "list", "--all")
    assert "lin\tLin\tOW" in listed.stdout
    rows = rows_of(new.environment["KEPT_DATABASE_URL"])
    assert (rows["timeline_entry"]["rows"], rows["cases_case"]["rows"]) == (1, 1)


@pytest.mark.req("SX.16", part="attachments in an S3-compatible store are kept too")
def test_attachments_of_an_s3_store_are_backed_up(kept_there, empty, tmp_path):
    """Copied there first; from then on read and backed up from there."""
    made, server = kept_there.made, ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"s3://key:secret@{host}:{port}/kept?tls=0"
        how = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
        store = boto3.client("s3", endpoint_url=f"http://{host}:{port}", **how)
        refused = kept_there.kept("move", "--files", url)
        assert refused.returncode == 1 and "store of files does not answer" in refused.stderr
        store.create_bucket(Bucket="kept")
        assert kept_there.kept("move", "--files", url).returncode == 0
        kept_there.environment["KEPT_FILES_URL"] = url
        file = backed_up(kept_there)
        assert kept_there.kept("verify", "--quiet").returncode == 0
    finally:
        server.stop()
    new = new_machine(kept_there, empty, tmp_path)
    assert new.kept("restore", str(file)).returncode == 0
    assert (new.folder / "files" / made.photo.file.name).read_bytes().endswith(b"photo")
