"""What stands on the page of a promise besides its due time: pauses, evidence, hand-overs, notices.

What happened to a promise is told by the story of its matter, whose entries name it; its clock's
own events have no words.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kept.people.models import User
from kept.people.personal import personal_words
from kept.promises.clockwork import Standing
from kept.promises.clockwork.standing import PAUSE
from kept.promises.clockwork.wording import word_lateness, word_time
from kept.promises.models import ClockEvent, Promise, PromiseKind, PromiseRule
from kept.promises.outcomes import outcome_of
from kept.promises.reasons import worded
from kept.promises.rules.recount import BECAUSE
from kept.promises.shown import lateness_of, worded_rule
from kept.timeline.models import Entry, Notice
from kept.timeline.sentences import Told, words_of
from kept.timeline.story import story

EVENT_WORDS = {
    "start": gettext_lazy("clock started"),
    "pause": gettext_lazy("clock stopped"),
    "resume": gettext_lazy("clock went on"),
    "keep": gettext_lazy("done"),
    "break": gettext_lazy("broken"),
    "excuse": gettext_lazy("excused"),
    "cancel": gettext_lazy("withdrawn"),
    "reopen": gettext_lazy("opened again"),
    "set_due": gettext_lazy("new time agreed"),
    "change_rule": gettext_lazy("rule changed"),
}
KEPT_BY = ("promise.kept", "promise.broken", "promise.excused")
ONE_ACTION = timedelta(seconds=1)
"""Entries of one action are written within a moment, one after the other, by one person."""


@dataclass(frozen=True)
class Happened:
    """A clock event as the page shows it."""

    at: datetime
    kind_label: str
    reason_words: str
    by: User


def happened(events: Sequence[ClockEvent]) -> list[Happened]:
    """Every event of a clock, in order."""
    word = worded(event.reason for event in events)
    return [
        Happened(event.at, str(_kind_words(event)), word(event.reason), event.by)
        for event in events
    ]


def _kind_words(event: ClockEvent) -> Any:
    if event.reason == BECAUSE:
        return gettext_lazy("counted again")
    return EVENT_WORDS.get(event.kind, event.kind)


@dataclass(frozen=True)
class Pause:
    """A stretch in which the clock stood still; ``end`` is none while it lasts."""

    start: datetime
    end: datetime | None
    reasons: str
    length: str


def pauses_of(standing: Standing) -> list[Pause]:
    """Every pause of the present term, in order, with its reasons and how long it lasted."""
    spans = [span for span in standing.spans if span.kind == PAUSE]
    word = worded(reason for span in spans for reason in span.reasons)
    return [
        Pause(
            span.start,
            span.end,
            _(", ").join(word(reason) for reason in span.reasons if reason),
            word_time((span.end - span.start).total_seconds(), in_days=True) if span.end else "",
        )
        for span in spans
    ]


@dataclass(frozen=True)
class Line:
    """A line of the story; ``promise`` is the key of the promise it is about."""

    told: Told
    promise: int | None


def told_of(promise: Promise, reader: User) -> list[Line]:
    """The story of the matter for this reader, that of a merged one along with it; each line says
    which promise it is about. Phones and mail only for who may read them (SX.15).
    """
    told = story(promise.about, reader)
    threads = {promise.about_id, *(one.thread.pk for one in told if one.thread)}
    entries = Entry.objects.filter(thread__in=threads, event__startswith="promise.")
    named = {(entry.thread_id, entry.seq): _promise_in(entry) for entry in entries}
    for one in told:
        one.words = personal_words(one.words, reader)
    return [
        Line(one, named.get((one.thread.pk if one.thread else promise.about_id, one.seq)))
        for one in told
    ]


def _promise_in(entry: Entry) -> int | None:
    found = json.loads(entry.body)["values"].get("promise")
    return found if isinstance(found, int) else None


def evidence_of(promise: Promise, lines: Sequence[Line]) -> list[Told]:
    """What the same action wrote down as it kept or excused the promise: what was said or done,
    with its files.
    """
    found: list[Told] = []
    for place, line in enumerate(lines):
        if line.promise == promise.pk and line.told.event in KEPT_BY:
            found += _beside(lines, place)
    return found


def _beside(lines: Sequence[Line], place: int) -> Iterable[Told]:
    first, last = place, place
    while first > 0 and _are_one(lines[first - 1].told, lines[place].told):
        first -= 1
    while last + 1 < len(lines) and _are_one(lines[last + 1].told, lines[place].told):
        last += 1
    for line in lines[first : last + 1]:
        of_another = line.promise is not None and line.promise != lines[place].promise
        says_more = line.told.text or line.told.attachments or line.promise is None
        if says_more and not of_another:
            yield line.told


def _are_one(one: Told, other: Told) -> bool:
    return one.by == other.by and abs(one.recorded_at - other.recorded_at) <= ONE_ACTION


def facts_of(promise: Promise) -> list[dict[str, Any]]:
    """To whom, by whom, by when, how it came out, and under which rule since when."""
    whom = promise.to
    return [
        {"label": _("To"), "value": whom and whom.title, "url": whom and whom.address},
        {"label": _("Person"), "value": promise.person and promise.person.name},
        {"label": _("Unit"), "value": promise.unit.name},
        {"label": _("Made"), "value": _day(promise.started_at)},
        {"label": _("Due"), "value": _day(promise.due_at)},
        {"label": _("Done"), "value": _day(promise.done_at)},
        {"label": _("How it came out"), "value": outcome_of(promise).label},
        {"label": _("Early or late"), "value": _margin(promise)},
        *(_duty_facts(promise) if promise.kind == PromiseKind.DUTY else _rule_facts(promise.rule)),
    ]


def _margin(promise: Promise) -> str:
    """By how much it was done early or late, to the second."""
    late = lateness_of(promise)
    if late is None:
        return ""
    seconds = abs(promise.lateness or 0)
    text = ngettext("{words} ({count} second)", "{words} ({count} seconds)", seconds)
    return text.format(words=word_lateness(late), count=f"{seconds:,}")


def _duty_facts(promise: Promise) -> list[dict[str, Any]]:
    rule = promise.duty.rule
    return [
        {"label": _("Rule"), "value": rule.name},
        {"label": _("In force from"), "value": _day(rule.valid_from)},
        {"label": _("Requirement"), "value": rule.source},
    ]


def _rule_facts(rule: PromiseRule | None) -> list[dict[str, Any]]:
    if rule is None:
        return [{"label": _("Rule"), "value": _("none: the time was named")}]
    return [
        {"label": _("Rule"), "value": worded_rule(rule)},
        {"label": _("Decided for"), "value": rule.unit.name},
        {"label": _("In force from"), "value": _day(rule.valid_from)},
        {"label": _("Superseded on"), "value": _day(rule.superseded_at)},
        {"label": _("Requirement"), "value": rule.source},
    ]


def _day(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""


@dataclass(frozen=True)
class Noticed:
    """Somebody who was told about the promise."""

    at: datetime
    who: str
    words: str
    channel: str
    state: str


CHANNELS: dict[str, Any] = {
    Notice.Channel.SCREEN: gettext_lazy("on screen"),
    Notice.Channel.MAIL: gettext_lazy("by mail"),
    Notice.Channel.SMS: gettext_lazy("by text message"),
}
STATES: dict[str, Any] = {
    Notice.State.WAITING: gettext_lazy("waits to be sent"),
    Notice.State.SENDING: gettext_lazy("being sent"),
    Notice.State.SENT: gettext_lazy("sent"),
    Notice.State.FAILED: gettext_lazy("could not be sent"),
}


def noticed(promise: Promise) -> list[Noticed]:
    """What was told to whom about this promise, and whether it was read."""
    rows = Notice.objects.filter(thread=promise.about_id, event__startswith="promise.")
    mine = rows.filter(key__contains=f":{promise.pk}:").select_related("to").order_by("pk")
    return [
        Noticed(
            one.created_at,
            one.to.name if one.to else one.address,
            words_of(one.event, one.values),
            str(CHANNELS.get(one.channel, one.channel)),
            _state(one),
        )
        for one in mine
        if one.key.startswith(f"{one.event}:{promise.pk}:")
    ]


def _state(notice: Notice) -> str:
    if notice.read_at is not None:
        return _("read {moment}").format(moment=_day(notice.read_at))
    if notice.channel == Notice.Channel.SCREEN:
        return _("not read yet")
    return str(STATES.get(notice.state, notice.state))
