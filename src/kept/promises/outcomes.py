"""How a promise came out: one definition, for the ledger, the register and the page.

Each promise is exactly one of these at any moment. A running promise past its due time counts as
broken while it lasts, and as kept late once it was done.
"""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.promises.models import Promise, PromiseState


class PromiseOutcome(models.TextChoices):
    """How a promise came out, or that it is not due yet."""

    IN_TIME = "in_time", _("kept in time")
    LATE = "late", _("kept late")
    BROKEN = "broken", _("broken or still late")
    EXCUSED = "excused", _("excused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    OPEN = "open", _("not due yet")


def came_out(outcome: str, now: datetime | None = None) -> Q:
    """The condition on a promise: it came out like that by a moment."""
    moment = now or clock.now()
    match PromiseOutcome(outcome):
        case PromiseOutcome.IN_TIME:
            return Q(state=PromiseState.KEPT)
        case PromiseOutcome.LATE:
            return Q(state=PromiseState.BROKEN, done_at__isnull=False)
        case PromiseOutcome.BROKEN:
            given_up = Q(state=PromiseState.BROKEN, done_at__isnull=True)
            return given_up | Q(state=PromiseState.RUNNING, due_at__lt=moment)
        case PromiseOutcome.EXCUSED:
            return Q(state=PromiseState.EXCUSED)
        case PromiseOutcome.WITHDRAWN:
            return Q(state=PromiseState.CANCELLED)
        case _open:
            return Q(state=PromiseState.PAUSED) | Q(state=PromiseState.RUNNING, due_at__gte=moment)


def outcome_by(state: str, due_at: datetime | None, done_at: datetime | None) -> str:
    """How a promise with these columns came out, by now."""
    match state:
        case PromiseState.KEPT:
            return PromiseOutcome.IN_TIME
        case PromiseState.BROKEN:
            return PromiseOutcome.LATE if done_at else PromiseOutcome.BROKEN
        case PromiseState.EXCUSED:
            return PromiseOutcome.EXCUSED
        case PromiseState.CANCELLED:
            return PromiseOutcome.WITHDRAWN
    is_late = state == PromiseState.RUNNING and due_at is not None and due_at < clock.now()
    return PromiseOutcome.BROKEN if is_late else PromiseOutcome.OPEN


def outcome_of(promise: Promise) -> PromiseOutcome:
    """How one promise came out, by now."""
    return PromiseOutcome(outcome_by(promise.state, promise.due_at, promise.done_at))
