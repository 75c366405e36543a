"""Sets of subjects the module people knows: everybody with a role, units of a kind, the company."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.remembered import remembered
from kept.people.models import Grant, Role, Unit, UnitKind, User
from kept.promises.duties.sets import DutySubject, subjects
from kept.timeline.models import Thread
from kept.timeline.recorder import thread_of


def about_people(people: Iterable[tuple[User, datetime | None]]) -> Iterator[DutySubject]:
    """Each person as a subject that they owe themselves; with the moment from which on."""
    found = list(people)
    threads = Thread.objects.in_bulk([user.pk for user, _since in found], field_name="of_user_id")
    for user, since in found:
        if user.unit is not None:
            day = clock.local(since, user.unit.zone).date() if since else None
            thread = threads.get(user.pk) or thread_of(user)
            yield DutySubject(thread, user.unit, user, day)


def name_of_role(code: str, company: Unit | None) -> str:
    """What a company calls a role; its code where it has none of that code."""
    if company is None:
        return code
    roles = Role.objects.filter(company=company)
    names = remembered(("role names", company.pk), lambda: {one.code: one.name for one in roles})
    return str(names.get(code, code))


def name_of_kind(kind: str, company: Unit | None) -> str:
    """What units of a kind are called."""
    return str(UnitKind(kind).label) if kind in UnitKind.values else kind


@subjects("people.with_role:", _("everybody with the role “{word}”"), name_of_role)
def people_with_role(company: Unit, at: datetime, code: str) -> Iterator[DutySubject]:
    """Each active person who holds a role, from the day it was first given to them."""
    grants = Grant.objects.filter(role__company=company, role__code=code, since__lte=at)
    open_ones = grants.filter(until__isnull=True) | grants.filter(until__gt=at)
    since = dict(open_ones.values_list("user").annotate(Min("since")))
    people = User.objects.active().filter(pk__in=since).select_related("unit")
    return about_people((user, since[user.pk]) for user in people.order_by("pk"))


@subjects("people.units:", _("each unit of the kind “{word}”, by its manager"), name_of_kind)
def units_of_kind(company: Unit, at: datetime, kind: str) -> Iterator[DutySubject]:
    """Each open unit of a kind, owed by its manager."""
    units = Unit.objects.active().filter(company=company, kind=kind)
    return about_units(units.select_related("manager", "company").order_by("pk"))


@subjects("people.company", _("the company, by its manager"))
def whole_company(company: Unit, at: datetime) -> Iterator[DutySubject]:
    """The company as one, owed by its manager."""
    units = Unit.objects.filter(pk=company.pk, kind=UnitKind.COMPANY)
    return about_units(units.select_related("manager", "company"))


def about_units(units: Iterable[Unit]) -> Iterator[DutySubject]:
    """Each unit as a subject that its manager owes."""
    found = list(units)
    threads = Thread.objects.in_bulk([unit.pk for unit in found], field_name="of_unit_id")
    for unit in found:
        yield DutySubject(threads.get(unit.pk) or thread_of(unit), unit, unit.manager)
