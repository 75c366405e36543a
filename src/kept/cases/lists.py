"""Lists of cases, the call and letter register, and the product-problem list."""

from types import SimpleNamespace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.cases.models import (
    Case,
    CaseClass,
    CaseKind,
    CaseStatus,
    Interaction,
    Priority,
    Route,
    SenderType,
)
from kept.cases.queries import waiting
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
from kept.kit.lists.cells import safe
from kept.kit.templatetags.kit import is_past, span, until
from kept.parties.models import TERRITORIES
from kept.people.models import Unit, User
from kept.people.personal import SEE_PERSONAL
from kept.people.reader import reader_of
from kept.timeline.soonest import SoonestDue


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


def _territories(request: HttpRequest) -> QuerySet:
    return _units(request).filter(kind__in=TERRITORIES)


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(request.user)


class CaseFilter(FilterSet):
    """What a list of cases can be narrowed by."""

    q = Contains(
        "number",
        "summary",
        "caller_name",
        "account__name",
        guarded={"caller_phone": SEE_PERSONAL},
        label=_("Find"),
    )
    status = OneOf(label=_("Status"), choices=CaseStatus.choices)
    route = OneOf(label=_("Route"), choices=Route.choices)
    case_kind = OneOf(label=pgettext_lazy("of a case", "Kind"), choices=CaseKind.choices)
    priority = OneOf(label=_("Priority"), choices=Priority.choices)
    classification = OneOf(label=_("Class"), choices=CaseClass.choices)
    unit = FewChoices(label=_("Unit"), queryset=_units)
    within = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )
    territory = FewChoices(
        label=_("Customer's territory"),
        queryset=_territories,
        to_field_name="code",
        method="in_territory",
    )
    owner = FewChoices(label=_("Owner"), queryset=_people)
    handler = FewChoices(label=_("Handler"), queryset=_people)
    queue = YesNo(label=_("In a queue"), field_name="handler", lookup_expr="isnull")
    late = YesNo(label=_("Late"), method="filter_late")
    received_from = FromDay(label=_("Received"), field_name="received_at")
    received_until = UntilDay(label=_("Received"), field_name="received_at")

    class Meta:
        model = Case
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path) if unit else rows

    def in_territory(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(account__unit__path__startswith=unit.path) if unit else rows

    def filter_late(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        late = {"thread__next_due_at__lt": clock.now()}
        return rows.filter(**late) if value == "yes" else rows.exclude(**late)


TABS = (
    ("/cases/", _("Cases"), "inbox"),
    ("/queue/", _("Queue"), "layers"),
    ("/waiting/", _("Waiting here"), "hourglass"),
    ("/register/", _("Register"), "book-open"),
    ("/forum/", _("Unanswered posts"), "messages-square"),
    ("/problems/", _("Product problems"), "wrench"),
    ("/requests/register/", _("Requests"), "clipboard-list"),
    ("/requests/", _("Service catalogue"), "list-todo"),
)


class CasesTabs:
    """The tabs over the lists of cases."""

    request: HttpRequest

    def context(self) -> dict[str, Any]:
        tabs = [
            SimpleNamespace(
                url=url, label=label, icon=icon, is_active=url == self.request.path, count=None
            )
            for url, label, icon in TABS
        ]
        return {"above": "cases/cases_above.html", "tabs": tabs}


def _due(case: Case) -> str:
    return until(case.thread.next_due_at) if case.is_open else ""


def _clock(words: str, case: Case) -> str:
    """The due time, counting down by itself."""
    due_at = case.thread.next_due_at
    if not words or due_at is None:
        return ""
    due = due_at.isoformat()
    return SafeString(f'<time datetime="{due}" data-due="{due}">{safe(words)}</time>')


def _customer(account: str | None, caller: str) -> str:
    return account or caller


CUSTOMER = Raw(_customer, "account.name", "caller_name")


SHOWN = (
    *("number", "summary", "route", "status", "classification", "caller_name", "received_at"),
    *("result", "version", "thread__next_due_at", "thread__is_open", "account__name"),
    *("owner__name", "handler__name", "unit__name"),
)
"""The columns lists of cases read: half of what making a row costs are those it does not show."""


class CaseList(CasesTabs, List):
    """Every case the reader may see."""

    row_address = "/cases/{number}/"
    name, title = "cases", _("Cases")
    right = "cases.see"
    filter = CaseFilter
    defaults = {"status": ["open", "waiting", "result", "solved"]}
    order = {
        "due": Order("thread__next_due_at", "thread"),
        "newest": Order("-received_at", "-pk"),
        "number": Order("number"),
    }
    default_order = "due"
    columns = [
        Column("number", _("Number"), link=True, width="fit", order="number"),
        Column("summary", _("Summary"), width="wide", phone="full"),
        Column("customer", _("Customer"), value="customer_name", raw=CUSTOMER),
        Column("route", _("Route"), value="get_route_display", phone="hide"),
        Column("status", _("Status"), value="get_status_display", phone="state"),
        Column(
            "due",
            _("Due"),
            value=_due,
            cell=_clock,
            export=lambda case: case.thread.next_due_at,
            raw="thread.next_due_at",
            order="due",
            width="fit",
        ),
        Column("owner", _("Owner"), value="owner.name", phone="hide"),
        Column("handler", _("Handler"), value="handler.name"),
        Column("received", _("Received"), value="received_at", order="newest", phone="hide"),
        Column("unit", _("Unit"), value="unit.name", places=("file",)),
        Column("class", _("Class"), value="get_classification_display", places=("file",)),
    ]
    empty = Empty(
        _("No cases yet"), _("The first call makes the first case."), "/intake/", _("Take a call")
    )

    fixed = frozenset({"status"})

    def rows_of(self, reader: Any) -> QuerySet:
        rows = Case.objects.visible_to(reader)
        return rows.select_related("thread", "account", "owner", "handler", "unit").only(*SHOWN)

    def near(self) -> SoonestDue | None:
        """Open cases by due time: what is due next is named by the index of who sees what."""
        wanted, reader = set(self.asked.values.getlist("status")), reader_of(self.request)
        is_due = self.addresses.current.removeprefix("-") == "due"
        if not is_due or not wanted or CaseStatus.CLOSED in wanted or reader.is_system:
            return None
        return SoonestDue(reader.sight(Case.see_right), Case.kind)

    def row_state(self, row: Case) -> str:
        if not row.is_open:
            return "done"
        return "late" if is_past(row.thread.next_due_at) else ""


class RegisterFilter(FilterSet):
    """What the register can be narrowed by."""

    q = Contains("number", "sender", "content", guarded={"phone": SEE_PERSONAL}, label=_("Find"))
    route = OneOf(label=_("Route"), choices=Route.choices)
    sender_type = OneOf(label=_("Sender"), choices=SenderType.choices)
    unit = FewChoices(label=_("Unit"), queryset=_units)
    within = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )
    happened_from = FromDay(label=_("Date"), field_name="happened_at")
    happened_until = UntilDay(label=_("Date"), field_name="happened_at")

    class Meta:
        model = Interaction
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path) if unit else rows


