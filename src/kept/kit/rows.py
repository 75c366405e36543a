"""Making models of rows in a third of the time Django takes for it."""

from collections.abc import Collection
from typing import Any, Self

from django.db.models.base import ModelState


class ReadQuickly:
    """Mixed into models that pages read by the hundred, before ``models.Model``.

    Django makes a row as if somebody had typed it, field by field, and tells whoever listens. Here
    what was read is put where it would stand in the end; a column that was not read stays out, as
    Django keeps one deferred. For models without an ``__init__`` of their own and without listeners
    to ``post_init``: ``kept/web/tests/test_rows.py`` holds every model to that.
    """

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        *,
        fetch_mode: Any = None,
    ) -> Self:
        """The hook Django calls for every row it reads; from 6.1 on it says a ``fetch_mode``."""
        one = cls.__new__(cls)
        state = ModelState()
        state.adding, state.db = False, db
        if fetch_mode is not None:
            state.fetch_mode = fetch_mode
        kept = one.__dict__
        kept["_state"] = state
        kept.update(zip(field_names, values, strict=True))
        return one
