"""Cases for tests and the demo, made through actions."""

from kept.cases.actions import open_case
from kept.cases.models import Case, Outcome, Route
from kept.people.models import Unit, User


def make_case(
    by: User, unit: Unit | None = None, summary: str = "The program does not print", **values
) -> Case:
    """A case received by somebody in their unit, by phone unless said otherwise."""
    values.setdefault("route", Route.PHONE)
    return open_case(by=by, unit=unit or by.unit, summary=summary, **values)


def outcome(case: Case, code: str = "solved") -> Outcome:
    return Outcome.objects.in_force(case.unit).get(code=code)
