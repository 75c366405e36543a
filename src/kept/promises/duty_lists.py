"""The register of duties, and how far each person keeps theirs (S0.44)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
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
from kept.promises.duties.figures import (
    COUNTED,
    due_in,
    percent,
    state_is,
    state_of_duty,
    with_debtor,
    word_percent,
)
from kept.promises.duties.sets import label_of_set
from kept.promises.duties.wording import word_period, word_rule
from kept.promises.duty_tabs import duty_tabs
from kept.promises.models import Duty, DutyRule, DutyState

SEE_OTHERS = "promises.see_figures"
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


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(reader_of(request)).active()


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(reader_of(request))


def _rules(request: HttpRequest) -> QuerySet:
    rows = DutyRule.objects.visible_to(reader_of(request)).filter(superseded_at__isnull=True)
    return rows.order_by("code")


class DutyFilter(FilterSet):
    """What the register of duties can be narrowed by."""

    q = Contains("thread__number", "thread__title", label=_("Find"))
    code = FewChoices(label=_("Duty"), queryset=_rules, to_field_name="code", method="with_code")
    state = OneOf(label=_("State"), choices=DutyState.choices, method="in_states")
    person = FewChoices(
        label=_("Person"), queryset=_people, to_field_name="username", method="of_person"
    )
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
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


def _fell_due(row: Any) -> int:
    return row.in_time + row.late + row.missed


def _percent(row: Any) -> Decimal | None:
    return percent(row.in_time, _fell_due(row))


FIGURES = (
    Column("fell_due", _("Fell due"), value=_fell_due, align="end", phone="label"),
    Column("in_time", _("In time"), align="end", phone="label"),
    Column("late", _("Late"), align="end", order="late", phone="label"),
    Column("missed", _("Not done"), align="end", order="missed", phone="label"),
    Column("open", _("Still open"), value="running", align="end", phone="hide"),
    Column(
        "percent",
        _("On time"),
        value=_percent,
        cell=lambda share, row: word_percent(share),
        align="end",
        phone="label",
    ),
)


class FiguresOfMonth(List):
    """A list that counts, for each row, the duties of a month the reader sees."""

    right = "promises.see"

    @cached_property
    def month(self) -> date:
        today = clock.today(zone_of(self.request.user))
        return month_of(self.request.GET.get("month", ""), today)

    def counted(self, rows: QuerySet, **of_row: Any) -> QuerySet:
        """The rows with their figures, without those that owed nothing in the month."""
        reader = reader_of(self.request)
        seen = Duty.objects.standing().visible_to(reader)
        duties = with_debtor(seen.filter(due_in(self.month, zone_of(reader)))).filter(**of_row)
        counted = {one.value: _counted(duties.filter(state_is(one)), of_row) for one in COUNTED}
        return rows.annotate(owed=_counted(duties, of_row), **counted).filter(owed__gt=0)

    def row_state(self, row: Any) -> str:
        return "late" if row.missed else ""

    def context(self) -> dict[str, Any]:
        return {
            "above": "promises/duty_figures_above.html",
            "tabs": duty_tabs(self.request.path),
            "month": self.month,
        }


def _counted(duties: QuerySet, by: Iterable[str]) -> Coalesce:
    """How many duties belong to the outer row."""
    rows = duties.order_by().values(*by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), Value(0))


class DutyPeopleFilter(FilterSet):
    """Whose duties, and of which month."""

    month = AsOfMonth(label=_("Month"))
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )

    class Meta:
        model = User
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path)


class DutyPeopleList(FiguresOfMonth):
    """People × on-time percentage of a month, for who leads them (S0.44)."""

    name, title = "duty_people", _("Duties by person")
    row_address = "/duties/calendar/?person={username}"
    filter = DutyPeopleFilter
    order = {
        "name": Order("sort_key", "pk"),
        "missed": Order("-missed", "sort_key", "pk"),
        "late": Order("-late", "sort_key", "pk"),
    }
    default_order = "name"
    columns = [
        Column("person", _("Person"), value="name", link=True, order="name"),
        Column("unit", _("Unit"), value="unit.name", phone="full"),
        *FIGURES,
    ]
    empty = Empty(_("Nobody owed a duty in this month"), icon="calendar-check")

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader = reader_of(request)
        led = Unit.objects.within(reader.scopes_with(SEE_OTHERS))
        rows = User.objects.known_to(reader).filter(Q(unit__in=led) | Q(pk=reader.pk))
        return self.counted(rows.select_related("unit"), debtor=OuterRef("pk"))

    def row_url(self, row: User) -> str:
        return f"/duties/calendar/?person={row.username}&month={self.month:%Y-%m}"


class DutyRuleFilter(FilterSet):
    """Of which month."""

    month = AsOfMonth(label=_("Month"))

    class Meta:
        model = DutyRule
        fields: list[str] = []


def _terms(row: DutyRule) -> str:
    return word_rule(row)


def _who(row: DutyRule) -> str:
    return label_of_set(row.subjects, row.unit.company)


class DutyRuleList(FiguresOfMonth):
    """Each duty and how far it was done in a month: coverage by role, dealer, station (S4.21)."""

    name, title = "duty_rules", _("Duties by kind")
    row_address = "/duties/?all=1&code={code}"
    filter = DutyRuleFilter
    order = {
        "code": Order("code", "pk"),
        "missed": Order("-missed", "code", "pk"),
        "late": Order("-late", "code", "pk"),
    }
    default_order = "code"
    columns = [
        Column("duty", _("Duty"), value="name", link=True, order="code", width="wide"),
        Column("terms", _("When"), value=_terms, phone="full"),
        Column("who", _("Who"), value=_who, phone="hide"),
        *FIGURES,
    ]
    empty = Empty(_("Nothing fell due in this month"), icon="calendar-check")

    def queryset(self, request: HttpRequest) -> QuerySet:
        now = clock.now()
        rows = (
            DutyRule.objects.visible_to(reader_of(request))
            .filter(valid_from__lte=now)
            .select_related("unit__company")
        )
        rows = rows.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=now))
        return self.counted(rows, company=OuterRef("unit__company"), code=OuterRef("code"))

    def row_url(self, row: DutyRule) -> str:
        return f"/duties/?all=1&code={row.code}&month={self.month:%Y-%m}"
