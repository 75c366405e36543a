"""The register of requests: training held, samples tested, kits delivered, editions issued."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.cases.lists import CasesTabs
from kept.cases.models import Request, RequestKind
from kept.cases.requests.shown import details, items_words, state_words
from kept.kit import clock
from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    FromDay,
    List,
    OneOf,
    Order,
    Raw,
    UntilDay,
    YesNo,
)
from kept.kit.templatetags.kit import is_past
from kept.people.models import Unit, User
from kept.people.reader import reader_of

STATES = (("open", _("open")), ("done", _("done")), ("withdrawn", _("withdrawn")))
IN_STATE = {
    "open": Q(finished_at__isnull=True, withdrawn_at__isnull=True),
    "done": Q(finished_at__isnull=False),
    "withdrawn": Q(withdrawn_at__isnull=False),
}


def _kinds(request: HttpRequest) -> QuerySet:
    rows = RequestKind.objects.visible_to(reader_of(request))
    return rows.filter(superseded_at__isnull=True).order_by("code", "pk")


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(request.user)


class RequestFilter(FilterSet):
    """What the register of requests can be narrowed by."""

    q = Contains(
        "case__number", "case__summary", "case__caller_name", "case__account__name", label=_("Find")
    )
    kind = FewChoices(
        label=pgettext_lazy("of a request", "Kind"), queryset=_kinds, method="of_kind"
    )
    state = OneOf(label=_("State"), choices=STATES, method="in_state")
    late = YesNo(label=_("Late"), method="filter_late")
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )
    handler = FewChoices(label=_("Handler"), queryset=_people, field_name="case__handler")
    started_from = FromDay(label=_("Asked for"), field_name="started_at")
    started_until = UntilDay(label=_("Asked for"), field_name="started_at")

    class Meta:
        model = Request
        fields: list[str] = []

    def of_kind(self, rows: QuerySet, name: str, kind: RequestKind) -> QuerySet:
        """Every row of policy with this code: a kind decided anew is still the same kind."""
        return rows.filter(kind__code=kind.code) if kind else rows

    def in_state(self, rows: QuerySet, name: str, states: list[str]) -> QuerySet:
        wanted = Q()
        for state in states:
            wanted |= IN_STATE[state]
        return rows.filter(wanted)

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(case__unit__path__startswith=unit.path) if unit else rows

    def filter_late(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        late = Q(case__thread__next_due_at__lt=clock.now()) & IN_STATE["open"]
        return rows.filter(late) if value == "yes" else rows.exclude(late)


def _customer(account: str | None, caller: str) -> str:
    return account or caller


def _fee(request: Request) -> Any:
    return request.fee


class RequestList(CasesTabs, List):
    """What was asked for from the service catalogue, and what became of it."""

    name, title = "requests", _("Requests")
    right = "cases.see"
    filter = RequestFilter
    defaults = {"state": ["open"]}
    order = {
        "due": Order("case__thread__next_due_at", "pk"),
        "newest": Order("-started_at", "-pk"),
    }
    default_order = "due"
    columns = [
        Column("number", _("Number"), value="case.number", link=True, width="fit"),
        Column("kind", pgettext_lazy("of a request", "Kind"), value="kind.name"),
        Column(
            "customer",
            _("Customer"),
            value="case.customer_name",
            raw=Raw(_customer, "case.account.name", "case.caller_name"),
        ),
        Column("details", _("Details"), value=details, raw="values", width="wide", phone="full"),
        Column("items", _("Checklist"), value=items_words, raw="items", phone="label", width="fit"),
        Column("handler", _("Handler"), value="case.handler.name", phone="hide"),
        Column("due", _("Due"), value="case.thread.next_due_at", order="due", width="fit"),
        Column("state", _("State"), value=state_words, phone="state", width="fit"),
        Column("started", _("Asked for"), value="started_at", order="newest", phone="hide"),
        Column("finished", _("Done at"), value="finished_at", places=("file", "print")),
        Column("fee", _("Fee"), value=_fee, money=True, places=("file",)),
        Column("cause", _("Special cause"), value="special_cause", places=("file",)),
        Column("told", _("Customer told at"), value="customer_told_at", places=("file",)),
    ]
    empty = Empty(
        _("Nothing was asked for yet"),
        _("Choose from the catalogue what a customer may ask for."),
        "/requests/",
        _("Service catalogue"),
        icon="clipboard-list",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Request.objects.visible_to(reader_of(request))
        return rows.select_related("kind", "case__account", "case__handler", "case__thread")

    def row_url(self, row: Request) -> str:
        return row.case.get_absolute_url()

    def row_label(self, row: Request) -> str:
        return str(row)

    def row_state(self, row: Request) -> str:
        if not row.is_open:
            return "done"
        return "late" if is_past(row.case.thread.next_due_at) else ""
