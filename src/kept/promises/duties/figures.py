"""How duties stand and were kept: states a reader knows, and figures per person and month (S0.44).

What counts is the day something fell due. A duty handed on when it was late already counts for who
let it become so. Excused and withdrawn ones count neither way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from kept.kit import clock
from kept.people.models import User
from kept.promises.clockwork.duration import on_month
from kept.promises.models import Duty
from kept.promises.models.duty import DutyState

TENTH = Decimal("0.1")
_OPEN = Q(promise__state__in=["running", "paused"])


def state_is(state: DutyState, now: datetime | None = None) -> Q:
    """The condition on duties that they are in a state now; see ``state_of_duty``."""
    moment = now or clock.now()
    done = Q(promise__done_at__isnull=False)
    match state:
        case DutyState.TO_COME:
            return _OPEN & Q(promise__started_at__gt=moment)
        case DutyState.RUNNING:
            return _OPEN & Q(promise__started_at__lte=moment, promise__due_at__gte=moment)
        case DutyState.IN_TIME:
            return Q(promise__state="kept")
        case DutyState.LATE:
            return Q(promise__state="broken") & done
        case DutyState.MISSED:
            given_up = Q(promise__state="broken") & ~done
            return given_up | (_OPEN & Q(promise__due_at__lt=moment))
        case DutyState.EXCUSED:
            return Q(promise__state="excused")


def state_of_duty(duty: Duty, now: datetime | None = None) -> DutyState:
    """How one duty stands now, read from its promise."""
    promise, moment = duty.promise, now or clock.now()
    if promise.state == "kept":
        return DutyState.IN_TIME
    if promise.state == "excused":
        return DutyState.EXCUSED
    if promise.state == "broken":
        return DutyState.LATE if promise.done_at else DutyState.MISSED
    if promise.due_at is not None and promise.due_at < moment:
        return DutyState.MISSED
    return DutyState.TO_COME if promise.started_at > moment else DutyState.RUNNING


#: The mark a state gets on a page: colour and shape.
MARKS = {
    DutyState.TO_COME: "plain",
    DutyState.RUNNING: "plain",
    DutyState.IN_TIME: "good",
    DutyState.LATE: "warned",
    DutyState.MISSED: "late",
    DutyState.EXCUSED: "plain",
}


@dataclass(frozen=True)
class Figures:
    """How many duties of a stretch of time stand how. ``missed`` are due and not done."""

    to_come: int = 0
    running: int = 0
    in_time: int = 0
    late: int = 0
    missed: int = 0

    @property
    def done(self) -> int:
        return self.in_time + self.late

    @property
    def fell_due(self) -> int:
        """Everything that was to be done by now, or was done before."""
        return self.in_time + self.late + self.missed

    @property
    def percent(self) -> Decimal | None:
        """How much of what fell due was done in time; None where nothing fell due."""
        return percent(self.in_time, self.fell_due)


def percent(part: int, whole: int) -> Decimal | None:
    """A share in percent with one decimal, half up; None of nothing."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(TENTH, ROUND_HALF_UP)


def word_percent(share: Decimal | None) -> str:
    """A share as pages show it; a dash where nothing fell due."""
    return "–" if share is None else f"{share} %"


#: The states that make figures.
COUNTED = tuple(one for one in DutyState if one != DutyState.EXCUSED)


def with_debtor(duties: QuerySet[Duty]) -> QuerySet[Duty]:
    """Duties with ``debtor``: the key of the person they count for."""
    return duties.annotate(debtor=Coalesce("owed_by_id", "promise__person_id"))


def duties_of(person: User) -> QuerySet[Duty]:
    """The duties that count for a person, without those withdrawn."""
    rows: Any = with_debtor(Duty.objects.standing())
    return rows.filter(debtor=person.pk)


def figures_by_month(duties: QuerySet[Duty], months: Iterable[date], zone: str) -> list[Figures]:
    """The figures of each month a duty fell due in, by the days of a zone; one query."""
    wanted = {f"m{place}_": due_in(month, zone) for place, month in enumerate(months)}
    aggregates: dict[str, Any] = {}
    for prefix, in_month in wanted.items():
        for one in COUNTED:
            aggregates[prefix + one.value] = Count("pk", filter=in_month & state_is(one))
    found = duties.aggregate(**aggregates)
    return [
        Figures(**{name[len(prefix):]: n for name, n in found.items() if name.startswith(prefix)})
        for prefix in wanted
    ]  # fmt: skip


def due_in(month: date, zone: str) -> Q:
    """The condition that a duty falls due in a month, by the days of a zone."""
    return in_month("promise__due_at", month, zone)


def in_month(field: str, month: date, zone: str) -> Q:
    """The condition that a moment lies in a month, by the days of a zone."""
    tz = ZoneInfo(zone)
    start = datetime.combine(month.replace(day=1), time.min, tz)
    end = datetime.combine(on_month(month, 1, 1), time.min, tz)
    return Q(**{f"{field}__gte": start, f"{field}__lt": end})


def months_until(month: date, count: int) -> list[date]:
    """The first days of so many months, the last of which is this one."""
    return [on_month(month, -back, 1) for back in range(count - 1, -1, -1)]
