"""What forms about consultants and trainings ask, in words."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.parties.models import Account, Contact
from kept.people.models import Unit, User
from kept.workforce.actions import consulting_of
from kept.workforce.models import Attendee, Training

declare(
    solutions=_("Solutions known"),
    from_on=_("From"),
    warning_seen=_("I have seen the warning"),
    trainer=_("Trainer"),
    attendees=_("Who was there"),
    people=_("Who was there"),
    place=_("Place"),
    course=_("Course"),
    content=_("What was taught"),
    result=_("Result"),
)
declare_for("workforce.acknowledge_training", contact=_("Who at the station acknowledged it"))


def _known_now(user: User, by: User) -> dict[str, Any]:
    row = consulting_of(user)
    return {"solutions": row.solutions} if row else {}


spec(
    "workforce.name_consultant",
    initial=_known_now,
    help={"solutions": _("One solution on each line.")},
)
spec(
    "workforce.end_consultant",
    help={
        "warning_seen": _(
            "Needed where the unit is left with fewer consulting technicians than it must have."
        )
    },
)


def _contacts_of(account: Account, by: User) -> QuerySet:
    return Contact.objects.current().filter(account=account).order_by("sort_key")


def _contacts_of_station(training: Training, by: User) -> QuerySet:
    """Whom one of ours may name; a station's own people acknowledge for themselves."""
    if not by.is_own_staff:
        return Contact.objects.none()
    return Contact.objects.current().filter(account=training.account_id).order_by("sort_key")


def _units(subject: Any, by: User) -> QuerySet:
    return Unit.objects.within(by.scopes_with("workforce.train")).active()


def _staff(subject: Any, by: User) -> QuerySet:
    return User.objects.active().filter(company=by.company_id).order_by("sort_key")


def _own_unit(subject: Any, by: User) -> dict[str, Any]:
    return {"unit": by.unit.code if by.unit else None, "trainer": by.name}


def _as_trainer(account: Account, by: User) -> dict[str, Any]:
    return {"trainer": by.name}


def _result_now(attendee: Attendee, by: User) -> dict[str, Any]:
    return {"score": attendee.score, "result": attendee.result}


ABOUT = ("course", "content", "result")
spec(
    "workforce.train_station",
    order=("topic", "attendees", "held_on", "trainer", "place", *ABOUT),
    choices={"attendees": _contacts_of},
    widgets={"attendees": forms.CheckboxSelectMultiple},
    initial=_as_trainer,
)
spec(
    "workforce.train_people",
    order=("topic", "people", "held_on", "trainer", "place", *ABOUT, "unit"),
    choices={"people": _staff, "unit": _units},
    widgets={"people": forms.CheckboxSelectMultiple},
    initial=_own_unit,
)
spec("workforce.enter_result", initial=_result_now)
spec("workforce.acknowledge_training", choices={"contact": _contacts_of_station})
