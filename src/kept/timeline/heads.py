"""The stories told in one action: each is locked once, and its head is written once, at the end.

A thread begun by the action is nobody else's yet, so it is not locked at all. Two copies of one
thread in memory speak of the same story: the first one met is held, the others follow it.
"""

from collections.abc import Iterable
from typing import Any

from kept.kit.actions import ending
from kept.kit.updates import write_at_end

HEAD = ("length", "head")


class Heads:
    """The threads held by the running action, with the columns still to be written of each."""

    order = 10

    def __init__(self) -> None:
        self.held: dict[int, Any] = {}
        self.begun: set[int] = set()
        self._changed: dict[int, set[str]] = {}

    def change(self, thread: Any, fields: Iterable[str]) -> None:
        kept = self.held.setdefault(thread.pk, thread)
        for name in fields:
            setattr(kept, name, getattr(thread, name))
        self._changed.setdefault(thread.pk, set()).update(fields)

    def write(self, keys: Iterable[int]) -> None:
        for key in sorted(set(keys) & self._changed.keys()):
            self.held[key].save(update_fields=sorted(self._changed.pop(key)))

    def finish(self) -> None:
        for key, fields in sorted(self._changed.items()):
            write_at_end(self.held[key], *fields)
        self._changed.clear()


def begin(thread: Any) -> None:
    """Hold a thread whose row the running action has just written."""
    if (heads := ending(Heads)) is not None:
        heads.held[thread.pk] = thread
        heads.begun.add(thread.pk)


def hold(thread: Any) -> None:
    """Hold a thread the running action has locked and read."""
    if (heads := ending(Heads)) is not None:
        heads.held.setdefault(thread.pk, thread)


def held(thread: Any) -> Any:
    """The copy of a thread the running action holds, or None."""
    return held_under(thread.pk)


def held_under(key: int) -> Any:
    """The same by the thread's key."""
    heads = ending(Heads)
    return heads.held.get(key) if heads is not None else None


def is_begun(thread: Any) -> bool:
    """Whether the running action began the thread."""
    heads = ending(Heads)
    return heads is not None and thread.pk in heads.begun


def change(thread: Any, *fields: str) -> None:
    """Write columns of a thread: at the end of the running action, at once outside one."""
    if (heads := ending(Heads)) is None:
        thread.save(update_fields=fields)
    else:
        heads.change(thread, fields)


def write_now(keys: Iterable[int]) -> None:
    """Bring the rows of threads up to date, for who reads them from the database next."""
    if (heads := ending(Heads)) is not None:
        heads.write(keys)
