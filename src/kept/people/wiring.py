"""What people offers to the modules above."""

from typing import Any

from kept.kit import wiring
from kept.kit.wiring import Slot
from kept.people.models import Unit, User

#: Lines saying what open work still waits for a person ("3 cases owned"); asked before they leave.
open_work = Slot("people.open_work")

ALWAYS_ON = {"kit", "people", "timeline", "search", "promises", "approvals", "parties", "cases"}


def is_on(module: str, subject: Any) -> bool:
    """Whether a module is on for the company of a subject (C23)."""
    if module in ALWAYS_ON:
        return True
    company = company_of(subject)
    return company is None or not company.modules or module in company.modules


def company_of(subject: Any) -> Unit | None:
    """The company a subject belongs to, where it can be told without asking the database twice."""
    if isinstance(subject, Unit):
        return subject.company
    if isinstance(subject, User):
        return subject.company
    thread = getattr(subject, "thread", None)
    return thread.company if thread is not None else None


wiring.supply_switch(is_on)
