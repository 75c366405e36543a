"""The page of a promise: why it is due when it is, and everything that happened to its clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit.pages import DetailPage
from kept.people.models import User
from kept.people.personal import personal
from kept.promises.models import ClockEvent, Promise
from kept.promises.rules.recount import BECAUSE
from kept.promises.shown import shown, word_reason

EVENT_WORDS = {
    "start": _("clock started"),
    "pause": _("clock stopped"),
    "resume": _("clock went on"),
    "keep": _("done"),
    "break": _("broken"),
    "excuse": _("excused"),
    "cancel": _("withdrawn"),
    "reopen": _("opened again"),
    "set_due": _("new time agreed"),
    "change_rule": _("rule changed"),
}


@dataclass(frozen=True)
class Happened:
    """A clock event as the page shows it."""

    at: datetime
    kind_label: str
    reason_words: str
    by: User


class PromisePage(DetailPage):
    """One promise with its explanation, line by line, and its clock events."""

    model = Promise
    template_name = "promises/promise.html"
    related = ("about", "to", "person", "unit", "rule__calendar", "calendar")

    def context(self, subject: Promise) -> dict[str, Any]:
        promise = shown(subject, explained=True)
        promise.phone = personal(subject.phone, self.request.user)
        events = subject.events.select_related("by").order_by("seq")
        return {
            "promise": promise,
            "row": subject,
            "events": [_happened(event) for event in events],
        }


def _happened(event: ClockEvent) -> Happened:
    label = EVENT_WORDS.get(event.kind, event.kind)
    if event.reason == BECAUSE:
        label = _("counted again")
    return Happened(event.at, str(label), word_reason(event.reason), event.by)
