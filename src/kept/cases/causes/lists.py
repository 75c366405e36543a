"""The complaints people caused: the rows behind the figure of an appraisal (S0.44)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.cases.models import ComplaintCause
from kept.kit.lists import Column, Contains, Empty, FewChoices, FilterSet, List, Order
from kept.people.models import Unit
from kept.people.reader import reader_of
from kept.promises.duties.figures import in_month
from kept.promises.duty_lists import EARLIEST, InMonth, month_of, people_known, units_known
from kept.promises.duty_tabs import duty_tabs


class CameInMonth(InMonth):
    """Complaints that came in in a month of the reader's company: ``2026-03``."""

    def narrowed(self, qs: QuerySet, month: date, zone: str) -> QuerySet:
        return qs.filter(in_month("at", month, zone))

    def words(self, value: str) -> str:
        month = month_of(value, EARLIEST)
        return str(_("came in in {month}")).format(month=date_format(month, "YEAR_MONTH_FORMAT"))


class CauseFilter(FilterSet):
    """What the complaints people caused can be narrowed by."""

    q = Contains("case__number", "person__name", label=_("Find"))
    person = FewChoices(label=_("Person"), queryset=people_known, to_field_name="username")
    unit = FewChoices(
        label=_("Unit and below"), queryset=units_known, to_field_name="code", method="in_unit"
    )
    month = CameInMonth(label=_("Month"))

    class Meta:
        model = ComplaintCause
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(person__unit__path__startswith=unit.path)


def _summary(row: Any) -> str:
    """What the complaint is about, for who sees it."""
    return row.case.summary if row.is_case_seen else ""


class CauseList(List):
    """The complaints people caused: each one's own, and those of the people one leads. Who does
    not see a complaint itself reads who caused it and why, not what the customer said (S0.44).
    """

    name, title = "causes", _("Complaints caused")
    right = "promises.see"
    filter = CauseFilter
    order = {
        "newest": Order("-case__received_at", "-pk"),
        "person": Order("person__sort_key", "-case__received_at", "-pk"),
    }
    default_order = "newest"
    columns = [
        Column("number", _("Complaint"), value="case.number", link=True, width="fit"),
        Column("received", _("Received"), value="case.received_at", order="newest", width="fit"),
        Column("person", _("Caused by"), value="person.name", order="person"),
        Column("unit", _("Unit"), value="person.unit.name", phone="hide"),
        Column("why", _("What they did or left undone"), width="wide", phone="full"),
        Column("summary", _("Summary"), value=_summary, width="clip", phone="hide"),
        Column("named_by", _("Said by"), value="named_by.name", phone="hide"),
        Column("named_at", _("Said on"), cell="day", places=("file", "print")),
    ]
    empty = Empty(
        _("Nobody is named as who caused a complaint"),
        _("Whoever leads says it on the page of the complaint."),
        icon="smile",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader = reader_of(request)
        rows: Any = ComplaintCause.objects.standing().with_month().with_sight(reader)
        return rows.of_people_of(reader).select_related("case", "person__unit", "named_by")

    def row_url(self, row: Any) -> str:
        """The complaint; the calendar of the person for who does not see it."""
        if row.is_case_seen:
            return row.get_absolute_url()
        return f"/duties/calendar/?person={row.person.username}"

    def row_label(self, row: ComplaintCause) -> str:
        return str(row)

    def context(self) -> dict[str, Any]:
        return {"above": "promises/duty_tabs.html", "tabs": duty_tabs(self.request.path)}
