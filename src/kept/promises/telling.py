"""Telling people of promises: one by one, or as one digest where it would be a flood (SX.11).

Nothing is lost: what a digest counts stands in the list it leads to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from kept.kit import clock
from kept.kit.remembered import remembered
from kept.people.models import Absence, Unit, User
from kept.people.real_time import real_now
from kept.promises.models import TellingPolicy
from kept.timeline.canonical import plain
from kept.timeline.models import Notice, Thread

DIGEST = "promise.digest"
TOLD = ("promise.warned", "promise.breached", "promise.escalated")
MOST_URGENT = 3
STANDARD = TellingPolicy(one_by_one=5, minutes=5)


@dataclass(frozen=True)
class Telling:
    """One thing about a promise that some people are to be told, under a key of its own."""

    people: Sequence[User]
    event: str
    about: Thread
    due_at: datetime
    key: str
    values: Mapping[str, Any]

    @property
    def is_late(self) -> bool:
        return self.event != "promise.warned"


def tell_all(tellings: Iterable[Telling], now: datetime) -> None:
    """Tell everybody what concerns them and is told now, and whoever stands in for them; in the
    transaction of its cause, in a few queries for any number.
    """
    people, theirs = _by_person(tellings, now)
    if not people:
        return
    recent, singles = _recently_told(people, now), []
    digests: dict[int, list[Telling]] = {}
    for key, person in people.items():
        limit = policy_of(person.company)
        since = now - timedelta(minutes=limit.minutes)
        told = sum(at > since for at in recent[key])
        if told + len(theirs[key]) > limit.one_by_one:
            digests[key] = theirs[key]
        else:
            singles += [row for one in theirs[key] for row in _notices(person, one, now)]
    Notice.objects.bulk_create(singles, ignore_conflicts=True)
    if digests:
        _put_digests({key: people[key] for key in digests}, digests, now)


def policy_of(company: Unit | None) -> TellingPolicy:
    """How many things the people of a company are told one by one."""
    if company is None:
        return STANDARD
    found = remembered(
        ("telling policy", company.pk),
        lambda: list(TellingPolicy.objects.from_above(company).ever_in_force()),
    )
    now = clock.now()
    return next((row for row in found if row.holds_at(now)), STANDARD)


def _by_person(
    tellings: Iterable[Telling], now: datetime
) -> tuple[dict[int, User], dict[int, list[Telling]]]:
    """Who is told what: the people themselves, and their deputies for now."""
    people: dict[int, User] = {}
    theirs: dict[int, dict[str, Telling]] = defaultdict(dict)
    for one in tellings:
        for person in one.people:
            if person.is_active and not person.is_system:
                people.setdefault(person.pk, person)
                theirs[person.pk][one.key] = one
    away = Absence.objects.at(now).filter(user__in=list(people)).select_related("deputy__company")
    for absence in away:
        people.setdefault(absence.deputy_id, absence.deputy)
        for key, one in theirs[absence.user_id].items():
            theirs[absence.deputy_id].setdefault(key, one)
    return people, {key: list(found.values()) for key, found in theirs.items()}


def _recently_told(people: Mapping[int, User], now: datetime) -> dict[int, list[datetime]]:
    """When each of them was told of a promise in the last while."""
    longest = max(policy_of(person.company).minutes for person in people.values())
    rows = Notice.objects.filter(
        to__in=list(people),
        channel=Notice.Channel.SCREEN,
        event__in=TOLD,
        created_at__gt=now - timedelta(minutes=longest),
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for person, at in rows.values_list("to", "created_at"):
        found[person].append(at)
    return found


def _notices(person: User, one: Telling, now: datetime) -> Iterable[Notice]:
    shared = {"thread": one.about, "to": person, "event": one.event, "values": plain(one.values)}
    yield Notice(
        **shared,
        channel=Notice.Channel.SCREEN,
        key=f"{one.key}:{person.pk}:screen",
        state=Notice.State.SENT,
        created_at=now,
        sent_at=now,
    )
    if person.email:
        yield Notice(
            **shared,
            channel=Notice.Channel.MAIL,
            address=person.email,
            key=f"{one.key}:{person.pk}:mail",
            next_try_at=real_now(),
            created_at=now,
        )


def _put_digests(
    people: Mapping[int, User], theirs: Mapping[int, list[Telling]], now: datetime
) -> None:
    """One digest each: the one still open takes the new things in, else a new one is begun."""
    still_open = _open_digests(people, now)
    made: list[Notice] = []
    for key, person in people.items():
        for channel in _channels(person):
            digest = still_open.get((key, channel))
            if digest is None:
                digest = _new_digest(person, channel, now)
                made.append(digest)
            digest.values = _with(digest.values, person, theirs[key])
    Notice.objects.bulk_update(list(still_open.values()), ["values"])
    Notice.objects.bulk_create(made)


def _channels(person: User) -> list[str]:
    mail = [Notice.Channel.MAIL] if person.email else []
    return [Notice.Channel.SCREEN, *mail]


def _open_digests(people: Mapping[int, User], now: datetime) -> dict[tuple[int, str], Notice]:
    """Digests begun a short while ago that nobody has read and that have not gone out yet."""
    longest = max(policy_of(person.company).minutes for person in people.values())
    rows = Notice.objects.filter(
        to__in=list(people),
        event=DIGEST,
        created_at__gt=now - timedelta(minutes=longest),
        created_at__lte=now,
        read_at__isnull=True,
    )
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    unsent = {
        (one.to_id, one.channel): one
        for one in rows.order_by("pk")
        if one.channel == Notice.Channel.SCREEN or one.state == Notice.State.WAITING
    }
    return {key: one for key, one in unsent.items() if key[0] is not None}  # type: ignore[misc]


def _new_digest(person: User, channel: str, now: datetime) -> Notice:
    """A digest that takes in what else comes while it is open; mail waits until then."""
    notice = Notice(
        to=person,
        event=DIGEST,
        channel=channel,
        key=f"{DIGEST}:{now.isoformat()}:{real_now().isoformat()}:{person.pk}:{channel}",
        created_at=now,
        values={},
    )
    if channel == Notice.Channel.MAIL:
        notice.address = person.email
        minutes = policy_of(person.company).minutes
        notice.next_try_at = real_now() + timedelta(minutes=minutes)
    else:
        notice.state, notice.sent_at = Notice.State.SENT, now
    return notice


def _with(values: Mapping[str, Any], person: User, more: list[Telling]) -> dict[str, Any]:
    """The values of a digest with further things in it: how many, and the most urgent."""
    known = list(zip(values.get("due", []), values.get("first", []), strict=True))
    known += [(one.due_at.isoformat(), plain({"of": one.about})["of"]) for one in more]
    first: dict[str, tuple[str, Any]] = {}
    for due, thread in sorted(known, key=lambda pair: pair[0]):
        first.setdefault(str(thread), (due, thread))
    urgent = list(first.values())[:MOST_URGENT]
    late = sum(one.is_late for one in more)
    return {
        "late": values.get("late", 0) + late,
        "soon": values.get("soon", 0) + len(more) - late,
        "due": [due for due, _thread in urgent],
        "first": [thread for _due, thread in urgent],
        "url": "/promises/?state=running&order=due",
    }