class RegisterList(CasesTabs, List):
    """The call and letter register: every contact, numbered without holes (S2.23)."""

    name, title = "register", _("Call and letter register")
    row_address = "/cases/{case__number}/"
    right = "cases.see"
    filter = RegisterFilter
    order = {"newest": Order("-happened_at", "-pk"), "number": Order("number")}
    default_order = "newest"
    columns = [
        Column("number", _("Number"), link=True, width="fit", order="number"),
        Column("time", _("Time"), value="happened_at", order="newest", width="fit"),
        Column(
            "direction", _("Direction"), value="get_direction_display", phone="hide", width="fit"
        ),
        Column("route", _("Route"), value="get_route_display", width="fit"),
        Column(
            "sender_type", _("Sender"), value="get_sender_type_display", phone="hide", width="fit"
        ),
        Column("sender", _("Name")),
        Column("content", _("Content"), width="wide", phone="full"),
        Column("handler", _("Handler"), value="by.name"),
        Column("duty", _("On duty"), value="duty_person.name", phone="hide"),
        Column("result", _("Result"), phone="hide"),
        Column("case", _("Case"), value="case.number", width="fit"),
        Column("phone", _("Phone"), places=("file",), needs=SEE_PERSONAL),
    ]
    empty = Empty(
        _("Nobody has called yet"), _("Every call is entered here."), "/intake/", _("Take a call")
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        return Interaction.objects.visible_to(reader_of(request)).select_related(
            "by", "case", "duty_person"
        )


class ProblemList(CaseList):
    """Cases that turned out to be defects or wishes, by product and version (S1.46)."""

    name, title = "problems", _("Product problems")
    defaults = {"classification": [CaseClass.DEFECT, CaseClass.REQUIREMENT]}
    order = {
        "newest": Order("-received_at", "-pk"),
        "number": Order("number"),
        "product": Order("product__code", "version", "pk"),
    }
    default_order = "newest"
    columns = [
        Column("number", _("Number"), link=True, width="fit", order="number"),
        Column("product", _("Product"), value="product", order="product"),
        Column("version", _("Version")),
        Column("class", _("Class"), value="get_classification_display", phone="state"),
        Column("summary", _("Summary"), width="clip", phone="full"),
        Column("result", _("Result"), width="clip", phone="hide"),
        Column("customer", _("Customer"), value="customer_name", raw=CUSTOMER, phone="hide"),
        Column("received", _("Received"), value="received_at", order="newest"),
    ]

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().queryset(request).exclude(classification="")
        return rows.select_related("product").only(*SHOWN, "product")


class ForumList(CaseList):
    """Forum posts nobody has answered yet, the oldest promise first (S1.76)."""

    name, title = "forum", _("Unanswered posts")
    filter = CaseFilter
    defaults: ClassVar[dict[str, Any]] = {}

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().queryset(request).filter(route=Route.FORUM, thread__is_open=True)
        return rows.exclude(interactions__direction="out", interactions__route=Route.FORUM)


class QueueList(CaseList):
    """Cases nobody works on yet, in the queues of the reader's units."""

    name, title = "queue", _("Queue")
    defaults: ClassVar[dict[str, Any]] = {}
    empty = Empty(
        _("The queue is empty"), _("Cases given back or handed to a unit wait here."), icon="coffee"
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        return super().queryset(request).filter(handler__isnull=True, thread__is_open=True)


class WaitingFilter(FilterSet):
    """Whose waiting room, and whom somebody sees to."""

    q = Contains("number", "summary", "caller_name", "account__name", label=_("Find"))
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )
    queue = YesNo(label=_("In a queue"), field_name="handler", lookup_expr="isnull")

    class Meta:
        model = Case
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path) if unit else rows


