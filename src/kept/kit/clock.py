"""Business time. Everything in Kept asks this module what time it is, nothing asks the system.

Tests, the demo and imports move it with ``at``; a test installation moves it with an offset.
Sign-in, sessions, tokens, throttles and job queues use real time and never come here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("kept_clock_fixed", default=None)
_offset: ContextVar[timedelta] = ContextVar("kept_clock_offset", default=timedelta())


def now() -> datetime:
    """The moment it is now, aware, in UTC."""
    fixed = _fixed.get()
    return fixed if fixed is not None else datetime.now(UTC) + _offset.get()


def today(zone: str) -> date:
    """The date people in ``zone`` read on their wall."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be ``moment`` (aware) for everything inside the block."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware moments only")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


@contextmanager
def offset(by: timedelta) -> Iterator[None]:
    """Run the block with the installation's offset; set once per request or job."""
    token = _offset.set(by)
    try:
        yield
    finally:
        _offset.reset(token)


def is_moved() -> bool:
    """True when business time is not real time."""
    return _fixed.get() is not None or _offset.get() != timedelta()


def local(moment: datetime, zone: str) -> datetime:
    """A moment as the wall clock in ``zone`` shows it."""
    return moment.astimezone(ZoneInfo(zone))
