"""The register of duties: of whom, for which period, and how each stands (S0.44)."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    List,
    OneOf,
    Order,
)
from kept.people.models import Unit, User
from kept.people.reader import reader_of
from kept.promises.duties.figures import due_in, state_is, state_of_duty, with_debtor
from kept.promises.duties.wording import word_period
from kept.promises.duty_tabs import duty_tabs
from kept.promises.models import Duty, DutyRule, DutyState

EARLIEST, LATEST = date(1950, 1, 1), date(2150, 1, 1)


def zone_of(reader: Any) -> str:
    """The zone a reader's months begin in: that of their company."""
    return reader.company.zone if reader.company else "UTC"


def month_of(text: str, usual: date) -> date:
    """The first day of a month written ``2026-03``; the usual one when it cannot be read."""
    try:
        day = parse_date(f"{text[:7]}-01") if len(text) >= 7 else None
    except ValueError:
        day = None
    return day if day and EARLIEST < day < LATEST else usual.replace(day=1)


class MonthInput(forms.TextInput):
    input_type = "month"


class InMonth(django_filters.CharFilter):
    """Duties that fall due in a month of the reader's company: ``2026-03``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=MonthInput, max_length=7, **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        request: Any = self.parent.request
        month = month_of(value or "", EARLIEST)
        if not value:
            return qs
        if month == EARLIEST.replace(day=1):
            return qs.none()
        return self.narrowed(qs, month, zone_of(request.user))

    def narrowed(self, qs: QuerySet, month: date, zone: str) -> QuerySet:
        return qs.filter(due_in(month, zone))

    def words(self, value: str) -> str:
        month = month_of(value, EARLIEST)
        return str(_("due in {month}")).format(month=date_format(month, "YEAR_MONTH_FORMAT"))


class AsOfMonth(InMonth):
    """The month figures are counted for; the rows are counted by it, not filtered."""

    def narrowed(self, qs: QuerySet, month: date, zone: str) -> QuerySet:
        return qs


def units_known(request: HttpRequest) -> QuerySet:
    """The units of the companies the reader works in."""
    return Unit.objects.visible_to(reader_of(request)).active()


def people_known(request: HttpRequest) -> QuerySet:
    """Colleagues, with those who have left: figures of old months lead to their rows too."""
    return User.objects.known_to(reader_of(request))


def _rules(request: HttpRequest) -> QuerySet:
    rows = DutyRule.objects.visible_to(reader_of(request)).filter(superseded_at__isnull=True)
    return rows.order_by("code")


class DutyFilter(FilterSet):
    """What the register of duties can be narrowed by."""

    q = Contains("thread__number", "thread__title", label=_("Find"))
    code = FewChoices(label=_("Duty"), queryset=_rules, to_field_name="code", method="with_code")
    state = OneOf(label=_("State"), choices=DutyState.choices, method="in_states")
    person = FewChoices(
        label=_("Person"), queryset=people_known, to_field_name="username", method="of_person"
    )
    unit = FewChoices(
        label=_("Unit and below"), queryset=units_known, to_field_name="code", method="in_unit"
    )
    month = InMonth(label=_("Month"))

    class Meta:
        model = Duty
        fields: list[str] = []

    def with_code(self, rows: QuerySet, name: str, rule: DutyRule) -> QuerySet:
        return rows.filter(code=rule.code)

    def in_states(self, rows: QuerySet, name: str, states: list[str]) -> QuerySet:
        wanted = Q(pk__in=[])
        for state in states:
            wanted |= state_is(DutyState(state))
        return rows.filter(wanted) if states else rows

    def of_person(self, rows: QuerySet, name: str, person: User) -> QuerySet:
        return rows.filter(debtor=person.pk)

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(promise__unit__path__startswith=unit.path)


def _period(duty: Duty) -> str:
    return word_period(duty.period_from, duty.period_until)


def _debtor(duty: Duty) -> str:
    person = duty.owed_by or duty.promise.person
    return person.name if person else ""


def _state(duty: Duty) -> str:
    return str(state_of_duty(duty).label)


class DutyList(List):
    """Every duty: what, about whom, for which period, by whom, and how it stands."""

    name, title = "duties", _("Duties")
    row_address = "/promises/{promise_id}/"
    right = "promises.see"
    filter = DutyFilter
    defaults = {"state": [DutyState.RUNNING, DutyState.MISSED]}
    order = {
        "due": Order("promise__due_at", "pk"),
        "newest": Order("-promise__due_at", "-pk"),
        "person": Order("promise__person__sort_key", "pk"),
    }
    default_order = "due"
    columns = [
        Column("duty", _("Duty"), value="rule.name", link=True, width="wide"),
        Column("about", _("About"), value="thread.name", phone="full"),
        Column("number", _("Number"), value="thread.number", width="fit", phone="hide"),
        Column("period", _("Period"), value=_period, raw="period_from", width="fit"),
        Column("count", _("of the period"), value="number", places=("file",)),
        Column("person", _("Person"), value=_debtor, raw="debtor", order="person"),
        Column("unit", _("Unit"), value="promise.unit.name", phone="hide"),
        Column("due", _("Due"), value="promise.due_at", order="due", width="fit"),
        Column("state", _("State"), value=_state, raw="promise.state", phone="state", width="fit"),
        Column("done", _("Recorded"), value="promise.done_at", phone="hide", width="fit"),
        Column("from", _("From"), value="period_from", places=("file",)),
        Column("until", _("Until"), value="period_until", places=("file",)),
    ]
    empty = Empty(
        _("Nothing comes back by itself"),
        _("Duties come from the company's policy."),
        icon="calendar-check",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Duty.objects.standing().visible_to(reader_of(request))
        return with_debtor(rows).select_related(
            "rule", "thread__of_unit", "promise__person", "promise__unit", "owed_by"
        )

    def row_url(self, row: Duty) -> str:
        return row.get_absolute_url()

    def row_label(self, row: Duty) -> str:
        return str(row.rule)

    def row_state(self, row: Duty) -> str:
        state = state_of_duty(row)
        done = {DutyState.IN_TIME, DutyState.LATE, DutyState.EXCUSED}
        return "late" if state == DutyState.MISSED else "done" if state in done else ""

    def context(self) -> dict[str, Any]:
        return {"above": "promises/duty_tabs.html", "tabs": duty_tabs(self.request.path)}
