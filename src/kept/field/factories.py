"""Dispatches for tests and the demo, made through actions."""

from datetime import timedelta
from typing import Any

from kept.cases.models import Case
from kept.field.actions import dispatch_engineer, set_visit_time
from kept.field.checks import customers_promise
from kept.field.models import Dispatch
from kept.kit import clock
from kept.people.models import User


def make_dispatch(case: Case, by: User, engineer: User, **values: Any) -> Dispatch:
    """An engineer sent to arrive in two hours unless said otherwise, by the customer's time."""
    soon = clock.now() + timedelta(hours=2)
    if customers_promise(case) is None:
        wanted = values.pop("required_by", None) or soon + timedelta(days=1)
        set_visit_time(case, by=by, required_by=wanted, place=values.get("place", "Kiln 2"))
    values.setdefault("agreed_from", soon)
    values.setdefault("outside_hours", True)
    return dispatch_engineer(case, by=by, engineer=engineer, **values)
