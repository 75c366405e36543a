"""The page of a training and its paper."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from kept.kit.pages import ActionPage, DetailPage, go_to, page_for
from kept.people.reader import reader_of
from kept.timeline.story import story
from kept.workforce.actions.training import needs_acknowledgement
from kept.workforce.lists import passed_words
from kept.workforce.models import Attendee, Training, TrainingState


@page_for("workforce.train_station")
class TrainPage(ActionPage):
    """The form of a station's training; it leads to the training, where results are entered."""

    def done(self, subject: Any, result: Training) -> HttpResponse:
        messages.success(self.request, _("{number} is recorded.").format(number=result.number))
        return go_to(self.request, result.get_absolute_url())


def _facts(training: Training) -> list[dict[str, Any]]:
    """What the page and the paper of a training show at a glance."""
    account = training.account
    return [
        {"label": _("Topic"), "value": training.get_topic_display()},
        {
            "label": _("Station"),
            "value": account,
            "url": account.get_absolute_url() if account else "",
        },
        {"label": _("Unit"), "value": training.unit},
        {"label": _("Held on"), "value": training.held_on},
        {"label": _("Place"), "value": training.place},
        {"label": _("Trainer"), "value": training.trainer},
        {"label": _("Result"), "value": training.result},
        {"label": _("Acknowledged by"), "value": training.acknowledged_name},
        {"label": _("Acknowledged"), "value": training.acknowledged_at},
    ]


class TrainingPage(DetailPage):
    """One training: who was there, how they did, and whether the station acknowledged it."""

    model = Training
    template_name = "workforce/training.html"
    related = ("thread", "company", "unit", "account", "acknowledged_contact", "acknowledged_by")

    def context(self, subject: Training) -> dict[str, Any]:
        is_done = subject.status == TrainingState.DONE
        attendees = attendees_of(subject)
        return {
            "state": "good" if is_done else "warned",
            "facts": _facts(subject),
            "attendees": attendees,
            "has_exam": any(one.pass_mark for one in attendees),
            "waits": needs_acknowledgement(subject),
            "can_examine": self.request.user.holds("workforce.train"),  # type: ignore[union-attr]
            "entries": story(subject.thread, reader_of(self.request)),
            "print_url": f"{subject.get_absolute_url()}print/",
        }


def attendees_of(training: Training) -> list[Attendee]:
    """Who was there, each with how the exam went in a word."""
    rows = list(training.attendees.select_related("contact", "person").order_by("pk"))
    for one in rows:
        one.exam = passed_words(one)  # type: ignore[attr-defined]
        one.may_be_entered = one.pass_mark is None or not training.done_at  # type: ignore[attr-defined]
    return rows


class TrainingPaper(DetailPage):
    """The training on A4, with a line for every signature."""

    model = Training
    template_name = "workforce/training_paper.html"
    related = TrainingPage.related

    def context(self, subject: Training) -> dict[str, Any]:
        return {
            "number": subject.number,
            "facts": _facts(subject),
            "attendees": attendees_of(subject),
            "back_url": subject.get_absolute_url(),
        }
