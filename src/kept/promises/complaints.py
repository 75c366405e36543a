"""Complaints people caused, counted beside their duties: both feed their appraisal (S0.44).

Who caused what is said in a module above; here it is only counted. A complaint counts in the month
it came in, by the days of the company: what became of it later changes no month that is over.
"""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, QuerySet

from kept.people.models import User
from kept.promises.duties.figures import in_month
from kept.promises.slots import complaints_caused


def caused_in(month: date, zone: str, reader: User) -> QuerySet | None:
    """The complaints of a month and the ``person`` behind each; None where no module keeps any."""
    caused = complaints_caused.first(reader)
    return None if caused is None else caused.filter(in_month("at", month, zone))


def caused_by_month(person: User, months: Sequence[date], zone: str) -> list[int]:
    """How many complaints a person caused in each month; one query."""
    caused = complaints_caused.first(person)
    if caused is None:
        return [0 for _month in months]
    wanted = {
        f"m{place}": Count("pk", filter=in_month("at", month, zone))
        for place, month in enumerate(months)
    }
    return list(caused.filter(person=person).aggregate(**wanted).values())


def caused_url(person: User, month: str) -> str:
    """Where the complaints behind a figure stand; ``month`` reads ``2026-03``."""
    return f"/causes/?person={person.username}&month={month}"
