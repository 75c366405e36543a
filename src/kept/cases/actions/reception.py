"""Walk-in customers: received, kept informed, and never let go without a result or a time."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.ownership import ALIVE
from kept.cases.models import Case, CaseStatus, Route
from kept.cases.models.policy import Checklist
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.remembered import remembered
from kept.kit.text import Text, TextRule
from kept.kit.words import Words
from kept.people.models import Unit, User
from kept.promises import ledger
from kept.promises.models import PromiseKind

ItemCode = Annotated[str, TextRule(60, many_lines=False)]
DEFINITE = (PromiseKind.CALL_BACK, PromiseKind.VISIT, PromiseKind.OTHER)


def is_present(case: Case, by: User) -> bool:
    """A walk-in customer who has not left yet."""
    return case.route == Route.WALK_IN and case.departed_at is None


@action(
    "cases.tick",
    label=_("Tick checklist"),
    on=ALIVE,
    right="cases.work",
    icon="list-checks",
    adds=True,
)
def tick_checklist(case: Case, *, by: User, items: Sequence[ItemCode]) -> Case:
    """Tick what was done of the checklists for this way of contact (S1.50, S1.71, S1.75)."""
    known = {item["code"]: item["name"] for row in checklists_for(case) for item in row.items}
    if unknown := [code for code in items if code not in known]:
        raise InvalidInput(_("“{code}” is on no checklist here."), code=unknown[0], field="items")
    fresh = [code for code in dict.fromkeys(items) if code not in case.ticked]
    if not fresh:
        raise InvalidInput(_("Tick at least one thing that is not ticked yet."), field="items")
    case.ticked = [*case.ticked, *fresh]
    case.save(update_fields=["ticked"])
    case.record("case.ticked", by=by, items=[Words(known[code]) for code in fresh])
    return case


def checklists_for(case: Case) -> list[Checklist]:
    """The checklists the company keeps for contacts of this route."""
    rows, now = _checklists_of(case.unit), clock.now()
    return [
        row for row in rows if row.holds_at(now) and (not row.routes or case.route in row.routes)
    ]


def _checklists_of(unit: Unit) -> list[Checklist]:
    """Those that were ever in force in a unit; remembered until policy changes."""
    rows = Checklist.objects
    return remembered(
        ("checklists", unit.path), lambda: list(rows.from_above(unit).ever_in_force())
    )


@action(
    "cases.see_out",
    label=_("See customer out"),
    on=ALIVE,
    right="cases.work",
    icon="door-open",
    offered=is_present,
)
def see_out(case: Case, *, by: User, handed_over: Text = "") -> Case:
    """The customer leaves: solved, or with a definite time for the rest (S1.74, S1.75)."""
    if case.route != Route.WALK_IN:
        raise Refused(_("Only somebody who walked in can be seen out."), rule="S1.75")
    if case.departed_at is not None:
        raise Refused(_("They have left already."), rule="S1.75")
    still_open = case.status != CaseStatus.SOLVED
    if still_open and not ledger.open_promises(case, DEFINITE).exists():
        raise Refused(
            _("Explain, and promise a definite time before they leave."),
            rule="S1.74",
            mend=f"{case.get_absolute_url()}promise/",
        )
    case.departed_at = clock.now()
    case.save(update_fields=["departed_at"])
    case.record("case.seen_out", by=by, solved=not still_open, words={"text": handed_over})
    ledger.cancel_open(case, [PromiseKind.PROGRESS], by=by, reason="left")
    return case
