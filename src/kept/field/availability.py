"""Whether somebody can be sent at a time: free, busy until, away until, or off duty (S2.15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kept.field.models import Dispatch
from kept.kit import clock
from kept.people.models import Absence, Grant, Role, Unit, User
from kept.promises.roster import unit_stands
from kept.promises.terms import calendar_of, office_of

GO_OUT = "field.go_out"


class Availability(models.TextChoices):
    """How somebody stands at a time they are asked for."""

    FREE = "free", gettext_lazy("free")
    BUSY = "busy", gettext_lazy("busy")
    AWAY = "away", gettext_lazy("away")
    OFF_DUTY = "off_duty", gettext_lazy("off duty")


#: How a state looks: as a tag, and at the edge of a row.
STATE_TAGS = {
    Availability.FREE: "good",
    Availability.BUSY: "warned",
    Availability.AWAY: "late",
    Availability.OFF_DUTY: "plain",
}


@dataclass(frozen=True)
class Asked:
    """The time somebody is asked for: on the way from ``start``, to arrive between two moments,
    at work until ``end``.
    """

    arrive_from: datetime
    arrive_until: datetime
    start: datetime
    end: datetime

    @classmethod
    def around(cls, moment: datetime, minutes: int, travel: int) -> "Asked":
        """Arriving at a moment, for so many minutes, after so many on the way."""
        start, end = moment - timedelta(minutes=travel), moment + timedelta(minutes=minutes)
        return cls(moment, moment, start, end)

    @classmethod
    def of(cls, dispatch: Dispatch) -> "Asked":
        """As a dispatch is agreed."""
        return cls(
            dispatch.agreed_from, dispatch.agreed_until, dispatch.busy_from, dispatch.busy_until
        )


def engineers(companies: Iterable[int]) -> QuerySet[User]:
    """Everybody at work in these companies whom a role lets be sent to customers."""
    roles = Role.objects.current().filter(company__in=list(companies)).only("pk", "rights")
    wanted = [role.pk for role in roles if GO_OUT in role.rights]
    holders = Grant.objects.current().filter(role__in=wanted).values("user")
    return User.objects.active().filter(pk__in=holders, company__in=list(companies))


def can_be_sent(person: User) -> bool:
    """Whether a role of theirs lets the person be sent to customers."""
    return (
        person.company_id is not None
        and engineers([person.company_id]).filter(pk=person.pk).exists()
    )


def with_availability(people: QuerySet[User], asked: Asked) -> QuerySet[User]:
    """People with until when they are taken (``taken_until``, ``taken_by``) or away
    (``away_until``) at the time asked for, in the same query.
    """
    meeting = Dispatch.objects.meeting(asked.start, asked.end).filter(engineer=OuterRef("pk"))
    last = meeting.order_by("-busy_until", "-pk")
    away = absences(asked.start, asked.end).filter(user=OuterRef("pk")).order_by("-end_at")
    return people.annotate(
        taken_until=Subquery(last.values("busy_until")[:1]),
        taken_by=Subquery(last.values("number")[:1]),
        away_until=Subquery(away.values("end_at")[:1]),
        asked_from=_moment(asked.arrive_from),
        asked_until=_moment(asked.arrive_until),
    )


def _moment(moment: datetime) -> Value:
    return Value(moment, output_field=models.DateTimeField())


def absences(start: datetime, end: datetime) -> QuerySet[Absence]:
    """Absences that take somebody away at some moment between two others."""
    return Absence.objects.filter(start_at__lt=end, end_at__gt=start, ended_at__isnull=True)


def state_of(person: Any) -> Availability:
    """How a person out of ``with_availability`` stands."""
    if person.away_until is not None:
        return Availability.AWAY
    if person.taken_until is not None:
        return Availability.BUSY
    is_here = is_on_duty(person, person.asked_from, person.asked_until)
    return Availability.FREE if is_here else Availability.OFF_DUTY


def words_of(person: Any) -> str:
    """The same in words: "free", "busy until 9 June 14:00", "away until …", "off duty"."""
    state = state_of(person)
    if state == Availability.AWAY:
        return _("away until {moment}").format(moment=when(person.away_until))
    if state == Availability.BUSY:
        return _("busy until {moment}").format(moment=when(person.taken_until))
    return str(state.label)


def when(moment: datetime) -> str:
    """A moment as the reader writes it."""
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def is_on_duty(person: User, first: datetime, last: datetime) -> bool:
    """Whether an arrival between two moments lies in the working time of the person's unit, or they
    stand by then.
    """
    unit = person.unit
    return unit is None or _is_open(unit, first, last) or stands_by(person, unit, first, last)


def _is_open(unit: Unit, first: datetime, last: datetime) -> bool:
    """Whether some working time touches the window of the arrival, its ends included."""
    calendar = calendar_of(office_of(unit), unit.zone)
    little = timedelta(seconds=1)
    periods = calendar.open_periods(first - little, last + little)
    return next(iter(periods), None) is not None


def stands_by(person: User, unit: Unit, first: datetime, last: datetime) -> bool:
    """Whether a duty roster of the unit has the person stand by between two moments."""
    end = max(last, first + timedelta(microseconds=1))
    return any(one.person.pk == person.pk for one in unit_stands(unit, first, end))


def usual_moment() -> datetime:
    """What is asked for where nobody says when: the next full hour."""
    now = clock.now()
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
