"""The promise register: all promises, and those behind any figure of the ledger."""

from types import SimpleNamespace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    FromDay,
    List,
    Lookup,
    OneOf,
    Order,
    Raw,
    UntilDay,
    YesNo,
)
from kept.people.models import Unit, User
from kept.people.reader import reader_of
from kept.people.views.frame import creating_verbs
from kept.promises.models import (
    Promise,
    PromiseKind,
    PromiseRule,
    PromiseState,
    Roster,
    RosterShift,
)
from kept.promises.outcomes import PromiseOutcome, came_out, outcome_by
from kept.promises.risk import HOURS, at_risk, percent_used
from kept.promises.roster_shown import hours_in_words
from kept.promises.rostering import make_roster
from kept.promises.shown import due_text, label_of, outcome_words, state_of, state_words
from kept.timeline.models import Thread
from kept.timeline.models.thread import name_of_thread


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user)


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(request.user)


class PromisesTabs:
    """The tabs over the lists of promises and duty."""

    request: HttpRequest

    def context(self) -> dict[str, Any]:
        return {"above": "promises/above.html", "tabs": promise_tabs(self.request)}


def promise_tabs(request: HttpRequest) -> list[SimpleNamespace]:
    """The tabs the reader may open, the one of this page marked."""
    return [
        SimpleNamespace(url=url, label=label, icon=icon, is_active=url == request.path, count=None)
        for url, label, icon, right in TABS
        if reader_of(request).holds(right)
    ]


TABS = [
    ("/promises/", _("All promises"), "handshake", "promises.see"),
    ("/promises/at-risk/", _("At risk"), "alarm-clock", "promises.see"),
    ("/promises/ledger/", _("Ledger"), "chart-column", "promises.see"),
    ("/promises/what-if/", _("What if"), "scale", "promises.what_if"),
    ("/rosters/", _("Duty rosters"), "calendar-clock", "promises.see"),
]


def _rules(request: HttpRequest) -> QuerySet:
    rows = PromiseRule.objects.visible_to(request.user).ever_in_force()
    return rows.order_by("superseded_at", "kind", "pk")


def _whom(request: HttpRequest) -> QuerySet:
    """Whom something was promised to that the reader may see."""
    promised = Promise.objects.visible_to(reader_of(request)).filter(to=OuterRef("pk"))
    rows = Thread.objects.filter(of_user__isnull=True, of_unit__isnull=True)
    return rows.exclude(number="").filter(Exists(promised)).order_by("title", "pk")


