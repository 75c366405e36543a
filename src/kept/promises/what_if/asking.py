"""From what somebody asks to a question: which rules, which calendar, who is on duty."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.people.models import Unit
from kept.promises.clockwork import Duration
from kept.promises.models import Calendar, PromiseRule, WhatIf
from kept.promises.replay.spread import Duty
from kept.promises.terms import calendar_of
from kept.promises.what_if.changing import Change
from kept.promises.what_if.counting import Question
from kept.promises.what_if.rostered import RosteredDuty


def rules_of_company(unit: Unit) -> list[PromiseRule]:
    """Every rule that ever held in a company, today's and those it replaced."""
    company = unit.company or unit
    return list(PromiseRule.objects.filter(unit__company=company).select_related("calendar"))


def rules_like(rule: PromiseRule) -> list[PromiseRule]:
    """A rule and those of its unit it replaced: of the same kind, for the same matters."""
    return [
        one
        for one in PromiseRule.objects.filter(unit=rule.unit_id, kind=rule.kind)
        if one.applies == rule.applies
    ]


def term_of(text: str, field: str = "duration") -> Duration:
    """A term as somebody wrote it. Raises InvalidInput with how to write it."""
    try:
        return Duration.of(text.strip())
    except ValueError:
        raise InvalidInput(
            _("“{text}” is no term. Write it as 4 hours, 8 working hours, 3 working days."),
            text=text[:60],
            field=field,
        ) from None


def change_of(
    rules: Iterable[PromiseRule], duration: Duration | None, calendar: Calendar | None
) -> Change:
    """These rules with another term or calendar."""
    return Change({rule.pk: duration for rule in rules}, calendar)


def duty_of(
    unit: Unit, named: Calendar | None, changed: Calendar | None, rules: Iterable[PromiseRule]
) -> Duty:
    """When somebody is on duty: by the calendar named, and by nothing else; without one by the
    duty rosters of the units, and where none was in force by the changed calendar, else by that of
    the rules, else by the first calendar in force; day and night where a company has none.
    """
    if named is not None:
        return Duty(calendar_of(named, unit.zone))
    own = changed or next((rule.calendar for rule in rules if rule.calendar), None)
    own = own or Calendar.objects.in_force(unit).order_by("pk").first()
    below = Unit.objects.filter(path__startswith=unit.path).select_related("company")
    return RosteredDuty(calendar_of(own, unit.zone), below)


def calendar_named(unit: Unit, code: str, field: str = "calendar") -> Calendar:
    """The calendar of that code in force for a unit. Raises InvalidInput."""
    rows = Calendar.objects.in_force(unit)
    found = rows.filter(code=code).first()
    if found is None:
        raise InvalidInput(
            _("There is no calendar “{code}” here. There are: {known}."),
            code=code[:60],
            known=Listed(sorted({row.code for row in rows})),
            field=field,
        )
    return found


def question_of(asked: WhatIf) -> Question:
    """A stored what-if as a question to be counted."""
    rules = rules_like(asked.rule) if asked.rule else [
        rule for rule in rules_of_company(asked.unit) if rule.kind == asked.kind
    ]  # fmt: skip
    duration = Duration.of(asked.duration) if asked.duration else None
    return Question(
        unit=asked.unit,
        change=change_of(rules, duration, asked.calendar),
        first=asked.from_on,
        last=asked.until_on,
        duty=duty_of(asked.unit, asked.duty, asked.calendar, rules),
    )


def question_by_kinds(
    company: Unit, terms: Mapping[str, Duration], calendar: str, duty: str, days: tuple[date, date]
) -> Question:
    """Promises of a company whose kinds get other terms, or all of them another calendar. Raises
    InvalidInput for a kind without a rule and a calendar that is not there.
    """
    rules = rules_of_company(company)
    known = sorted({rule.kind for rule in rules})
    if unknown := sorted(set(terms) - set(known)):
        raise InvalidInput(
            _("{company} has no rule for “{kind}”. It has rules for: {known}."),
            company=company,
            kind=Listed(unknown),
            known=Listed(known),
            field="rule",
        )
    row = calendar_named(company, calendar) if calendar else None
    on_duty = calendar_named(company, duty, "duty") if duty else None
    chosen = [rule for rule in rules if not terms or rule.kind in terms]
    change = Change({rule.pk: terms.get(rule.kind) for rule in chosen}, row)
    return Question(company, change, *days, duty_of(company, on_duty, row, chosen))
