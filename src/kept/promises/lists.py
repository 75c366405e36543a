"""The promise register."""

from typing import Any

from django.db.models import QuerySet
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
    OneOf,
    Order,
    UntilDay,
)
from kept.people.models import Unit, User
from kept.people.reader import reader_of
from kept.promises.models import Promise, PromiseKind, PromiseState
from kept.promises.shown import due_text, state_of, state_words


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(request.user)


class PromiseFilter(FilterSet):
    """What the register of promises can be narrowed by."""

    q = Contains("about__number", "about__title", "text", label=_("Find"))
    state = OneOf(label=_("State"), choices=PromiseState.choices)
    kind = OneOf(label=_("Kind"), choices=PromiseKind.choices)
    person = FewChoices(label=_("Person"), queryset=_people)
    unit = FewChoices(label=_("Unit"), queryset=_units)
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
    order = {"due": Order("due_at", "pk"), "newest": Order("-started_at", "-pk")}
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
    ]
    empty = Empty(_("Nothing is promised"), _("Promises are made on a case."), icon="handshake")

    def queryset(self, request: HttpRequest) -> QuerySet:
        return Promise.objects.visible_to(reader_of(request)).select_related(
            "about", "to", "person"
        )

    def context(self) -> dict[str, Any]:
        """The way to a what-if, for who may ask one."""
        may_ask = reader_of(self.request).holds("promises.what_if")
        return {"above": "promises/promises_above.html"} if may_ask else {}

    def row_state(self, row: Promise) -> str:
        state = state_of(row)
        return {"kept": "done", "excused": "done", "cancelled": "done"}.get(state, state)