class CameOut(OneOf):
    """Promises that came out in one of these ways by now."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        found = Q()
        for outcome in value or ():
            found |= came_out(outcome)
        return qs.filter(found)


MATTER = Column(
    "title",
    _("Matter"),
    value="about.name",
    raw=Raw(name_of_thread, "about.of_unit.name", "about.title"),
    width="wide",
    phone="full",
)


class PromiseFilter(FilterSet):
    """What the register of promises can be narrowed by."""

    q = Contains("about__number", "about__title", "text", label=_("Find"))
    state = OneOf(label=_("State"), choices=PromiseState.choices)
    outcome = CameOut(label=_("How it came out"), choices=PromiseOutcome.choices)
    kind = OneOf(label=pgettext_lazy("of a promise", "Kind"), choices=PromiseKind.choices)
    rule = FewChoices(label=_("Rule"), queryset=_rules, null_label=_("named by hand"))
    person = FewChoices(label=_("Person"), queryset=_people, null_label=_("nobody in person"))
    unit = FewChoices(label=_("Unit"), queryset=_units)
    to = Lookup(label=_("To"), queryset=_whom, search=("title", "number"), ref="number")
    due_from = FromDay(label=_("Due"), field_name="due_at")
    due_until = UntilDay(label=_("Due"), field_name="due_at")

    class Meta:
        model = Promise
        fields: list[str] = []


def _countdown(words: str, promise: Promise) -> str:
    """The due time, counting down by itself."""
    if not words or promise.due_at is None:
        return ""
    due = promise.due_at.isoformat()
    return format_html('<time datetime="{}" data-due="{}">{}</time>', due, due, words)


class PromiseList(PromisesTabs, List):
    """Every promise: what, to whom, by whom, when, and how it ended (S2.16)."""

    name, title = "promises", _("Promises")
    row_address = "/promises/{id}/"
    right = "promises.see"
    filter = PromiseFilter
    defaults = {"state": ["running", "paused"]}
    order = {
        "due": Order("due_at", "pk", label=_("By due time")),
        "newest": Order("-started_at", "-pk", label=_("Newest first")),
        "late": Order("-lateness", "due_at", "pk", label=_("Latest first")),
    }
    default_order = "due"
    columns = [
        Column("kind", _("Promise"), value=label_of, raw="kind", link=True),
        Column("about", _("About"), value="about.number", width="fit"),
        MATTER,
        Column("to", _("To"), value="to.title", phone="hide"),
        Column("person", _("Person"), value="person.name"),
        Column("due", _("Due"), value="due_at", order="due", width="fit"),
        Column(
            "how", _("How it stands"), value=due_text, raw="lateness", phone="state", width="fit"
        ),
        Column("state", _("State"), value=state_words, raw="state", phone="hide"),
        Column("text", _("Words"), phone="hide"),
        Column("started", _("Made"), value="started_at", order="newest", places=("file",)),
        Column("done", _("Done"), value="done_at", places=("file",)),
        Column(
            "outcome",
            _("How it came out"),
            value=outcome_words,
            raw=Raw(outcome_by, "state", "due_at", "done_at"),
            places=("file",),
        ),
        Column("lateness", _("Late by, seconds"), align="end", places=("file",)),
        Column("unit", _("Unit"), value="unit.name", places=("file",)),
        Column("rule", _("Rule"), value="rule.name", places=("file",)),
    ]
    empty = Empty(_("Nothing is promised"), _("Promises are made on a case."), icon="handshake")

    def queryset(self, request: HttpRequest) -> QuerySet:
        return Promise.objects.visible_to(reader_of(request)).select_related(
            "about__of_unit", "to", "person", "unit", "rule", "calendar", "duty__rule"
        )

    def row_state(self, row: Promise) -> str:
        state = state_of(row)
        return {"kept": "done", "excused": "done", "cancelled": "done"}.get(state, state)


HOURS_AHEAD = [
    ("1", _("1 open hour")),
    ("2", _("2 open hours")),
    ("8", _("8 open hours")),
    ("24", _("24 open hours")),
]


class Ahead(YesNo):
    """How far ahead the list looks; the list itself does, so that it always looks somewhere."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs


class RiskFilter(FilterSet):
    """What the list of promises at risk can be narrowed by."""

    q = Contains("about__number", "about__title", "text", label=_("Find"))
    within = Ahead(label=_("Due within"), choices=HOURS_AHEAD, empty_label=_("4 open hours"))
    kind = OneOf(label=pgettext_lazy("of a promise", "Kind"), choices=PromiseKind.choices)
    person = FewChoices(label=_("Person"), queryset=_people)
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )

    class Meta:
        model = Promise
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path) if unit else rows


