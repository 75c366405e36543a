"""The page of a promise: why it is due when it is, and everything that happened to its clock."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.pages import DetailPage
from kept.people.models import User
from kept.people.personal import personal
from kept.promises.models import ClockEvent, Promise, Roster, RosterState
from kept.promises.roster import holes_of, on_duty
from kept.promises.roster_shown import hours_in_words, week_of
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
    related = ("about", "to", "person", "unit", "rule__calendar", "calendar", "duty__rule")

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
