"""Absence with a deputy, so that no desk is dead (SX.13)."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line
from kept.people.models import Absence, User


def _is_here(user: User, by: User) -> bool:
    return user.is_active


@action("people.set_absence", label=_("Enter absence"), offered=_is_here, icon="plane")
def set_absence(
    user: User, *, by: User, deputy: User, start_at: datetime, end_at: datetime, reason: Line = ""
) -> User:
    """Say when somebody is away and who stands in (SX.13). Their desk then shows on the deputy's.

    Whoever they were standing in for in that time gets the same deputy, so that no desk is dead.
    """
    _require_deputy(user, deputy)
    if end_at <= start_at:
        raise InvalidInput(_("The absence ends before it begins."), field="end_at")
    if end_at <= clock.now():
        raise InvalidInput(_("The absence is over already."), field="end_at")
    overlap = Q(start_at__lt=end_at, end_at__gt=start_at, ended_at__isnull=True)
    if deputy.absences.filter(overlap).exists():
        raise Refused(
            _("{name} is away in that time too. Choose another deputy."),
            name=deputy,
            field="deputy",
            rule="SX.13",
        )
    Absence.objects.create(
        user=user, deputy=deputy, start_at=start_at, end_at=end_at, reason=reason
    )
    _record(user, by, deputy, start_at, end_at, reason)
    for other in user.deputised.filter(overlap).select_related("user"):
        _stand_in_too(other, deputy, by, start_at, end_at)
    return user


def _require_deputy(user: User, deputy: User) -> None:
    if deputy == user:
        raise InvalidInput(_("Nobody can be their own deputy."), field="deputy", rule="SX.13")
    if not deputy.is_active:
        raise InvalidInput(_("{name} has left."), name=deputy, field="deputy")
    if deputy.company_id != user.company_id:
        raise InvalidInput(
            _("{name} belongs to another company."), name=deputy, field="deputy", rule="SX.01"
        )


def _stand_in_too(
    absence: Absence, deputy: User, by: User, start_at: datetime, end_at: datetime
) -> None:
    """Let somebody also stand in for a person whose deputy is away, as long as both are."""
    start, end = max(start_at, absence.start_at), min(end_at, absence.end_at)
    Absence.objects.create(
        user=absence.user, deputy=deputy, start_at=start, end_at=end, reason=absence.reason
    )
    _record(absence.user, by, deputy, start, end, "")


def _record(
    user: User, by: User, deputy: User, start_at: datetime, end_at: datetime, reason: str
) -> None:
    user.record(
        "person.absence_entered",
        by=by,
        deputy=deputy,
        start_at=start_at,
        end_at=end_at,
        words={"reason": reason},
    )


def _is_or_will_be_away(user: User, by: User) -> bool:
    return user.absences.still_needed().exists()


@action(
    "people.end_absence",
    label=_("Back at work"),
    right="people.set_absence",
    offered=_is_or_will_be_away,
    icon="calendar-check",
)
def end_absence(user: User, *, by: User) -> User:
    """End what absences run or are still to come: the person is back, nobody stands in now."""
    ended = user.absences.still_needed().update(ended_at=clock.now())
    if not ended:
        raise Refused(_("{name} is not away."), name=user, rule="SX.13")
    user.record("person.back", by=by)
    return user
