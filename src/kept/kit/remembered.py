"""What companies decided, kept between requests for as long as nobody decides anew.

Every request reads the installation's stamp, which each change of policy replaces: what was read
under one stamp holds under it. Where no stamp was read (worker, command line), nothing is kept.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

MOST_STAMPS, MOST_THINGS = 2, 2_000

T = TypeVar("T")

_stamp: ContextVar[str] = ContextVar("kept_policy_stamp", default="")
_kept: dict[str, dict[Hashable, Any]] = {}


@contextmanager
def stamped(stamp: str) -> Iterator[None]:
    """Run the block under a stamp; under none nothing is remembered."""
    token = _stamp.set(stamp)
    try:
        yield
    finally:
        _stamp.reset(token)


def forget() -> None:
    """From here on the block remembers nothing: it has changed what others may remember."""
    _stamp.set("")


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` gave under this stamp. Everybody shares it: read it, never change it."""
    stamp = _stamp.get()
    if not stamp:
        return make()
    things = _things(stamp)
    if key not in things:
        if len(things) >= MOST_THINGS:
            things.clear()
        things[key] = make()
    return things[key]


def _things(stamp: str) -> dict[Hashable, Any]:
    if (things := _kept.get(stamp)) is None:
        for old in list(_kept)[: 1 - MOST_STAMPS]:
            _kept.pop(old, None)
        things = _kept.setdefault(stamp, {})
    return things
