"""My desk: what I owe, by due time; what is late stands on top and says why it is due then."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import View

from kept.cases.lists import CaseList
from kept.cases.models import Case, HandOver, HandOverState
from kept.kit import clock
from kept.kit.pages import MenuItem, Page, menu
from kept.people.models import Absence, User
from kept.people.personal import personal
from kept.people.reader import reader_of
from kept.people.wiring import desk_panels
from kept.promises.models import Promise
from kept.promises.shown import shown

MOST = 50


@menu.fill(order=0)
def desk_item(user: User) -> MenuItem:
    return MenuItem(_("My desk"), "/", "layout-dashboard")


class Desk(Page):
    """Everything that waits for the reader, and for those they stand in for."""

    template_name = "web/desk.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = reader_of(request)
        people = desk_people(reader)
        promises, handled, owned = (
            begin(rows)
            for rows in (promises_of(people), handled_by(people), owned_elsewhere(people))
        )
        shown_promises = [_owed(one, reader) for one in promises.rows]
        return self.show(
            {
                "promises": shown_promises,
                "promises_count": promises.count,
                "late_count": sum(one.state == "late" for one in shown_promises),
                "offers": offers_to(reader, people),
                "handled": handled,
                "owned": owned,
                "queue": queue_for(reader)[:10],
                "all_of": whole_lists(reader),
                "standing_in_for": [one for one in people if one != reader],
                "can_intake": reader.holds("cases.open"),
                "warnings": desk_panels.ask(reader),
            }
        )


@dataclass(frozen=True)
class Begun:
    """The first rows of a list, and how many there are of them all."""

    rows: list[Any]
    count: int


def begin(rows: QuerySet) -> Begun:
    """What a desk begins to show of some rows. They are counted only where there are more."""
    first = list(rows[:MOST])
    return Begun(first, rows.count() if len(first) == MOST else len(first))


def whole_lists(reader: User) -> dict[str, str]:
    """Where the rest of what a desk begins to show is: list → its address, where it may be read."""
    found = {}
    if reader.holds("promises.see"):
        running = {"state": Promise.State.RUNNING.value, "person": reader.pk}
        found["promises"] = f"/promises/?{urlencode(running)}"
    if reader.holds("cases.see"):
        for name, column in (("handled", "handler"), ("owned", "owner")):
            asked = {column: reader.pk, **CaseList.defaults}
            found[name] = f"/cases/?{urlencode(asked, doseq=True)}"
    return found


def _owed(promise: Promise, reader: User) -> SimpleNamespace:
    """A promise of the desk, with whom it was made to, where to reach them, and what was said."""
    owed = shown(promise)
    whom = promise.to.title if promise.to else ""
    phone = personal(owed.phone, reader)
    owed.said = " · ".join(word for word in (whom, phone, owed.text) if word)
    return owed


def desk_people(user: User) -> list[User]:
    """The reader, and whoever they are deputy for just now (SX.13)."""
    away = Absence.objects.at(clock.now()).filter(deputy=user).select_related("user")
    return [user, *(absence.user for absence in away)]


def promises_of(people: list[User]) -> QuerySet:
    """Running promises of these people, soonest (and so latest) first; duties once they begin."""
    rows = Promise.objects.filter(
        person__in=people, state=Promise.State.RUNNING, started_at__lte=clock.now()
    )
    related = ("about__of_unit", "person", "to", "duty__rule")
    return rows.select_related(*related).order_by("due_at", "pk")


def offers_to(user: User, people: list[User]) -> QuerySet:
    """Hand-overs that wait for the reader's yes."""
    wanted = Q(to_person__in=people) | Q(to_person__isnull=True, to_unit=user.unit_id)
    rows = HandOver.objects.filter(wanted, state=HandOverState.OFFERED)
    return rows.select_related("case__thread", "by").order_by("offered_at")[:MOST]


def handled_by(people: list[User]) -> QuerySet:
    """Open cases these people work on."""
    rows = Case.objects.filter(handler__in=people, thread__is_open=True)
    return rows.select_related("thread", "account", "owner", "handler").order_by(
        "thread__next_due_at", "pk"
    )


def owned_elsewhere(people: list[User]) -> QuerySet:
    """Open cases these people answer for while somebody else works on them (S1.48)."""
    rows = Case.objects.filter(owner__in=people, thread__is_open=True).exclude(handler__in=people)
    return rows.select_related("thread", "account", "owner", "handler").order_by(
        "thread__next_due_at", "pk"
    )


def queue_for(user: User) -> QuerySet:
    """What lies in the queues the reader may take from."""
    rows = Case.objects.visible_to(user).filter(
        handler__isnull=True, thread__is_open=True, unit=user.unit_id
    )
    return rows.select_related("thread", "account").order_by("thread__next_due_at", "pk")


class Language(View):
    """The reader chooses a language; it is kept with the person, or in a cookie before sign-in."""

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = request.POST.get("language", "")
        response = redirect(self._back(request))
        if not translation.check_for_language(wanted):
            return response
        user: Any = request.user
        if user.is_authenticated:
            User.objects.filter(pk=user.pk).update(language=wanted)
        response.set_cookie("kept_language", wanted, max_age=31_536_000, samesite="Lax")
        return response

    def _back(self, request: HttpRequest) -> str:
        wanted = request.POST.get("next", "/")
        safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
        return wanted if safe and wanted.startswith("/") else "/"
