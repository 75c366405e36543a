"""A move that does not end well. Arguments: where to, and what happens half way.

``killed``  the process ends as by a power cut
``losing``  a row is lost on the way
"""

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import django
from django.conf import settings

django.setup()

from kept.kit.refusal import Refused  # noqa: E402
from kept.web.moving.carrying import move  # noqa: E402
from kept.web.moving.filling import Target  # noqa: E402
from kept.web.moving.opening import store_of  # noqa: E402
from kept.web.moving.postgresql import PostgresqlStore  # noqa: E402
from kept.web.moving.sqlite import SqliteStore  # noqa: E402
from tests.bad_days.half_moved_names import KILLED, LOST  # noqa: E402

to, what = sys.argv[1:]


def killed(target: Target, table: Any, *rows: Any) -> None:
    if table.name == "timeline_entry":
        os._exit(KILLED)
    put(target, table, *rows)


def all_but_one(rows: Iterable[Any]) -> Iterator[Any]:
    rest = iter(rows)
    next(rest, None)
    yield from rest


put = Target.put
if what == "killed":
    Target.put = killed
else:
    for store in (PostgresqlStore, SqliteStore):

        def losing(self, table, rows, last_key, whole=store.put):
            whole(self, table, all_but_one(rows) if table.name == LOST else rows, last_key)

        store.put = losing
try:
    move(store_of(settings.DATABASES["default"]), to)
except Refused as refused:
    sys.stdout.write(str(refused))
