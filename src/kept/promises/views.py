"""The page of a promise: why it is due when it is, and everything that happened to its clock."""

from typing import Any

from django.utils import timezone

from kept.kit import clock
from kept.kit.pages import DetailPage
from kept.people.personal import personal
from kept.people.reader import reader_of
from kept.promises.folding import events_of, fold
from kept.promises.models import Promise
from kept.promises.shown import explanation, shown, state_words
from kept.promises.telling import (
    evidence_of,
    facts_of,
    happened,
    noticed,
    pauses_of,
    told_of,
)


class PromisePage(DetailPage):
    """One promise: its explanation line by line, its pauses, who owed it, what proves it, who was
    told, and every event of its clock.
    """

    model = Promise
    template_name = "promises/promise.html"
    related = ("about", "to", "person", "unit__company", "rule__calendar", "rule__unit", "calendar")

    def context(self, subject: Promise) -> dict[str, Any]:
        reader = reader_of(self.request)
        events = events_of(subject, related=("by",))
        standing = fold(events, subject)
        promise = shown(subject)
        promise.phone = personal(subject.phone, reader)
        promise.explanation = explanation(subject, standing)
        story = told_of(subject, reader)
        return {
            "promise": promise,
            "row": subject,
            "state_label": state_words(subject),
            "zone": standing.calendar.zone if standing.calendar else subject.unit.zone,
            "own_zone": timezone.get_current_timezone_name(),
            "facts": facts_of(subject),
            "pauses": pauses_of(standing),
            "evidence": evidence_of(subject, story),
            "told": [one.told for one in story if one.promise == subject.pk],
            "noticed": noticed(subject),
            "events": happened(events),
            "print_url": f"{subject.get_absolute_url()}print/",
        }


class PromisePaper(PromisePage):
    """The same on A4."""

    template_name = "promises/promise_paper.html"

    def context(self, subject: Promise) -> dict[str, Any]:
        return {
            **super().context(subject),
            "number": subject.about.number,
            "back_url": subject.get_absolute_url(),
            "printed_at": clock.now(),
            "printed_by": self.request.user,
        }
