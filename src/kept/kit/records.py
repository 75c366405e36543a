"""History is declared here and supplied by the timeline, which lies above the kit."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

_recorder: Callable[..., Any] | None = None


def supply(recorder: Callable[..., Any]) -> None:
    """Called once by the timeline when the application starts."""
    global _recorder
    _recorder = recorder


class Recorded:
    """Mixed into every model with a story of its own."""

    def record(
        self,
        event: str,
        *,
        by: Any,
        happened_at: datetime | None = None,
        words: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Any:
        """Write one append-only line of history: the event and its values, never a sentence.

        ``words`` are personal words (free text, names, phones): kept apart from the sealed line so
        that they can be erased under a named rule without breaking the chain (SX.05, SX.15).
        """
        if _recorder is None:
            raise RuntimeError("no timeline is installed")
        return _recorder(
            self, event, by=by, happened_at=happened_at, words=words or {}, values=values
        )
