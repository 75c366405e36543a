"""What is remembered for a while, in the database: how often somebody tried to sign in.

Django's own keeps silent about a write that failed, and whoever counts tries then takes a full disk
for one try too many.
"""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache

from kept.kit.outage import READ_ONLY, Unavailable

TRIES = 4
"""Somebody else may write the same at the same moment; so often in a row nobody does."""


class Remembering(DatabaseCache):
    """Raises Unavailable where nothing can be written."""

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        for _try in range(TRIES):
            if super().add(key, value, timeout, version):
                return True
            if self.has_key(key, version):
                return False
        raise Unavailable(READ_ONLY)

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        put: Any = super()._base_set  # type: ignore[misc]
        made = self.make_and_validate_key(key, version=version)
        if not any(put("set", made, value, timeout) for _try in range(TRIES)):
            raise Unavailable(READ_ONLY)
