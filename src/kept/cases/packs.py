"""How cases are worked and how they end, in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.cases.models import (
    CallBackPolicy,
    CasePolicy,
    Checklist,
    Evidence,
    ForumRule,
    Outcome,
    QuestionLevel,
    Route,
)
from kept.kit import packs
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed, Words, check_words
from kept.people.loading import own_rows
from kept.people.models import Unit


@packs.section("outcomes", order=40)
def read_outcomes(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[outcomes]] code, name, needs, attempts, attempt_days``."""
    for row in rows:
        made = Outcome.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            needs=_one_of(Outcome.Needs, row["needs"]),
            attempts=row.get("attempts", 0),
            attempt_days=row.get("attempt_days", 0),
        )
        loading.remember("outcomes", made.code, made)


@packs.section("cases", order=41)
def read_case_policy(loading: Loading, row: dict[str, Any]) -> None:
    """``[cases] evidence, reach_back_hours, accept_hand_over_minutes, question_order, …``."""
    order = {
        kind: [_one_of(QuestionLevel, level) for level in levels]
        for kind, levels in row.get("question_order", {}).items()
    }
    CasePolicy.objects.create(
        unit=loading.company,
        valid_from=loading.valid_from,
        evidence=[_one_of(Evidence, one) for one in row["evidence"]],
        reach_back_hours=row.get("reach_back_hours", 24),
        accept_hand_over_minutes=row.get("accept_hand_over_minutes", 30),
        question_order=order,
        forum_needs_second_person=row.get("forum_needs_second_person", False),
    )
    CallBackPolicy.objects.create(
        unit=loading.company,
        valid_from=loading.valid_from,
        usual_minutes=row.get("usual_call_back_minutes", 60),
    )
    loading.done["cases"] = 1


@packs.section("forum_rules", order=42)
def read_forum_rules(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[forum_rules]] code, name``: the only grounds for taking a post down (S1.77)."""
    for row in rows:
        made = ForumRule.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
        )
        loading.remember("forum_rules", made.code, made)


@packs.section("checklists", order=43)
def read_checklists(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[checklists]] code, name, routes, items = [{code, name}]``."""
    for row in rows:
        made = Checklist.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            routes=[_one_of(Route, one) for one in row.get("routes", [])],
            items=[{"code": one["code"], "name": check_words(one["name"])} for one in row["items"]],
        )
        loading.remember("checklists", made.code, made)


def _one_of(choices: Any, value: str) -> str:
    try:
        return choices(value).value
    except ValueError:
        raise InvalidInput("{value} – {known}", value=value, known=Listed(choices.values)) from None


@packs.writer("outcomes")
def write_outcomes(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": dict(row.name),
            "needs": row.needs,
            "attempts": row.attempts,
            "attempt_days": row.attempt_days,
        }
        for row in own_rows(Outcome, company, moment, "pk")
    ]


@packs.writer("cases")
def write_case_policy(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(CasePolicy, company, moment)
    if not rows:
        return None
    row, call_back = rows[0], own_rows(CallBackPolicy, company, moment)
    said = {
        "evidence": list(row.evidence),
        "reach_back_hours": row.reach_back_hours,
        "accept_hand_over_minutes": row.accept_hand_over_minutes,
        "forum_needs_second_person": row.forum_needs_second_person,
        "question_order": {kind: list(levels) for kind, levels in row.question_order.items()},
    }
    if call_back:
        said["usual_call_back_minutes"] = call_back[0].usual_minutes
    return said


@packs.writer("forum_rules")
def write_forum_rules(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    rows = own_rows(ForumRule, company, moment, "pk")
    return [{"code": row.code, "name": dict(row.name)} for row in rows]


@packs.writer("checklists")
def write_checklists(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": dict(row.name),
            "routes": list(row.routes),
            "items": [{"code": one["code"], "name": dict(one["name"])} for one in row.items],
        }
        for row in own_rows(Checklist, company, moment, "pk")
    ]


describe(
    "outcomes",
    _("How cases end"),
    keys={
        "needs": _("Needs"),
        "attempts": _("Attempts to reach the customer"),
        "attempt_days": _("On so many days"),
    },
    values={"needs": labels(Outcome.Needs)},
)
describe(
    "cases",
    _("Cases"),
    keys={
        "evidence": _("What counts as the customer's word"),
        "reach_back_hours": _("Hours an entry may be dated back"),
        "accept_hand_over_minutes": _("Minutes to accept a hand-over"),
        "usual_call_back_minutes": _("Minutes to call back without giving a reason"),
        "question_order": _("Order in which help is asked"),
        "forum_needs_second_person": _("Forum answers need a second person"),
    },
    values={"evidence": labels(Evidence)},
)
describe("forum_rules", _("Forum rules"))
describe(
    "checklists",
    _("Checklists"),
    keys={"routes": _("Routes"), "items": _("Items")},
    values={
        "routes": labels(Route),
        "items": lambda items: [str(Words(one["name"])) for one in items],
    },
)
