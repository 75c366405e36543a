"""Calendar months as contracts count them: the same day-number, clipped to the month's end."""

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """The day so many months on (back when negative): 31 January and one month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
