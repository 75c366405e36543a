"""What happens to promises, in words."""

from django.utils.translation import gettext_lazy as _

from kept.promises.models import PromiseKind
from kept.promises.reasons import PauseReason
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
    "promise.rule_changed",
    _("Another rule holds: {kind}, due {due_at}"),
    icon="scale",
    kind=PromiseKind,
)
declare("promise.excused", _("Excused: {kind}"), icon="shield-check", kind=PromiseKind)
declare("promise.cancelled", _("Promise withdrawn: {kind}"), icon="x", kind=PromiseKind)
declare(
    "promise.paused",
    _("Clock stopped: {kind} ({reason})"),
    icon="pause",
    kind=PromiseKind,
    reason=PauseReason,
)
declare("promise.resumed", _("Clock goes on: {kind}, due {due_at}"), icon="play", kind=PromiseKind)
declare(
    "promise.reopened", _("Clock opened again: {kind}, due {due_at}"), icon="play", kind=PromiseKind
)
declare(
    "promise.time_agreed",
    _("New time agreed with {agreed_with}: {kind}, {old} → {due_at}"),
    icon="calendar-clock",
    kind=PromiseKind,
)
declare(
    "promise.handed",
    _("Promise handed over: {kind}, {old} → {new}"),
    icon="users",
    kind=PromiseKind,
)
