"""The promise register: all promises, and those behind any figure of the ledger."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

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
)
from kept.people.models import Unit, User
from kept.people.reader import reader_of
from kept.promises.models import Promise, PromiseKind, PromiseRule, PromiseState
from kept.promises.outcomes import PromiseOutcome, came_out, outcome_by
from kept.promises.shown import due_text, outcome_words, state_of, state_words
from kept.timeline.models import Thread


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user)


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(request.user)


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


class PromiseFilter(FilterSet):
    """What the register of promises can be narrowed by."""

    q = Contains("about__number", "about__title", "text", label=_("Find"))
    state = OneOf(label=_("State"), choices=PromiseState.choices)
    outcome = CameOut(label=_("How it came out"), choices=PromiseOutcome.choices)
    kind = OneOf(label=_("Kind"), choices=PromiseKind.choices)
    rule = FewChoices(label=_("Rule"), queryset=_rules, null_label=_("named by hand"))
    person = FewChoices(label=_("Person"), queryset=_people, null_label=_("nobody in person"))
    unit = FewChoices(label=_("Unit"), queryset=_units)
    to = Lookup(label=_("To"), queryset=_whom, search=("title", "number"), ref="number")
    due_from = FromDay(label=_("Due"), field_name="due_at")
    due_until = UntilDay(label=_("Due"), field_name="due_at")

    class Meta:
        model = Promise
        fields: list[str] = []


class PromiseList(List):
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
        Column("kind", _("Promise"), value="get_kind_display", link=True),
        Column("about", _("About"), value="about.number", width="fit"),
        Column("title", _("Matter"), value="about.title", width="wide", phone="full"),
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
            "about", "to", "person", "unit", "rule", "calendar"
        )

    def context(self) -> dict[str, Any]:
        return {"above": "promises/tabs.html", "tab": "register"}

    def row_state(self, row: Promise) -> str:
        state = state_of(row)
        return {"kept": "done", "excused": "done", "cancelled": "done"}.get(state, state)
