"""How far each person keeps their duties, with the complaints they caused; and each kind of duty.

Both are counted for one month of the reader's company (S0.44, S4.21).
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import (
    CharField,
    Count,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit import clock
from kept.kit.lists import Column, Empty, FewChoices, FilterSet, List, Order
from kept.people.models import Unit, User
from kept.people.reader import reader_of
from kept.promises.complaints import caused_in, caused_url
from kept.promises.duties.figures import (
    COUNTED,
    due_in,
    percent,
    state_is,
    with_debtor,
    word_percent,
)
from kept.promises.duties.sets import label_of_set
from kept.promises.duties.wording import word_rule
from kept.promises.duty_lists import AsOfMonth, month_of, people_known, units_known, zone_of
from kept.promises.duty_tabs import duty_tabs
from kept.promises.models import Duty, DutyRule, DutyState
from kept.promises.permissions import SEE_OTHERS


def _done(row: Any) -> int:
    return row.in_time + row.late


def _fell_due(row: Any) -> int:
    return _done(row) + row.missed


def _percent(row: Any) -> Decimal | None:
    return percent(row.in_time, _fell_due(row))


IN_TIME, LATE, MISSED = DutyState.IN_TIME, DutyState.LATE, DutyState.MISSED
FELL_DUE = (IN_TIME, LATE, MISSED)


def drill_address(of_row: str, *states: DutyState) -> str:
    """The duties behind a figure: those of a row (``person=lin&month=2026-03``) in these states."""
    return "&".join([f"/duties/?all=1&{of_row}", *(f"state={one.value}" for one in states)])


def leading(address: Callable[[Any], str]) -> Callable[[Any, Any], Any]:
    """A cell whose figure leads to the rows behind it; nothing has none."""

    def cell(count: int, row: Any) -> Any:
        return format_html('<a class="link" href="{}">{}</a>', address(row), count) if count else 0

    return cell


def figures_of(name: Callable[[Any], str]) -> tuple[Column, ...]:
    """The figures of a row, each with the way to its duties. ``name`` says which are the row's."""

    def drill(*states: DutyState) -> Callable[[Any, Any], Any]:
        return leading(lambda row: drill_address(f"{name(row)}&month={row.month}", *states))

    return (
        Column("fell_due", _("Fell due"), value=_fell_due, cell=drill(*FELL_DUE),
               align="end", phone="label"),
        Column("done", _("Done"), value=_done, cell=drill(IN_TIME, LATE), align="end",
               phone="label"),
        Column("in_time", _("In time"), cell=drill(IN_TIME), align="end", phone="label"),
        Column("late", _("Late"), cell=drill(LATE), align="end", order="late", phone="label"),
        Column("missed", pgettext_lazy("duty", "Not done"), cell=drill(MISSED), align="end",
               order="missed", phone="label"),
        Column("open", _("Still open"), value="running", cell=drill(DutyState.RUNNING),
               align="end", phone="hide"),
        Column("percent", _("On time"), value=_percent,
               cell=lambda share, row: word_percent(share), align="end", phone="label"),
    )  # fmt: skip


class FiguresOfMonth(List):
    """A list that counts, for each row, the duties of a month the reader sees."""

    right = "promises.see"

    @cached_property
    def month(self) -> date:
        today = clock.today(zone_of(self.request.user))
        return month_of(self.request.GET.get("month", ""), today)

    def counted(self, rows: QuerySet, **of_row: Any) -> QuerySet:
        """The rows with their figures and the month these are of: ``2026-03``."""
        reader = reader_of(self.request)
        seen = Duty.objects.standing().visible_to(reader)
        duties = with_debtor(seen.filter(due_in(self.month, zone_of(reader)))).filter(**of_row)
        counted = {one.value: _counted(duties.filter(state_is(one)), of_row) for one in COUNTED}
        month = Value(f"{self.month:%Y-%m}", output_field=CharField())
        return rows.annotate(owed=_counted(duties, of_row), month=month, **counted)

    def row_state(self, row: Any) -> str:
        return "late" if row.missed else ""

    def context(self) -> dict[str, Any]:
        return {
            "above": "promises/duty_figures_above.html",
            "tabs": duty_tabs(self.request.path),
            "month": self.month,
        }


def _counted(rows: QuerySet, by: Iterable[str]) -> Coalesce:
    """How many of the rows, already those of the outer row, there are."""
    counted = rows.order_by().values(*by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


class DutyPeopleFilter(FilterSet):
    """Whose duties, and of which month."""

    month = AsOfMonth(label=_("Month"))
    person = FewChoices(
        label=_("Person"), queryset=people_known, to_field_name="username", method="of_person"
    )
    unit = FewChoices(
        label=_("Unit and below"), queryset=units_known, to_field_name="code", method="in_unit"
    )

    class Meta:
        model = User
        fields: list[str] = []

    def of_person(self, rows: QuerySet, name: str, person: User) -> QuerySet:
        return rows.filter(pk=person.pk)

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path)


def _complaints(caused: QuerySet | None) -> Coalesce | Value:
    """How many of these complaints the outer row caused; none where nobody keeps complaints."""
    if caused is None:
        return Value(0, output_field=IntegerField())
    return _counted(caused.filter(person=OuterRef("pk")), ["person"])


class DutyPeopleList(FiguresOfMonth):
    """The appraisal of a month: each person's duties, how many of them in time, and the complaints
    they caused, for who leads them; each figure leads to its rows (S0.44).

    A duty counts in the month it fell due, a complaint in the month it came in.
    """

    name, title = "duty_people", _("Appraisal by person")
    row_address = "/duties/calendar/?person={username}"
    filter = DutyPeopleFilter
    order = {
        "name": Order("sort_key", "pk"),
        "missed": Order("-missed", "sort_key", "pk"),
        "late": Order("-late", "sort_key", "pk"),
        "complaints": Order("-complaints", "sort_key", "pk"),
    }
    default_order = "name"
    columns = [
        Column("person", _("Person"), value="name", link=True, order="name"),
        Column("unit", _("Unit"), value="unit.name", phone="full"),
        *figures_of(lambda row: f"person={row.username}"),
        Column(
            "complaints",
            _("Complaints caused"),
            cell=leading(lambda row: caused_url(row, row.month)),
            align="end",
            order="complaints",
            phone="label",
        ),
    ]
    empty = Empty(
        _("Nobody owed a duty or caused a complaint in this month"), icon="calendar-check"
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader = reader_of(request)
        led = Unit.objects.within(reader.scopes_with(SEE_OTHERS))
        rows = User.objects.known_to(reader).filter(Q(unit__in=led) | Q(pk=reader.pk))
        rows = self.counted(rows.select_related("unit"), debtor=OuterRef("pk"))
        caused = caused_in(self.month, zone_of(reader), reader)
        rows = rows.annotate(complaints=_complaints(caused))
        return rows.filter(Q(owed__gt=0) | Q(complaints__gt=0))

    def context(self) -> dict[str, Any]:
        return {**super().context(), "counts_complaints": True}

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
        *figures_of(lambda row: f"code={row.code}"),
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
        of_row = {"company": OuterRef("unit__company"), "code": OuterRef("code")}
        return self.counted(rows, **of_row).filter(owed__gt=0)

    def row_url(self, row: DutyRule) -> str:
        return f"/duties/?all=1&code={row.code}&month={self.month:%Y-%m}"
