"""The page of a promise: why it is due when it is, and everything that happened to its clock."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit.pages import DetailPage
from kept.promises.models import Promise
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


class PromisePage(DetailPage):
    """One promise with its explanation, line by line, and its clock events."""

    model = Promise
    template_name = "promises/promise.html"
    related = ("about", "to", "person", "unit", "rule__calendar", "calendar")

    def context(self, subject: Promise) -> dict[str, Any]:
        events = list(subject.events.select_related("by").order_by("seq"))
        for event in events:
            event.kind_label = EVENT_WORDS.get(event.kind, event.kind)
            event.reason_words = word_reason(event.reason)
        return {"promise": shown(subject, explained=True), "row": subject, "events": events}
