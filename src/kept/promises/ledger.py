"""The ledger: how other modules make, keep, pause and end promises inside their own actions.

Every function writes a clock event and folds; state and due time are never set by hand.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Min, Q

from kept.kit import clock
from kept.people.models import Unit, User
from kept.promises.folding import standing_of, write_event
from kept.promises.models import (
    OPEN_STATES,
    Duty,
    Promise,
    PromiseKind,
    PromiseRule,
    Reopening,
)
from kept.promises.terms import rule_for
from kept.timeline import heads, sight
from kept.timeline.models import Thread


def promise_by_rule(
    subject: Any,
    kind: PromiseKind,
    *,
    by: User,
    unit: Unit,
    person: User | None,
    facts: dict[str, str],
    to: Thread | None = None,
    start_at: datetime | None = None,
    text: str = "",
) -> Promise | None:
    """Make the promise the unit's policy asks for, or none when no rule fits (A4: no clock)."""
    rule = rule_for(kind, unit, facts, start_at)
    if rule is None:
        return None
    return _make(
        subject,
        PromiseKind(rule.promised_kind),
        by=by,
        unit=unit,
        person=person,
        to=to,
        rule=rule,
        start_at=start_at,
        text=text,
    )


def promise_with(
    subject: Any,
    rule: PromiseRule,
    *,
    by: User,
    unit: Unit,
    person: User | None,
    to: Thread | None = None,
    start_at: datetime | None = None,
) -> Promise:
    """Make the promise a rule asks for; ``terms.rules_for`` finds those of a matter at once. Where
    its time is not a fixed term, that is to name the time (C02).
    """
    kind = PromiseKind(rule.promised_kind)
    return _make(
        subject, kind, by=by, unit=unit, person=person, to=to, rule=rule, start_at=start_at
    )


def promise_by_moment(
    subject: Any,
    kind: PromiseKind,
    *,
    by: User,
    unit: Unit,
    person: User | None,
    due_at: datetime,
    to: Thread | None = None,
    text: str = "",
    phone: str = "",
) -> Promise:
    """Make a promise for a moment somebody named."""
    return _make(
        subject,
        kind,
        by=by,
        unit=unit,
        person=person,
        to=to,
        due_at=due_at,
        text=text,
        phone=phone,
    )


def _make(
    subject: Any,
    kind: PromiseKind,
    *,
    by: User,
    unit: Unit,
    person: User | None,
    to: Thread | None = None,
    rule: PromiseRule | None = None,
    due_at: datetime | None = None,
    start_at: datetime | None = None,
    text: str = "",
    phone: str = "",
) -> Promise:
    start = start_at or clock.now()
    promise = Promise(
        about=subject.thread,
        to=to,
        kind=kind,
        unit=unit,
        person=person,
        rule=rule,
        calendar=rule.calendar if rule else None,
        text=text,
        phone=phone,
        started_at=start,
    )
    term = {"due": due_at} if due_at else {"rule": rule.pk} if rule else {}
    write_event(promise, "start", at=start, by=by, **term)
    _make_due(promise.about, promise)
    subject.thread.record(
        "promise.made",
        by=by,
        kind=kind,
        due_at=promise.due_at,
        person=person,
        promise=promise.pk,
        words={"promised": text},
    )
    return promise


def keep(
    promise: Promise, *, by: User, subject: Any, at: datetime | None = None, note: str = ""
) -> Promise:
    """The promise is fulfilled now (or at ``at``): kept if in time, else broken by so much."""
    done: dict[str, Any] = {"done_at": at} if at is not None else {}
    write_event(promise, "keep", at=clock.now(), by=by, **done)
    refresh_due(promise.about)
    late = (promise.lateness or 0) > 0
    subject.thread.record(
        "promise.broken" if late else "promise.kept",
        by=by,
        kind=promise.what,
        margin={"seconds": abs(promise.lateness or 0)},
        due_at=promise.due_at,
        promise=promise.pk,
        words={"note": note},
    )
    return promise


def keep_open(subject: Any, kinds: Iterable[PromiseKind], *, by: User) -> list[Promise]:
    """Fulfil every open promise of these kinds about the subject."""
    found = list(open_promises(subject, kinds))
    for promise in found:
        keep(promise, by=by, subject=subject)
    return found


def cancel_open(subject: Any, kinds: Iterable[PromiseKind], *, by: User, reason: str = "") -> None:
    """Withdraw open promises that no longer mean anything; they count neither way."""
    for promise in open_promises(subject, kinds):
        write_event(promise, "cancel", at=clock.now(), by=by, reason=reason)
        subject.thread.record("promise.cancelled", by=by, kind=promise.what, promise=promise.pk)
    refresh_due(subject.thread)


def move_open(subject: Any, into: Any) -> None:
    """What is still owed about one matter is owed about another: the two are one (SX.05)."""
    open_promises(subject).update(about=into.thread)
    refresh_due(subject.thread)
    refresh_due(into.thread)


def change_rules(
    subject: Any, kinds: Iterable[PromiseKind], *, by: User, unit: Unit, facts: dict[str, str]
) -> None:
    """The matter is another one than it was taken for: open promises follow the rule that fits
    now, counted from their beginning, with every pause (C01). A time agreed by name stays.
    """
    for promise in open_promises(subject, kinds):
        rule = rule_for(PromiseKind(promise.kind), unit, facts, promise.started_at)
        if promise.rule is None or rule is None or rule == promise.rule:
            continue
        if rule.promised_kind != promise.kind:
            continue
        if standing_of(promise).is_named:
            continue
        _change_rule(promise, rule, by=by)
        subject.thread.record(
            "promise.rule_changed",
            by=by,
            kind=promise.what,
            due_at=promise.due_at,
            promise=promise.pk,
        )
    refresh_due(subject.thread)


