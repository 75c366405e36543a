"""What forms about promises and duty ask, in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.people.models import User
from kept.promises.actions import reopening_of
from kept.promises.models import Calendar, Roster

declare_for("promises.pause", reason=_("Waits for"), note=_("In a few words"))
declare_for("promises.resume", note=_("In a few words"))
declare_for("promises.keep", note=_("In a few words"))
declare_for(
    "promises.agree_time",
    due_at=_("New time"),
    agreed_with=_("Who agreed"),
    reason=_("Why another time"),
)
declare_for("promises.hand", person=_("To person"))
declare_for(
    "promises.excuse",
    reason=_("Why it could not be kept"),
    reference=_("Where the evidence can be seen"),
    files=_("Evidence"),
)
declare_for("promises.withdraw", reason=_("Why nothing is owed any more"))
declare_for("promises.reopen", how=_("How the clock goes on"), reason=_("Why it is opened again"))

spec("promises.pause", order=("reason", "note"))
spec(
    "promises.agree_time",
    order=("due_at", "agreed_with", "reason"),
    intro=_("What is late stays late: another time can be agreed only before the old one is over."),
)
spec(
    "promises.excuse",
    order=("reason", "files", "reference"),
    help={"reference": _("For example the number of a letter, or the address of a notice.")},
)
spec("promises.reopen", order=("how", "reason"), initial=reopening_of)

declare(files=_("Files"))
declare_for(
    "promises.do_duty",
    on=_("Done on"),
    concerned=_("Customer or partner"),
    note=_("What was done and found"),
)
spec(
    "promises.do_duty",
    order=("on", "concerned", "note", "files"),
    help={"concerned": _("Number, code or name, where it was done at one.")},
)

declare_for(
    "promises.make_roster",
    from_on=_("First day"),
    until_on=_("Last day"),
    hours=_("Hours that must be covered"),
)
SHIFT = {
    "person": _("Who stands by"),
    "weekdays": _("On which days"),
    "start": _("From"),
    "end": _("Until"),
    "shift": _("Which shift"),
    "on": _("On which date"),
    "reason": _("Reason"),
}
declare_for("promises.add_shift", **{k: SHIFT[k] for k in ("person", "weekdays", "start", "end")})
declare_for("promises.end_shift", shift=SHIFT["shift"])
declare_for(
    "promises.swap_shift",
    shift=SHIFT["shift"],
    on=SHIFT["on"],
    person=_("Who stands there instead"),
    reason=SHIFT["reason"],
)


def _people(roster: Roster, by: User) -> Any:
    return User.objects.staff_of(roster.unit.company)


def _shifts(roster: Roster, by: User) -> Any:
    return roster.shifts.current().select_related("person").order_by("weekday", "on", "start", "pk")


def _weekly(roster: Roster, by: User) -> Any:
    return _shifts(roster, by).filter(weekday__isnull=False)


def _calendars(subject: Any, by: User) -> Any:
    unit = by.unit
    return Calendar.objects.in_force(unit) if unit else Calendar.objects.none()


spec(
    "promises.make_roster",
    choices={"hours": _calendars},
    help={
        "hours": _("Day and night, unless you choose a calendar."),
        "until_on": _("Without one it holds until another roster takes over."),
    },
)
spec(
    "promises.add_shift",
    choices={"person": _people},
    widgets={"weekdays": forms.CheckboxSelectMultiple},
    help={"end": _("An end that is not after the start is on the next day.")},
)
spec("promises.end_shift", choices={"shift": _shifts})
spec("promises.swap_shift", choices={"shift": _weekly, "person": _people})
