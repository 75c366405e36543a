"""A company without duties of its own, and rules to give it, for tests of duties."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kept.kit import clock
from kept.people.factories import make_company
from kept.people.models import Unit
from kept.promises.models import Duty, DutyRule

WEEK, MONTH, QUARTER = "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=MONTHLY;INTERVAL=3"


def at(text: str, zone: str = "Asia/Shanghai"):
    """Let it be ``2026-03-02 09:00`` on the wall of a zone."""
    return clock.at(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def bare_company(code: str = "DT", **values: Any) -> Unit:
    """A company whose pack asks for nothing again and again."""
    company = make_company(code, "Duty makers", **values)
    DutyRule.objects.filter(unit=company).delete()
    return company


def make_rule(company: Unit, code: str = "weekly", **values: Any) -> DutyRule:
    """A weekly duty of every clerk, due on the Monday after, unless said otherwise."""
    given: dict[str, Any] = {
        "valid_from": datetime(2020, 1, 1, tzinfo=ZoneInfo(company.zone)),
        "name": {"en": "Weekly figures", "zh-hans": "每周数据"},
        "subjects": "people.with_role:clerk",
        "recurrence": WEEK,
        "anchor": date(2020, 1, 6),
        "due": "1 calendar_days",
        **values,
    }
    if given["recurrence"] != WEEK:
        given["anchor"] = values.get("anchor", date(2020, 1, 1))
    return DutyRule.objects.create(unit=company, code=code, **given)


def days(code: str = "weekly") -> list[tuple[str, str]]:
    """The first and last days of the duties that stand, in order."""
    rows = Duty.objects.standing().filter(code=code).order_by("period_from", "number")
    return [(str(one.period_from), str(one.period_until)) for one in rows]


def due(one: Duty, zone: str = "Asia/Shanghai") -> str:
    """When a duty is due, on the wall of a zone."""
    return f"{one.promise.due_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"
