"""Who stands by when: shifts along the time line, what they cover, the holes they leave (S4.15).

A span is two moments in UTC, the first in it and the second no longer. A shift begins at the first
moment at which the clocks of the zone show its start, and ends where a shift begins that starts at
its end: in the nights in which clocks change, shifts that touch by the wall clock touch still.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kept.promises.clockwork.zones import ONE_DAY, day_start, instant

Span = tuple[datetime, datetime]


def span_of(day: date, start: time, end: time, zone: ZoneInfo) -> Span:
    """The span of a shift that starts on a day; an end not after its start is on the next day."""
    last = day if end > start else day + ONE_DAY
    return instant(day, start, zone), instant(last, end, zone)


def span_of_days(first: date, last: date, zone: ZoneInfo) -> Span:
    """From the first moment of a day to the end of another, both included."""
    return day_start(first, zone), day_start(last + ONE_DAY, zone)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from one to another, both included."""
    for count in range((last - first).days + 1):
        yield first + timedelta(days=count)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one; empty ones left out."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of spans where others are taken out of them."""
    left: list[Span] = []
    cuts = merged(taken)
    at = 0
    for start, end in merged(spans):
        while at < len(cuts) and cuts[at][1] <= start:
            at += 1
        here = at
        while here < len(cuts) and cuts[here][0] < end:
            if start < cuts[here][0]:
                left.append((start, cuts[here][0]))
            start = max(start, cuts[here][1])
            here += 1
        if start < end:
            left.append((start, end))
    return left


def within(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """Spans cut to what lies between two moments."""
    cut = ((max(first, start), min(last, end)) for first, last in spans)
    return merged((first, last) for first, last in cut if first < last)


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans have a moment in common."""
    return one[0] < other[1] and other[0] < one[1]
