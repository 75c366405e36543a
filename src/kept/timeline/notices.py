"""Telling people: notices are written with their cause and sent later by the worker (SX.11)."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from kept.kit import clock
from kept.people.models import Absence, User
from kept.timeline.canonical import plain
from kept.timeline.models import Notice, Thread


def tell(people: Iterable[User], event: str, *, about: Thread, key: str, **values: Any) -> None:
    """Tell each person once under ``key``: on screen, and by mail where they have an address.

    Somebody who is away is told all the same, and so is their deputy.
    """
    told = with_deputies(people)
    body = plain(values)
    Notice.objects.bulk_create(
        [row for person in told for row in _rows(person, event, about=about, key=key, values=body)],
        ignore_conflicts=True,
    )


def with_deputies(people: Iterable[User]) -> list[User]:
    """The people, and whoever stands in for one of them just now."""
    wanted = {person.pk: person for person in people if person and not person.is_system}
    away = Absence.objects.at(clock.now()).filter(user__in=wanted).select_related("deputy")
    for absence in away:
        wanted.setdefault(absence.deputy_id, absence.deputy)
    return list(wanted.values())


def _rows(person: User, event: str, *, about: Thread, key: str, values: Any) -> Iterable[Notice]:
    shared = {"thread": about, "to": person, "event": event, "values": values}
    yield Notice(
        **shared,
        channel=Notice.Channel.SCREEN,
        key=f"{key}:{person.pk}:screen",
        state=Notice.State.SENT,
        created_at=clock.now(),
        sent_at=clock.now(),
    )
    if person.email:
        yield Notice(
            **shared,
            channel=Notice.Channel.MAIL,
            address=person.email,
            key=f"{key}:{person.pk}:mail",
            next_try_at=timezone.now(),
            created_at=clock.now(),
        )


def unread_count(user: User) -> int:
    """How many screen notices the person has not read yet, counted to 100."""
    return Notice.objects.filter(to=user, channel=Notice.Channel.SCREEN, read_at__isnull=True)[
        :100
    ].count()
