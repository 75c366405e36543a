"""What the forms of rules and calendars ask, in plain words."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.people.models import Unit, User
from kept.promises.clockwork import Duration
from kept.promises.models import Calendar, PromiseRule
from kept.promises.rules.facts import facts_known
from kept.promises.rules.terms import as_pairs

declare(
    amount=_("How long"),
    time_unit=_("Counted in"),
    begins_on=_("From"),
    calendar=_("Calendar"),
    applies=_("Only for"),
    warn_percent=_("Warn after so many percent of the time"),
    reopening=_("When the matter is opened again"),
    time_set=_("How the time is set"),
    shifts=_("Working hours"),
)
for _verb in ("promises.decide_day", "promises.withdraw_day"):
    declare_for(_verb, on=_("Day"))
declare_for("promises.end_rule", begins_on=_("No longer from"))


def _units(subject: Any, by: User) -> Any:
    return Unit.objects.within(by.scopes_with("promises.set_rule")).active()


def _calendars(subject: Any, by: User) -> Any:
    """The calendars in force where the rule is for, or wherever the person may set rules."""
    if subject is not None:
        return Calendar.objects.in_force(subject.unit)
    now = clock.now()
    rows = Calendar.objects.visible_to(by).filter(valid_from__lte=now).order_by("pk")
    return rows.exclude(superseded_at__lte=now)


def _asked(subject: PromiseRule | None, by: User) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """What rules may ask, fact by fact; for a rule that is there only what its kind may."""
    company = subject.unit.company if subject is not None else by.company
    return [
        (fact.label, [(f"{fact.name}:{value}", words) for value, words in fact.choices.items()])
        for fact in facts_known(company)
        if fact.choices and (subject is None or subject.kind in fact.kinds)
    ]


def _tomorrow(zone: str) -> Any:
    return clock.today(zone) + timedelta(days=1)


def _as_it_is(rule: PromiseRule, by: User) -> dict[str, Any]:
    term = Duration.of(rule.duration)
    return {
        "name": rule.name,
        "amount": term.amount,
        "time_unit": term.unit,
        "calendar": rule.calendar_id,
        "applies": as_pairs(rule.applies),
        "warn_percent": rule.warn_percent,
        "reopening": rule.reopening,
        "time_set": rule.time_set,
        "begins_on": _tomorrow(rule.unit.zone),
    }


def _new_rule(subject: None, by: User) -> dict[str, Any]:
    unit = by.unit
    zone = unit.zone if unit else "UTC"
    return {"unit": by.company.code if by.company else "", "begins_on": _tomorrow(zone)}


def _own_days(calendar: Calendar, by: User) -> dict[str, Any]:
    return {"on": _tomorrow(calendar.zone)}


_ORDER = (
    "name", "time_set", "amount", "time_unit", "calendar", "applies", "warn_percent", "reopening",
    "begins_on",
)  # fmt: skip
_HELP = {
    "time_set": _(
        "Only for solving. Where it is no fixed term, the term below is how soon that time"
        " must be known."
    ),
    "calendar": _("Needed for working time. Day and night count without one."),
    "applies": _("Nothing chosen: for every matter of this kind."),
    "begins_on": _("What started before keeps the rule it started under."),
}
spec(
    "promises.set_rule",
    order=("unit", "code", "kind", *_ORDER),
    choices={"unit": _units, "calendar": _calendars, "applies": _asked},
    widgets={"applies": forms.CheckboxSelectMultiple},
    help={**_HELP, "code": _("A short word of letters and digits, such as mail_reply.")},
    initial=_new_rule,
)
spec(
    "promises.supersede_rule",
    order=_ORDER,
    choices={"calendar": _calendars, "applies": _asked},
    widgets={"applies": forms.CheckboxSelectMultiple},
    help=_HELP,
    initial=_as_it_is,
)
spec(
    "promises.end_rule",
    initial=lambda rule, by: {"begins_on": _tomorrow(rule.unit.zone)},
    help={"begins_on": _("Promises that run are kept all the same.")},
)
spec(
    "promises.decide_day",
    order=("on", "name", "shifts"),
    help={"shifts": _("One shift on a line, like 08:30-12:00. Empty: the day is closed.")},
    initial=_own_days,
)
spec("promises.withdraw_day", initial=_own_days)