class RiskList(PromisesTabs, List):
    """Promises that will be late soon, before they are: warned of, or with little time left, the
    soonest first (S2.14, S2.16).
    """

    name, title = "promises-at-risk", _("Promises at risk")
    row_address = "/promises/{id}/"
    right = "promises.see"
    filter = RiskFilter
    order = {"due": Order("due_at", "pk")}
    default_order = "due"
    columns = [
        Column("kind", _("Promise"), value="get_kind_display", link=True),
        Column("about", _("About"), value="about.number", width="fit"),
        MATTER,
        Column("person", _("Person"), value="person.name"),
        Column("unit", _("Unit"), phone="hide"),
        Column("due", _("Due"), value="due_at", order="due", width="fit"),
        Column("left", _("Time left"), value=due_text, cell=_countdown, raw="due_at",
               phone="state", width="fit"),
        Column("used", _("Term used, %"), value=percent_used, align="end", width="fit",
               phone="label"),
    ]  # fmt: skip
    empty = Empty(
        _("No promise is at risk"),
        _("What is due soon or was warned of stands here before it is late."),
        icon="alarm-clock",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader = reader_of(request)
        asked = request.GET.get("within", "")
        hours = int(asked) if asked in dict(HOURS_AHEAD) else HOURS
        rows = at_risk(Promise.objects.visible_to(reader), reader, hours)
        return rows.select_related("about__of_unit", "person").prefetch_related(
            "events", "unit", "rule__calendar", "calendar"
        )

    def row_state(self, row: Promise) -> str:
        return state_of(row)


def _state_words(roster: Roster) -> str:
    return roster.get_status_display()


def _roster_state(roster: Roster) -> str:
    return roster.status.value


class RosterFilter(FilterSet):
    """What the list of duty rosters can be narrowed by."""

    q = Contains("name", label=_("Find"))
    unit = FewChoices(label=_("Unit"), queryset=_units, to_field_name="code", method="of_unit")
    active = YesNo(label=_("In force"), method="is_active")

    class Meta:
        model = Roster
        fields: list[str] = []

    def of_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit=unit) if unit else rows

    def is_active(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(activated_at__isnull=value != "yes") if value else rows


class RosterList(PromisesTabs, List):
    """Who stands by where: every roster with its time and state (S4.15)."""

    name, title = "rosters", _("Duty rosters")
    row_address = "/rosters/{id}/"
    right = "promises.see"
    filter = RosterFilter
    order = {
        "newest": Order("-from_on", "-pk", label=_("Newest first")),
        "unit": Order("unit__path", "-from_on", "-pk", label=_("By unit")),
    }
    default_order = "newest"
    columns = [
        Column("name", _("Name"), link=True),
        Column("unit", _("Unit"), order="unit"),
        Column("from", _("From"), value="from_on", order="newest", width="fit"),
        Column("until", _("Until"), value="until_on", width="fit"),
        Column("hours", _("Hours covered"), value=hours_in_words, raw="hours", phone="label"),
        Column("state", _("State"), value=_state_words, raw=_roster_state, phone="state"),
        Column("activated", _("In force since"), value="activated_at", phone="hide"),
    ]
    empty = Empty(
        _("There is no duty roster yet"),
        _("A roster says who stands by when, and shows where nobody does."),
        "/rosters/make_roster/",
        _("Make a duty roster"),
        icon="calendar-clock",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        return Roster.objects.visible_to(reader_of(request)).select_related("unit", "hours")

    def row_state(self, row: Roster) -> str:
        return "done" if row.status == Roster.State.ENDED else ""

    def context(self) -> dict[str, Any]:
        verbs = creating_verbs(reader_of(self.request), make_roster)
        return {**super().context(), "verbs": verbs}


class ShiftFilter(FilterSet):
    """What the list of shifts can be narrowed by."""

    person = FewChoices(
        label=_("Person"), queryset=_people, to_field_name="username", method="of_person"
    )
    unit = FewChoices(
        label=_("Unit"), queryset=_units, to_field_name="code", field_name="roster__unit"
    )

    class Meta:
        model = RosterShift
        fields: list[str] = []

    def of_person(self, rows: QuerySet, name: str, person: User) -> QuerySet:
        return rows.filter(person=person) if person else rows


class ShiftList(PromisesTabs, List):
    """Whose hours stand in which roster: by weekday, and the swaps of single dates (S4.15)."""

    name, title = "roster-shifts", _("Shifts")
    row_address = "/rosters/{roster__id}/"
    right = "promises.see"
    filter = ShiftFilter
    order = {"person": Order("person__sort_key", "on", "weekday", "start", "pk")}
    default_order = "person"
    columns = [
        Column("person", _("Person"), value="person.name", link=True, order="person"),
        Column("day", _("Day"), value="day_words", raw="weekday", width="fit"),
        Column("on", _("Date"), places=("file",)),
        Column("start", _("From"), width="fit", phone="label"),
        Column("end", _("Until"), width="fit", phone="label"),
        Column("roster", _("Roster"), value="roster.name", phone="label"),
        Column("unit", _("Unit"), value="roster.unit", phone="hide"),
        Column("instead", _("Instead of"), value="instead_of.person.name", phone="hide"),
        Column("reason", _("Reason"), phone="hide"),
    ]
    empty = Empty(_("Nobody stands by"), _("Shifts are added to a duty roster."), "/rosters/",
                  _("Duty rosters"), icon="calendar-clock")  # fmt: skip

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = RosterShift.objects.visible_to(reader_of(request)).still_to_come()
        return rows.select_related("person", "roster__unit", "instead_of__person")