class WaitingList(CasesTabs, List):
    """Who walked in and is still here, and how long they have waited; the longest first (S1.71)."""

    name, title = "waiting", _("Waiting here")
    right = "cases.see"
    filter = WaitingFilter
    order = {"longest": Order("received_at", "pk"), "newest": Order("-received_at", "-pk")}
    default_order = "longest"
    columns = [
        Column("number", _("Number"), link=True, width="fit"),
        Column("customer", _("Customer"), value="customer_name", raw=CUSTOMER),
        Column("need", _("Need"), value="summary", width="wide", phone="full"),
        Column("arrived", _("Arrived"), value="received_at", order="newest", phone="hide"),
        Column(
            "waited",
            _("Waited"),
            value="time_here",
            cell=lambda time, case: span(time),
            export=lambda case: int(case.time_here.total_seconds() // 60),
            align="end",
            phone="state",
        ),
        Column("handler", _("Sees to them"), value="handler.name"),
        Column(
            "due", _("Next word"), value=_due, cell=_clock, raw="thread.next_due_at", width="fit"
        ),
        Column("unit", _("Unit"), value="unit.name", phone="hide"),
    ]
    empty = Empty(
        _("Nobody is waiting"),
        _("Whoever walks in is entered as a walk-in."),
        "/intake/?route=walk_in",
        _("Somebody walks in"),
        icon="coffee",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = waiting(Case.objects.visible_to(reader_of(request)))
        return rows.select_related("thread", "account", "handler", "unit")

    def row_state(self, row: Case) -> str:
        return "late" if is_past(row.thread.next_due_at) else ""