def _change_rule(promise: Promise, rule: PromiseRule, *, by: User) -> None:
    """Under the new rule; a pause ends where that leaves nothing to pause: its time is fixed, or
    was over before the pause began. Otherwise nobody would be told when it is late.
    """
    promise.rule, promise.calendar = rule, rule.calendar
    write_event(promise, "change_rule", at=clock.now(), by=by, rule=rule.pk)
    if promise.state == Promise.State.PAUSED and standing_of(promise).alarm_at is not None:
        write_event(promise, "resume", at=clock.now(), by=by)


def pause_open(subject: Any, kinds: Iterable[PromiseKind], *, by: User, reason: str) -> None:
    """Stop the clocks of these kinds while something outside holds the matter up.

    One that stands still for another reason is held by this one too; one for a fixed time, and
    one whose time is over, runs on.
    """
    for promise in open_promises(subject, kinds).filter(due_at__gt=clock.now()):
        standing = standing_of(promise)
        if standing.is_fixed or reason in standing.holds:
            continue
        write_event(promise, "pause", at=clock.now(), by=by, reason=reason)
        subject.thread.record(
            "promise.paused", by=by, kind=promise.what, reason=reason, promise=promise.pk
        )
    refresh_due(subject.thread)


def resume_open(subject: Any, kinds: Iterable[PromiseKind], *, by: User, reason: str = "") -> None:
    """Let the clocks of these kinds go on; with a reason, only what stood still for it, and those
    that something else still holds stand on.
    """
    for promise in open_promises(subject, kinds).filter(state=Promise.State.PAUSED):
        if reason and reason not in standing_of(promise).holds:
            continue
        only = {"only": reason} if reason else {}
        write_event(promise, "resume", at=clock.now(), by=by, **only)
        if promise.state == Promise.State.RUNNING:
            subject.thread.record(
                "promise.resumed",
                by=by,
                kind=promise.what,
                due_at=promise.due_at,
                promise=promise.pk,
            )
    refresh_due(subject.thread)


def reopen_kept(subject: Any, kinds: Iterable[PromiseKind], *, by: User) -> None:
    """Let ended clocks run again when their matter is opened again, by the rule's policy."""
    ended = Promise.objects.filter(
        about=subject.thread, kind__in=list(kinds), state__in=["kept", "broken"]
    ).select_related("rule", "calendar")
    for promise in ended:
        policy = promise.rule.reopening if promise.rule else Reopening.KEEP
        reopen(promise, by=by, subject=subject, policy=policy)
    refresh_due(subject.thread)


def reopen(promise: Promise, *, by: User, subject: Any, policy: str, reason: str = "") -> Promise:
    """Let the clock of a promise that has ended run again, by one of the three policies."""
    write_event(promise, "reopen", at=clock.now(), by=by, policy=str(policy))
    subject.thread.record(
        "promise.reopened",
        by=by,
        kind=promise.what,
        due_at=promise.due_at,
        promise=promise.pk,
        words={"reason": reason},
    )
    return promise


def hand_to(promise: Promise, person: User, *, by: User, subject: Any) -> Promise:
    """Another person now owes the promise; the clock does not move. A duty handed on when it was
    late already stays on the record of who let it become so (S0.44).
    """
    old, promise.person = promise.person, person
    promise.save(update_fields=["person"])
    if promise.kind == PromiseKind.DUTY and promise.is_late:
        Duty.objects.filter(promise=promise, owed_by=None).update(owed_by=old)
    sight.add_sight(promise.about, [person.scope_id])
    subject.thread.record(
        "promise.handed", by=by, kind=promise.what, old=old, new=person, promise=promise.pk
    )
    return promise


def open_promises(subject: Any, kinds: Iterable[PromiseKind] | None = None):
    """Open promises about a subject (or a thread), of some kinds or of all, soonest first."""
    thread = subject if isinstance(subject, Thread) else subject.thread
    rows = Promise.objects.filter(about=thread, state__in=OPEN_STATES)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    return rows.select_related("person", "rule", "calendar").order_by("due_at", "pk")


def refresh_due(thread: Thread) -> None:
    """Repeat the soonest due time of the open promises on the thread and its sight rows."""
    soonest = thread.promises.filter(state=Promise.State.RUNNING).aggregate(
        at=Min("due_at", filter=Q(due_at__isnull=False))
    )["at"]
    _put_due(thread, soonest)


def _make_due(thread: Thread, promise: Promise) -> None:
    """The same for a promise just made: about a thread begun just now there is no other to ask."""
    known = heads.held(thread)
    if known is None or not heads.is_begun(thread):
        refresh_due(thread)
    elif promise.due_at is not None:
        _put_due(thread, min(filter(None, (known.next_due_at, promise.due_at))))


def _put_due(thread: Thread, soonest: datetime | None) -> None:
    known = heads.held(thread) or thread
    if soonest != known.next_due_at:
        known.next_due_at = thread.next_due_at = soonest
        if heads.is_begun(thread):
            heads.change(thread, "next_due_at")
        else:
            thread.save(update_fields=["next_due_at"])
        sight.sync(thread)
