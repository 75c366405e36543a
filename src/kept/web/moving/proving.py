"""``kept verify`` on another database, in a process of its own."""

import json
import os
import subprocess
import sys
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.web.moving.making import URL, last_line


def verify_there(url: str) -> dict[str, Any]:
    """What the proof says about the database of that URL, as ``kept verify --json`` does.

    Raises Refused when it could not be run to its end.
    """
    done = subprocess.run(
        [sys.executable, "-m", "kept.cli", "verify", "--json"],
        env={**os.environ, URL: url},
        capture_output=True,
        text=True,
    )
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Refused(
            _("All came over, but the proof did not end: {why}. Run `kept verify` there."),
            why=last_line(done),
        ) from None
