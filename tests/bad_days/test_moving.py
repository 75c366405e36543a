"""A live installation moves to another database; nobody loses anything on the way (SX.16)."""

from pathlib import Path

import pytest
from django.db import connection

from kept.web.moving.opening import store_at
from kept.web.moving.tables import LEFT_BEHIND
from tests.bad_days.empty import empty_databases
from tests.bad_days.half_moved_names import KILLED, LOST
from tests.bad_days.keeping import WORDS, at_home, busy_office, rows_of


@pytest.fixture
def here(office, elsewhere, tmp_path, settings):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    made = busy_office(office)
    there = at_home(elsewhere())
    there.made, there.url = made, there.environment["KEPT_DATABASE_URL"]
    yield there
    store = store_at(there.url)
    store.open_writing()
    store.leave()


@pytest.fixture
def empty(here, tmp_path):
    with empty_databases(here, tmp_path) as make:
        yield make


def in_file(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.sqlite3"


def is_closed(url: str) -> bool:
    store = store_at(url)
    try:
        return store.is_closed()
    finally:
        store.leave()


@pytest.mark.req("SX.16", part="moved from one database to another, every row compared")
def test_an_installation_moves_to_the_other_database_and_on(here, empty, tmp_path):
    """Through SQLite to a database like the first: on PostgreSQL that is there and back."""
    before, made = rows_of(here.url), here.made
    steps = [in_file(tmp_path, "between"), empty("last")]
    at = here
    for url in steps:
        done = at.kept("move", url)
        assert done.returncode == 0, done.stderr
        assert f"KEPT_DATABASE_URL={url}" in done.stdout
        assert f"{sum(said['rows'] for said in before.values())} rows in" in done.stderr
        assert rows_of(url) == before
        assert is_closed(at.environment["KEPT_DATABASE_URL"]) and not is_closed(url)
        at = here.beside(here.folder, url)
    assert at.run("looking", "lin", WORDS, made.key) == {
        "found": [made.first.number],
        "related": [made.second.number],
        "next": f"{made.first.number[:-6]}000003",
        "opens": "lin",
        "offset": 3456003.000007,
    }


@pytest.mark.req("SX.16", part="writes are refused while it moves, reading goes on")
def test_what_has_moved_is_read_but_no_longer_changed(here, tmp_path):
    assert here.kept("move", in_file(tmp_path, "new"), "--quiet").returncode == 0
    before = rows_of(here.url)
    refused = here.kept("user", "add", "zhao")
    assert refused.returncode == 1
    assert "Kept is moving to another database and takes no changes" in refused.stderr
    assert here.kept("user", "list").stdout.count("\n") == 2
    assert rows_of(here.url) == before
    assert "takes changes again" in here.kept("move", "--back").stderr
    assert here.kept("user", "add", "zhao").returncode == 0


@pytest.mark.req("SX.16", part="a move that was killed is run again")
def test_a_move_that_was_killed_half_way_is_run_again(here, empty):
    url = empty("target")
    process = here.start("half_moved", url, "killed")
    process.communicate(timeout=120)
    assert process.returncode == KILLED
    assert is_closed(here.url), "nobody may write until it is known which of the two counts"
    new = here.beside(here.folder, url)
    assert new.kept("user", "list").stdout == "", "half of it is not there"
    assert here.kept("move", url).returncode == 0
    assert rows_of(url) == rows_of(here.url)


@pytest.mark.req("SX.16", part="a copy that differs is refused")
def test_a_copy_that_lost_a_row_is_refused(here, empty):
    url = empty("target")
    process = here.start("half_moved", url, "losing")
    said, errors = process.communicate(timeout=120)
    assert said.startswith(f"{LOST}: "), errors
    assert not is_closed(here.url), "here all goes on"
    assert here.beside(here.folder, url).kept("user", "list").stdout == ""
    assert here.kept("move", url).returncode == 0


def test_a_database_that_does_not_answer_is_told_with_what_was_said(here):
    refused = here.kept("move", "postgresql://nobody@127.0.0.1:9/kept")
    assert refused.returncode == 1 and "The database does not answer." in refused.stderr
    assert "127.0.0.1" in refused.stderr.rpartition("again in a minute. (")[2]
    assert not is_closed(here.url)


def test_a_store_of_files_that_is_not_there_is_told_before_anything_moves(here, tmp_path):
    there = in_file(tmp_path, "new")
    refused = here.kept("move", there, "--files", "s3://key:secret@127.0.0.1:9/kept?tls=0")
    assert refused.returncode == 1 and "store of files does not answer" in refused.stderr
    assert not is_closed(here.url) and not store_at(there).exists()


def test_a_database_that_is_not_empty_is_left_alone(here):
    refused = here.kept("move", here.url)
    assert refused.returncode == 1 and "Give an empty one" in refused.stderr
    assert not is_closed(here.url)


def test_a_database_with_other_tables_is_left_alone(here, empty):
    url = empty("strangers")
    store = store_at(url)
    store.connection.execute("CREATE TABLE letters (id integer)")
    store.connection.commit()
    store.leave()
    refused = here.kept("move", url)
    assert refused.returncode == 1 and "letters" in refused.stderr


def test_nothing_is_moved_onto_a_database_somebody_works_on(here, empty):
    url = empty("live")
    new = here.beside(here.folder, url)
    new.run("living")
    refused = here.kept("move", url)
    assert refused.returncode == 1 and "Kept is running on this database" in refused.stderr


def test_attachments_go_along_when_asked(here, tmp_path):
    folder = tmp_path / "elsewhere"
    done = here.kept("move", "--files", folder.as_uri())
    assert done.returncode == 0 and "3 attachments were copied" in done.stderr
    copied = folder / here.made.photo.file.name
    assert copied.read_bytes().endswith(b"photo")
    Path(here.made.photo.file.path).unlink()
    again = here.kept("move", "--files", folder.as_uri())
    assert again.returncode == 3 and here.made.photo.file.name in again.stderr
    assert copied.exists()


def test_only_what_may_be_lost_is_left_behind(here):
    there = set(rows_of(here.url))
    names = {name for name in connection.introspection.table_names() if name not in there}
    assert {name for name in names if not name.startswith(("search_tokens", "sqlite_"))} == {
        "django_migrations",
        "django_session",
        "kept_cache",
        "people_presence",
        "timeline_lease",
    }
    assert {"sessions.session", "timeline.lease", "people.presence"} == LEFT_BEHIND
