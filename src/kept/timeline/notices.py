"""Telling people: notices are written with their cause and sent later by the worker (SX.11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from kept.kit import clock
from kept.kit.prepared import Prepared
from kept.people.models import Absence, User
from kept.timeline.canonical import plain
from kept.timeline.models import Notice, Thread
from kept.timeline.models.thread import KindsByScopes, kinds_by_scopes
from kept.timeline.sentences import sentence_for, word_all

COUNTED = 100


def tell(people: Iterable[User], event: str, *, about: Thread, key: str, **values: Any) -> None:
    """Tell each person once under ``key``: on screen, and by mail where they have an address.

    Somebody who is away is told all the same, and so is their deputy.
    """
    body = plain(values)
    rows = [
        row
        for person in with_deputies(people)
        for row in _rows(person, event, about=about, key=key, values=body)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


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
    """How many screen notices the person has not read yet, counted to 100; asked on every page."""
    return sum(1 for _row in _unread(user.pk, kinds_by_scopes(user)).tuples())


@lru_cache(maxsize=500)
def _unread(person: int, seen: KindsByScopes) -> Prepared:
    """The statement is long and the same for a person as long as they see the same."""
    mine = Notice.objects.shown_to(person, seen)
    return Prepared(lambda: mine.unread().values("pk")[:COUNTED])


@dataclass(frozen=True)
class Shown:
    """A notice as the bell shows it."""

    pk: int
    text: str
    icon: str
    state: str
    at: datetime
    is_unread: bool
    url: str
    number: str
    title: str


def shown(notices: Iterable[Notice]) -> list[Shown]:
    """Notices worded for the reader; they must come with their threads. One query."""
    notices = list(notices)
    sentences = word_all((one.event, one.values) for one in notices)
    return [_shown(one, text) for one, text in zip(notices, sentences, strict=True)]


def _shown(notice: Notice, text: str) -> Shown:
    known, thread = sentence_for(notice.event), notice.thread
    return Shown(
        pk=notice.pk,
        text=f"{thread.number} {text}".strip() if thread else text,
        icon=known.icon,
        state=known.state,
        at=notice.created_at,
        is_unread=notice.read_at is None,
        url=f"/notices/{notice.pk}/",
        number=thread.number if thread else "",
        title=thread.name if thread else "",
    )


def target_of(notice: Notice) -> str:
    """The address of what a notice is about: its thread, or a list it names itself."""
    if notice.thread is None and "url" in notice.values:
        return str(notice.values["url"])
    return notice.thread.address if notice.thread and notice.thread.address else "/notices/"


def mark_read(user: User, notice_id: int | None = None) -> int:
    """The person has read one notice, or all; how many were new. A mark of theirs alone, which
    changes nothing in any matter, so no entry is written.
    """
    mine = Notice.objects.filter(to=user, channel=Notice.Channel.SCREEN).unread()
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    return mine.update(read_at=clock.now())
