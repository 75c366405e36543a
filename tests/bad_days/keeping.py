"""An installation worth keeping, and what of it must come back."""

import random
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.core.files.storage import default_storage

from kept.cases.actions import attach_files, link_cases
from kept.cases.factories import make_case
from kept.people.actions import issue_token
from kept.people.models import Installation, User
from kept.timeline.factories import PNG, make_file
from kept.timeline.sealing import seal_now
from kept.web.moving.opening import store_at, tables_in
from kept.web.moving.stores import Tally
from tests.bad_days.elsewhere import Elsewhere

WORDS = "油封漏油"
OFFSET = timedelta(days=40, seconds=3, microseconds=7)


def busy_office(office) -> SimpleNamespace:
    """Words in two scripts, files, two cases that belong together, an access key, a seal."""
    first = make_case(office.lin, summary=WORDS, description="It’s “full” of \\ and\ttabs")
    second = make_case(office.lin, summary="Prints nothing")
    link_cases(first, by=office.lin, other=second)
    photo = make_file(office.lin, "照片.png", PNG + b"photo")
    attach_files(first, by=office.lin, files=[photo])
    film = make_file(office.lin, "film.bin", random.Random(7).randbytes(300_000))
    attach_files(first, by=office.lin, files=[film])
    unused = make_file(office.lin, "later.png", PNG + b"later")
    key = issue_token(office.lin, by=User.objects.system(), name="Robot").fresh_token
    Installation.objects.create(has_test_clock=True, clock_offset=OFFSET)
    seal_now()
    return SimpleNamespace(first=first, second=second, photo=photo, unused=unused, key=key)


def at_home(there: Elsewhere) -> Elsewhere:
    """The secret key and the files of the tests stand in that installation's home."""
    (there.folder / "secret-key").write_text(settings.SECRET_KEY)
    location = Path(default_storage.path("."))
    there.environment["KEPT_FILES_URL"] = location.resolve().as_uri()
    return there


def rows_of(url: str) -> dict[str, dict]:
    """Count and digest of every table, written the same whichever database it is."""
    store, found = store_at(url), {}
    with store.reading():
        for table in tables_in(store):
            tally = Tally()
            for _row in tally.counted(store.rows(table)):
                pass
            found[table.name] = tally.said
    store.leave()
    return found
