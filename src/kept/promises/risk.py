"""Promises that will be late soon: those warned of, and those whose time runs out next."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from kept.kit import clock
from kept.people.models import User
from kept.promises.clockwork import NeverOpen
from kept.promises.clockwork.standing import Standing, share_used
from kept.promises.folding import fold
from kept.promises.ladder import WARNED
from kept.promises.models import Calendar, Promise
from kept.promises.terms import calendar_of

HOURS = 4
"""How many open hours ahead the list looks unless asked otherwise."""


def at_risk(rows: QuerySet, reader: User, hours: int = HOURS) -> QuerySet:
    """Of some promises those that run, are not late yet, and were warned of or have no more than so
    many hours left: open hours by the calendar of their rule, else hours by the clock.
    """
    now = clock.now()
    running = rows.filter(state=Promise.State.RUNNING, due_at__gte=now)
    return running.filter(Q(level=WARNED) | _within(now, timedelta(hours=hours), reader))


def _within(now: datetime, span: timedelta, reader: User) -> Q:
    """What is due within a span of open time, calendar by calendar of the reader's companies."""
    by_clock = Q(calendar__isnull=True, due_at__lte=now + span)
    return reduce(or_, (_by(row, now, span) for row in _calendars(reader)), by_clock)


def _calendars(reader: User) -> QuerySet:
    """One row for each calendar some promise was ever made by."""
    return Calendar.objects.visible_to(reader).filter(valid_from__lte=clock.now())


def _by(row: Calendar, now: datetime, span: timedelta) -> Q:
    try:
        until = calendar_of(row, row.zone).add_open_time(now, span)
    except NeverOpen:
        until = now + span
    return Q(calendar=row, due_at__lte=until)


def at_risk_of(user: User) -> QuerySet:
    """What is at risk in the units a person leads, and below them."""
    paths = list(user.managed_units.filter(closed_at__isnull=True).values_list("path", flat=True))
    if not paths:
        return Promise.objects.none()
    led = reduce(or_, (Q(unit__path__startswith=path) for path in paths))
    return at_risk(Promise.objects.visible_to(user).filter(led), user)


def standing_now(promise: Promise) -> Standing:
    """The standing of a promise whose events were read with it."""
    return fold(sorted(promise.events.all(), key=lambda event: event.seq), promise)


def percent_used(promise: Promise) -> int:
    """How much of its term a promise has used, in whole percent; pauses do not count."""
    share = share_used(standing_now(promise), clock.now())
    return 0 if share is None else int(share * 100)
