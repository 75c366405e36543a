"""The form that sends somebody, with who is free then; the page of a dispatch and its slip."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from kept.cases.story import told_to
from kept.field.availability import STATE_TAGS, engineers, state_of, with_availability, words_of
from kept.field.lists import asked_of
from kept.field.models import Dispatch, DispatchState
from kept.field.shown import TAGS, facts
from kept.kit import clock
from kept.kit.pages import ActionPage, DetailPage, Page, page_for
from kept.people.models import User
from kept.people.reader import reader_of
from kept.timeline.models import Entry

MOST = 30
RELATED = (
    "case__thread", "case__account", "case__product", "case__serial_unit", "case__company",
    "case__unit", "engineer", "unit", "dispatched_by",
)  # fmt: skip


def who_is_free(reader: User, values: Any) -> dict[str, Any]:
    """Everybody who can be sent, and how they stand at the time in a form or an address."""
    asked = asked_of(values, reader.unit)
    rows = engineers(reader.staff_company_ids).select_related("unit", "company")
    there = clock.local(asked.arrive_from, _zone(reader))
    people = list(with_availability(rows, asked).order_by("unit__path", "sort_key")[:MOST])
    return {
        "asked": asked,
        "people": [
            {"person": one, "words": words_of(one), "state": STATE_TAGS[state_of(one)]}
            for one in people
        ],
        "more_url": f"/engineers/?at={there:%Y-%m-%dT%H:%M}",
    }


def _zone(reader: User) -> str:
    return reader.company.zone if reader.company else "UTC"


class FreePage(Page):
    """Who is free at the time in the form, as the part of it that is asked for again."""

    template_name = "field/who_is_free.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = reader_of(request)
        if not reader.holds("field.see"):
            raise PermissionDenied
        return self.show({"free": who_is_free(reader, request.GET)})


@page_for("field.dispatch")
class DispatchForm(ActionPage):
    """The form that sends an engineer, with how everybody stands at the time in it (S2.15)."""

    def show(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        request = self.request
        values = request.POST if request.method == "POST" else request.GET
        free = who_is_free(reader_of(request), values)
        return super().show(
            {**context, "extra": "field/free_in_form.html", "free": free}, status=status
        )


class DispatchPage(DetailPage):
    """One dispatch, for a thumb: where, when, and the next thing to tap."""

    model = Dispatch
    template_name = "field/dispatch.html"
    related = RELATED

    def context(self, subject: Dispatch) -> dict[str, Any]:
        reader = reader_of(self.request)
        entries = Entry.objects.filter(
            thread=subject.case.thread_id, recorded_at__gte=subject.dispatched_at
        )
        return {
            "state": "late" if subject.late_by else TAGS[DispatchState(subject.status)],
            "facts": facts(subject, reader),
            "entries": told_to(entries.select_related("by").order_by("seq"), reader),
            "print_url": f"{subject.get_absolute_url()}print/",
        }


class DispatchSlip(DetailPage):
    """The slip the engineer takes along, on A4, with a line for both signatures."""

    model = Dispatch
    template_name = "field/dispatch_slip.html"
    related = RELATED

    def context(self, subject: Dispatch) -> dict[str, Any]:
        return {
            "number": subject.number,
            "facts": facts(subject, reader_of(self.request)),
            "back_url": subject.get_absolute_url(),
            "printed_at": clock.now(),
            "printed_by": self.request.user,
        }
