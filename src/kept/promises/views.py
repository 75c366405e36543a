"""The page of a promise: why it is due when it is, and everything that happened to its clock."""

from datetime import date
from typing import Any

from django.utils import timezone

from kept.kit import clock
from kept.kit.pages import DetailPage
from kept.people.personal import personal
from kept.people.reader import reader_of
from kept.promises.folding import events_of, fold
from kept.promises.models import Promise, Roster, RosterState
from kept.promises.page import (
    evidence_of,
    facts_of,
    happened,
    noticed,
    pauses_of,
    told_of,
)
from kept.promises.roster import holes_of, on_duty
from kept.promises.roster_shown import hours_in_words, week_of
from kept.promises.shown import explanation, shown, state_words


class PromisePage(DetailPage):
    """One promise: its explanation line by line, its pauses, who owed it, what proves it, who was
    told, and every event of its clock.
    """

    model = Promise
    template_name = "promises/promise.html"
    related = (
        "about",
        "to",
        "person",
        "unit__company",
        "rule__calendar",
        "rule__unit",
        "calendar",
        "duty__rule",
    )

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


ROSTER_STATES = {
    RosterState.DRAFT: "warned",
    RosterState.ACTIVE: "good",
    RosterState.ENDED: "plain",
}


class RosterPage(DetailPage):
    """A duty roster: one week, people by days, with what is missing; and who is on duty now."""

    model = Roster
    template_name = "promises/roster.html"
    related = ("unit__company", "hours", "activated_by", "made_by")

    def context(self, subject: Roster) -> dict[str, Any]:
        is_over = subject.status == RosterState.ENDED
        return {
            "state": ROSTER_STATES[subject.status],
            "week": week_of(subject, self._asked),
            "holes": [] if is_over else holes_of(subject),
            "hours": hours_in_words(subject),
            "now_on_duty": on_duty(subject.unit),
            "print_url": f"{subject.get_absolute_url()}print/?week={self._asked or ''}",
            "printed_at": clock.now(),
            "printed_by": self.request.user,
            "back_url": subject.get_absolute_url(),
            "company": subject.unit.company,
        }

    @property
    def _asked(self) -> date | None:
        """The week asked for, by any of its days; this one where that is no day."""
        try:
            day = date.fromisoformat(self.request.GET.get("week", ""))
        except ValueError:
            return None
        return day if 1950 < day.year < 2200 else None


class RosterPaper(RosterPage):
    """The week of a roster on A4, across, to hang on the wall."""

    template_name = "promises/roster_paper.html"
