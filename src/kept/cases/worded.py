"""A company's rules about cases, worded for people."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kept.cases.models import (
    CallBackPolicy,
    CasePolicy,
    Checklist,
    ForumRule,
    Outcome,
    QuestionLevel,
)
from kept.cases.models.policy import OutcomeNeeds
from kept.people.models import Unit, UnitKind
from kept.people.wiring import PolicySentence


def case_sentences(unit: Unit, moment: datetime) -> list[PolicySentence]:
    """Every rule about cases in force for a unit at a moment."""
    return [
        PolicySentence(text, row.unit, row.valid_from, source)
        for text, row, source in _rules(unit, moment)
    ]


def _rules(unit: Unit, moment: datetime) -> Iterator[tuple[str, Any, str]]:
    if calls := CallBackPolicy.objects.in_force(unit, moment).first():
        yield (
            _("A call-back is promised within {n} minutes; later ones need a reason.").format(
                n=calls.usual_minutes
            ),
            calls,
            "S1.52",
        )
    if row := CasePolicy.objects.in_force(unit, moment).first():
        yield from _working_rules(row)
    for outcome in Outcome.objects.in_force(unit, moment):
        needs = OutcomeNeeds(outcome.needs).label
        words = _("“{outcome}” needs {needs}.").format(outcome=outcome.name, needs=needs)
        if outcome.attempts:
            words = _("“{outcome}” needs {n} attempts on {days} days.").format(
                outcome=outcome.name, n=outcome.attempts, days=outcome.attempt_days
            )
        yield words, outcome, "C14"
    for rule in ForumRule.objects.in_force(unit, moment):
        yield (
            _("A forum post may be taken down for: {rule}.").format(rule=rule.name),
            rule,
            "S1.77",
        )
    for checklist in Checklist.objects.in_force(unit, moment):
        yield (
            _("Checklist “{name}”: {n} items.").format(name=checklist.name, n=len(checklist.items)),
            checklist,
            "S1.50",
        )


def _working_rules(row: CasePolicy) -> Iterator[tuple[str, Any, str]]:
    yield (
        _("What counts as the customer's word: {evidence}.").format(evidence=row.evidence_labels()),
        row,
        "C14",
    )
    yield (
        _("A contact may be entered up to {n} hours later.").format(n=row.reach_back_hours),
        row,
        "S2.14",
    )
    yield (
        _("A hand-over is accepted within {n} minutes.").format(n=row.accept_hand_over_minutes),
        row,
        "S1.58",
    )
    if row.forum_needs_second_person:
        yield _("A public answer is read by a second person first."), row, "S1.78"
    for kind, levels in row.question_order.items():
        order = " → ".join(str(QuestionLevel(level).label) for level in levels)
        yield (
            _("Help is sought in this order from a {kind}: {order}.").format(
                kind=UnitKind(kind).label, order=order
            ),
            row,
            "S1.53",
        )
