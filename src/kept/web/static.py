"""Static files under names that hold a hash of their content, so that browsers may keep them.

Without ``collectstatic``: the hash is taken from the file itself, once at each start.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class HashedFiles(StaticFilesStorage):
    """``build/kept.css`` → ``build/kept.css?v=3f9a…``: an upgrade is seen at once."""

    def url(self, name: str | None, force: bool = False, **kwargs: Any) -> str:
        address = super().url(name)
        mark = content_mark(name) if name else ""
        return f"{address}?v={mark}" if mark else address


@lru_cache(maxsize=512)
def content_mark(name: str) -> str:
    """The first signs of the SHA-256 of a static file; empty when there is none."""
    found = finders.find(name)
    return sha256(Path(found).read_bytes()).hexdigest()[:12] if found else ""
