"""What is owed about stations and by field staff just now, as lists and panels ask for it."""

from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery

from kept.kit import clock
from kept.parties.models import Account
from kept.promises.models import Duty, Promise, PromiseState
from kept.stations.duties import INSPECTION, TALK
from kept.stations.models import Inspection, InspectionState


def owed_about(account: Account, code: str) -> Duty | None:
    """The open duty of a code about a station that is due first."""
    rows = Duty.objects.open().filter(thread=account.thread_id, code=code)
    rows = rows.select_related("promise", "rule").order_by("promise__due_at", "pk")
    return rows.first()


def due_day(account: Account, code: str) -> date | None:
    """The day by which something is owed about a station; None for what is late or not owed."""
    duty = owed_about(account, code)
    due_at = duty.promise.due_at if duty else None
    if due_at is None or due_at < clock.now():
        return None
    return clock.local(due_at, account.unit.zone).date()


def with_inspections(stations: QuerySet) -> QuerySet:
    """Stations with ``last_inspected``, ``last_score``, ``planned`` (the number of the open
    inspection) and ``inspection_due``: until when the open duty asks for the next one.
    """
    mine = Inspection.objects.filter(account=OuterRef("pk"))
    closed = mine.filter(status=InspectionState.CLOSED).order_by("-inspected_on", "-pk")
    planned = mine.filter(status=InspectionState.OPEN)
    return stations.annotate(
        last_inspected=Subquery(closed.values("inspected_on")[:1]),
        last_score=Subquery(closed.values("score")[:1]),
        last_bad_below=Subquery(closed.values("bad_below")[:1]),
        planned=Subquery(planned.values("number")[:1]),
        inspection_due=soonest(INSPECTION),
        talk_due=soonest(TALK),
    )


def soonest(code: str) -> Subquery:
    """For accounts: when the open duty of a code that is due first falls due."""
    rows = Promise.objects.filter(
        duty__code=code,
        duty__withdrawn_at__isnull=True,
        about=OuterRef("thread"),
        state=PromiseState.RUNNING,
    )
    return Subquery(rows.order_by("due_at").values("due_at")[:1])


def is_late(due_at: datetime | None) -> bool:
    """Whether a moment by which something was owed has passed."""
    return due_at is not None and due_at < clock.now()
