"""A company's rules change on screen: each from a day on, and what has begun keeps its own."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.locking import lock
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import TextRule
from kept.kit.words import Words
from kept.people.models import Unit, User
from kept.promises.models import Calendar, PromiseKind, PromiseRule
from kept.promises.models.rule import Reopening, TimeSet
from kept.promises.rules.terms import (
    TimeUnit,
    beginning_of,
    comes_with_pack,
    drafted,
    same_rule,
)

RuleCode = Annotated[str, TextRule(60, many_lines=False)]
#: One thing a rule asks: ``route:phone``.
Asked = Annotated[str, TextRule(80, many_lines=False)]


def _is_in_force(rule: PromiseRule, by: User) -> bool:
    return rule.holds_at(clock.now())


@action("promises.set_rule", label=_("New promise rule"), creates=PromiseRule, icon="plus")
def set_rule(
    *,
    by: User,
    unit: Unit,
    code: RuleCode,
    kind: PromiseKind,
    name: Words,
    amount: Decimal,
    time_unit: TimeUnit,
    begins_on: date,
    calendar: Calendar | None = None,
    applies: list[Asked] = [],  # noqa: B006  (never changed)
    warn_percent: int = 80,
    reopening: Reopening = Reopening.RESUME,
    time_set: TimeSet = TimeSet.FIXED,
) -> PromiseRule:
    """Promise something from a day on, in a company or a part of it (C01, C02, SX.19)."""
    lock(unit)
    code = slugify(code)
    if not code:
        raise InvalidInput(_("Give the rule a code of letters and digits."), field="code")
    rule = drafted(
        unit,
        code=code,
        kind=kind,
        name=name,
        amount=amount,
        time_unit=time_unit,
        begins_on=begins_on,
        calendar=calendar,
        applies=applies,
        warn_percent=warn_percent,
        reopening=reopening,
        time_set=time_set,
    )
    _require_free(rule)
    return _written(rule, by=by)


def _require_free(rule: PromiseRule) -> None:
    others = PromiseRule.objects.ever_in_force().filter(unit=rule.unit, code=rule.code)
    for other in others:
        if other.superseded_at is None or other.superseded_at > rule.valid_from:
            raise Refused(
                _("There is a rule with this code already. Put another in its place there."),
                field="code",
                rule="SX.19",
                mend=other.get_absolute_url(),
            )


def _written(rule: PromiseRule, *, by: User) -> PromiseRule:
    rule.set_by, rule.set_at = by, clock.now()
    rule.save()
    rule.unit.record("rule.set", by=by, rule=rule, valid_from=rule.valid_from)
    return rule


@action(
    "promises.supersede_rule",
    label=_("Put another rule in its place"),
    right="promises.set_rule",
    offered=_is_in_force,
    primary=True,
    icon="pencil",
)
def supersede_rule(
    rule: PromiseRule,
    *,
    by: User,
    name: Words,
    amount: Decimal,
    time_unit: TimeUnit,
    begins_on: date,
    calendar: Calendar | None = None,
    applies: list[Asked] = [],  # noqa: B006  (never changed)
    warn_percent: int = 80,
    reopening: Reopening = Reopening.RESUME,
    time_set: TimeSet = TimeSet.FIXED,
) -> PromiseRule:
    """Let another rule hold from a day on: promises that began before keep the old one (SX.19)."""
    lock(rule.unit)
    begins = beginning_of(begins_on, rule.unit)
    require_replaceable(rule, begins_on)
    after = drafted(
        rule.unit,
        code=rule.code,
        kind=PromiseKind(rule.kind),
        name=name,
        amount=amount,
        time_unit=time_unit,
        begins_on=begins_on,
        calendar=calendar,
        applies=applies,
        warn_percent=warn_percent,
        reopening=reopening,
        time_set=time_set,
        instead_of=rule,
    )
    rule.superseded_at = begins
    rule.save(update_fields=["superseded_at"])
    return _written(after, by=by)


def require_replaceable(rule: PromiseRule, day: date) -> None:
    """Refuse for a rule that has not begun, has ended, or has a successor waiting already."""
    waiting = same_rule(rule).filter(valid_from__gt=clock.now()).exclude(pk=rule.pk)
    for later in waiting.ever_in_force():
        if not comes_with_pack(later):
            raise Refused(
                _("Another rule begins in its place already. Take that one back first."),
                rule="SX.19",
                mend=later.get_absolute_url(),
            )
    begins = beginning_of(day, rule.unit)
    if not rule.holds_at(begins):
        raise Refused(
            _("This rule does not hold on that day. Choose a day on which it does."),
            field="begins_on",
            rule="SX.19",
        )


@action(
    "promises.end_rule",
    label=_("End rule"),
    right="promises.set_rule",
    offered=_is_in_force,
    danger=True,
    icon="circle-slash",
)
def end_rule(rule: PromiseRule, *, by: User, begins_on: date) -> PromiseRule:
    """Promise this no longer from a day on; promises that run are kept all the same (SX.19)."""
    require_replaceable(rule, begins_on)
    rule.superseded_at = beginning_of(begins_on, rule.unit)
    rule.save(update_fields=["superseded_at"])
    rule.unit.record("rule.ended", by=by, rule=rule, valid_from=rule.superseded_at)
    return rule


@action(
    "promises.take_back_rule",
    label=_("Take back"),
    right="promises.set_rule",
    offered=lambda rule, by: rule.is_to_come and rule.superseded_at != rule.valid_from,
    danger=True,
    icon="undo-2",
)
def take_back_rule(rule: PromiseRule, *, by: User) -> PromiseRule:
    """A rule that has not begun never will; the one before it goes on (SX.19)."""
    if not rule.is_to_come or rule.superseded_at == rule.valid_from:
        raise Refused(
            _("Only a rule that has not begun can be taken back. Put another in its place."),
            rule="SX.19",
            mend=rule.get_absolute_url(),
        )
    if comes_with_pack(rule):
        raise Refused(
            _("This rule comes with a policy pack. Once that has begun, put another in its place."),
            rule="SX.19",
            mend=rule.unit.get_absolute_url(),
        )
    before = same_rule(rule).filter(superseded_at=rule.valid_from, valid_from__lt=rule.valid_from)
    for one in before.exclude(pk=rule.pk):
        one.superseded_at = rule.superseded_at
        one.save(update_fields=["superseded_at"])
    rule.superseded_at = rule.valid_from
    rule.save(update_fields=["superseded_at"])
    rule.unit.record("rule.taken_back", by=by, rule=rule, valid_from=rule.valid_from)
    return rule
