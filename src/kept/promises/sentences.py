"""What happens to promises, in words."""

from django.utils.translation import gettext_lazy as _

from kept.promises.models import PromiseKind, Weekday
from kept.timeline.sentences import declare

declare(
    "promise.made", _("Promised: {kind} by {due_at} ({person})"), icon="clock", kind=PromiseKind
)
declare("promise.kept", _("Kept: {kind}, {margin} early"), icon="check", kind=PromiseKind)
declare("promise.broken", _("Broken: {kind}, {margin} late"), icon="clock-alert", kind=PromiseKind)
declare(
    "promise.warned", _("Soon due: {kind} at {due_at} ({person})"), icon="bell", kind=PromiseKind
)
declare(
    "promise.breached",
    _("Overdue: {kind}, due {due_at} ({person})"),
    icon="clock-alert",
    kind=PromiseKind,
)
declare(
    "promise.escalated",
    _("{stage}: {kind}, due {due_at} ({person})"),
    icon="trending-up",
    state="late",
    kind=PromiseKind,
)
declare(
    "promise.digest",
    _("Overdue: {late}, soon due: {soon}. The most urgent: {first}"),
    icon="list-checks",
    state="late",
)
declare(
    "promise.rule_changed",
    _("Another rule holds: {kind}, due {due_at}"),
    icon="scale",
    kind=PromiseKind,
)
declare("promise.excused", _("Excused: {kind}"), icon="shield-check", kind=PromiseKind)
declare("promise.cancelled", _("Promise withdrawn: {kind}"), icon="x", kind=PromiseKind)
declare("promise.paused", _("Clock stopped: {kind}"), icon="pause", kind=PromiseKind)
declare("promise.resumed", _("Clock goes on: {kind}, due {due_at}"), icon="play", kind=PromiseKind)
declare(
    "promise.reopened", _("Clock opened again: {kind}, due {due_at}"), icon="play", kind=PromiseKind
)
declare(
    "promise.handed",
    _("Promise handed over: {kind}, {old} → {new}"),
    icon="users",
    kind=PromiseKind,
)

declare("roster.made", _("Duty roster begun: {roster}, from {from_on}"), icon="calendar-clock")
declare(
    "roster.shift_added",
    _("{roster}: {person} stands by, {days} {hours}"),
    icon="circle-plus",
    days=Weekday,
)
declare(
    "roster.shift_removed",
    _("{roster}: {person} no longer stands by, {day} {hours}"),
    icon="circle-minus",
)
declare(
    "roster.shift_swapped",
    _("{roster}: {person} stands by instead of {old} on {on}, {hours}"),
    icon="arrow-right-left",
)
declare(
    "roster.handed",
    _("{roster}: {new} takes over the shifts of {old}"),
    icon="users",
)
declare(
    "roster.activated",
    _("Duty roster in force: {roster}, from {from_on}"),
    icon="calendar-check",
    state="good",
)
declare("roster.ended", _("Duty roster replaced: {roster}, last day {until_on}"), icon="calendar-x")
declare(
    "roster.uncovered",
    _("Nobody is on duty: {roster}, from {from_at} to {until_at}"),
    icon="triangle-alert",
    state="late",
)
