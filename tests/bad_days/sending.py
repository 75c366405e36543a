"""Workers that send what waits and are killed, as by ``kill -9``: one before the mail is out, one
after it, before it is marked. When the claim of the dead one has run out, another worker sends it.
Prints what was found.

Argument: the port of the mail server. There must be two notices by mail.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta

import django
from django.conf import settings

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from kept.timeline import sending  # noqa: E402
from kept.timeline.models import Notice  # noqa: E402

settings.EMAIL_BACKEND = sending.SMTP
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
settings.EMAIL_USE_TLS = False
send = sending.SENDERS[Notice.Channel.MAIL]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_before(notice: Notice) -> None:
    die()


def die_after(notice: Notice) -> None:
    send(notice)
    die()


def worker_killed_by(deadly: Callable[[Notice], None]) -> dict[str, object]:
    """What became of one notice whose worker dies."""
    connection.close()
    child = os.fork()
    if child == 0:
        sending.SENDERS[Notice.Channel.MAIL] = deadly
        sending.send_waiting(limit=1)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    held = Notice.objects.filter(state=Notice.State.SENDING)
    found = {
        "killed": os.waitstatus_to_exitcode(status) == -signal.SIGKILL,
        "claimed": held.count(),
    }
    held.update(next_try_at=timezone.now() - timedelta(seconds=1))
    found["sent after"] = sending.send_waiting(limit=1)
    return found


print(json.dumps([worker_killed_by(die_before), worker_killed_by(die_after)]))  # noqa: T201
