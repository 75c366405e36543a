"""Terms: how long a promise may take, and when it is due.

Hours and minutes are clock time. A term that names a day is due at the last microsecond of that
day in the calendar's zone, and the day it starts on is not counted. Months keep their day number,
clipped to the month's end (C20: 31 January + 1 month = 28 or 29 February).
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from kept.promises.clockwork.calendar import WorkCalendar
from kept.promises.clockwork.zones import instant, to_utc

Amount = int | Decimal
Pauses = Iterable[tuple[datetime, datetime]]

CLOCK = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}
WORKING = {"working_minutes": timedelta(minutes=1), "working_hours": timedelta(hours=1)}
DAYS = ("calendar_days", "calendar_months", "working_days")
FIXED = ("nth_of_next_month", "end_of_week", "end_of_month")
SAME_TIME = "same_time_next_working_day"
SAME_TIME_DAYS = "same_time_calendar_days"
SAME_TIME_MONTHS = "same_time_calendar_months"
SAME_WALL_CLOCK = (SAME_TIME_DAYS, SAME_TIME_MONTHS)
UNITS = (*CLOCK, *WORKING, *DAYS, *FIXED, SAME_TIME, *SAME_WALL_CLOCK)

_WHOLE = (*DAYS, *FIXED, SAME_TIME, *SAME_WALL_CLOCK)
_LONGEST = 10_000_000


@dataclass(frozen=True)
class Duration:
    """A term: an amount of a unit.

    minutes, hours                  clock time, day and night
    working_minutes, working_hours  open time of the calendar
    calendar_days, working_days     the n-th day after the start; 0: the day itself (for working
                                    days the next, when it is none)
    calendar_months                 the same day number n months on
    nth_of_next_month               day n of the month after the start, until `hour` if one is set
    end_of_week, end_of_month       Sunday, or the last day, n weeks or months on (0: this one)
    same_time_next_working_day      the n-th working day after, same time; received while closed,
                                    it counts from the next opening
    same_time_calendar_days         n days on, same time by the wall clock
    same_time_calendar_months       the same day number n months on, same time by the wall clock

    Raises ValueError for an unknown unit or an amount that makes no sense.
    """

    amount: Amount
    unit: str
    hour: int | None = None
    span: timedelta = field(init=False, repr=False, compare=False, default=timedelta(0))
    measure: str = field(init=False, repr=False, compare=False, default="fixed")
    names_day: bool = field(init=False, repr=False, compare=False, default=False)
    count: int = field(init=False, repr=False, compare=False, default=0)
    """The amount of a term in days, weeks or months, which is always whole."""

    def __post_init__(self) -> None:
        amount = _amount(self.amount)
        put = object.__setattr__
        put(self, "amount", amount)
        self._check(amount)
        size = CLOCK.get(self.unit) or WORKING.get(self.unit)
        if size:
            whole = amount * (size // timedelta(microseconds=1))
            put(self, "span", timedelta(microseconds=int(whole)))
        put(self, "count", int(amount))
        put(self, "measure", _measure(self.unit))
        put(self, "names_day", self.unit in (*DAYS, *FIXED) and self.hour is None)

    def _check(self, amount: Amount) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"not a unit of time: {self.unit!r}")
        if not 0 <= amount <= _LONGEST:
            raise ValueError(f"not an amount of {self.unit}: {amount}")
        if self.unit in _WHOLE and not isinstance(amount, int):
            raise ValueError(f"{self.unit} are whole: {amount}")
        if self.unit == "nth_of_next_month" and not 1 <= amount <= 31:
            raise ValueError(f"not a day of a month: {amount}")
        if self.unit == SAME_TIME and amount < 1:
            raise ValueError("the next working day is at least one day on")
        if self.hour is not None and (self.unit != "nth_of_next_month" or not 0 <= self.hour < 24):
            raise ValueError(f"no hour {self.hour} for {self.unit}")

    @classmethod
    def of(cls, text: "str | Duration") -> "Duration":
        """Read "4 working_hours", "1.5 hours", "4 nth_of_next_month 17" (by 17:00 of the 4th)."""
        if isinstance(text, Duration):
            return text
        words = text.replace("_", " ").lower().split()
        amount: int | str = 1
        hour: int | None = None
        if words and words[0][0].isdigit():
            amount = words.pop(0)
        if words and words[-1].partition(":")[0].isdigit():
            clock, _, minutes = words.pop().partition(":")
            hour = int(clock)
            if minutes.strip("0"):
                raise ValueError(f"whole hours only: {text!r}")
        unit = "_".join(words)
        if unit not in UNITS and f"{unit}s" in UNITS:
            unit = f"{unit}s"
        return cls(_amount(amount), unit, hour)

    def __str__(self) -> str:
        hour = "" if self.hour is None else f" {self.hour}"
        return f"{self.amount} {self.unit}{hour}"


def _amount(amount: int | float | str | Decimal) -> Amount:
    try:
        exact = Decimal(str(amount))
        return int(exact) if exact == exact.to_integral_value() else exact
    except (InvalidOperation, OverflowError, ValueError) as bad:
        raise ValueError(f"not an amount: {amount!r}") from bad


def _measure(unit: str) -> str:
    """In what a pause lengthens the term: clock, open, days, working_days or fixed (not at all)."""
    if unit in CLOCK or unit in SAME_WALL_CLOCK:
        return "clock"
    if unit in WORKING or unit == SAME_TIME:
        return "open"
    if unit in FIXED:
        return "fixed"
    return "working_days" if unit == "working_days" else "days"


def due_at(duration: Duration, start: datetime, calendar: WorkCalendar) -> datetime:
    """When a term that starts at a moment is due (UTC). Raises NeverOpen or ValueError."""
    try:
        return _DUE[duration.unit](duration, start, calendar)
    except OverflowError as too_far:
        raise ValueError(f"{duration} after {start} is beyond all calendars") from too_far


def due_day(duration: Duration, day: date, calendar: WorkCalendar) -> date:
    """The day named by a term that starts on a day; only for terms that name a day."""
    return _DAY[duration.unit](duration.count, day, calendar)


def _after_clock_time(duration: Duration, start: datetime, calendar: WorkCalendar) -> datetime:
    return (start if start.tzinfo is UTC else to_utc(start)) + duration.span


def _after_open_time(duration: Duration, start: datetime, calendar: WorkCalendar) -> datetime:
    return calendar.add_open_time(start, duration.span)


def _end_of_named_day(duration: Duration, start: datetime, calendar: WorkCalendar) -> datetime:
    day = (start if start.tzinfo is UTC else to_utc(start)).astimezone(calendar.tz).date()
    return calendar.day_end(_DAY[duration.unit](duration.count, day, calendar))


def _by_hour_of_day(duration: Duration, start: datetime, calendar: WorkCalendar) -> datetime:
    if duration.hour is None:
        return _end_of_named_day(duration, start, calendar)
    day = _nth_of_next_month(duration.count, calendar.day_of(to_utc(start)), calendar)
    return instant(day, time(duration.hour), calendar.tz)


def _same_time_on_working_day(
    duration: Duration, start: datetime, calendar: WorkCalendar
) -> datetime:
    opened = calendar.next_open(start).astimezone(calendar.tz)
    day = calendar.add_working_days(opened.date(), duration.count)
    return calendar.next_open(instant(day, opened.time(), calendar.tz))


def _same_time_days_on(duration: Duration, start: datetime, calendar: WorkCalendar) -> datetime:
    begun = to_utc(start).astimezone(calendar.tz)
    return instant(begun.date() + timedelta(days=duration.count), begun.time(), calendar.tz)


def _same_time_months_on(duration: Duration, start: datetime, calendar: WorkCalendar) -> datetime:
    begun = to_utc(start).astimezone(calendar.tz)
    day = on_month(begun.date(), duration.count, begun.day)
    return instant(day, begun.time(), calendar.tz)


def _calendar_days(amount: int, day: date, calendar: WorkCalendar) -> date:
    return day + timedelta(days=amount)


def _working_days(amount: int, day: date, calendar: WorkCalendar) -> date:
    return calendar.add_working_days(day, amount)


def _months(amount: int, day: date, calendar: WorkCalendar) -> date:
    return on_month(day, amount, day.day)


def _nth_of_next_month(amount: int, day: date, calendar: WorkCalendar) -> date:
    return on_month(day, 1, amount)


def _end_of_week(amount: int, day: date, calendar: WorkCalendar) -> date:
    return day + timedelta(days=6 - day.weekday() + 7 * amount)


def _end_of_month(amount: int, day: date, calendar: WorkCalendar) -> date:
    return on_month(day, amount, 31)


def on_month(day: date, months: int, number: int) -> date:
    """Day `number` of the month so many months after a day's, clipped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        raise OverflowError(f"the year {year}")
    if number > 28:
        number = min(number, monthrange(year, month + 1)[1])
    return date(year, month + 1, number)


_DAY: dict[str, Callable[[int, date, WorkCalendar], date]] = {
    "calendar_days": _calendar_days,
    "working_days": _working_days,
    "calendar_months": _months,
    "nth_of_next_month": _nth_of_next_month,
    "end_of_week": _end_of_week,
    "end_of_month": _end_of_month,
}
_DUE: dict[str, Callable[[Duration, datetime, WorkCalendar], datetime]] = {
    **dict.fromkeys(CLOCK, _after_clock_time),
    **dict.fromkeys(WORKING, _after_open_time),
    **dict.fromkeys(_DAY, _end_of_named_day),
    "nth_of_next_month": _by_hour_of_day,
    SAME_TIME: _same_time_on_working_day,
    SAME_TIME_DAYS: _same_time_days_on,
    SAME_TIME_MONTHS: _same_time_months_on,
}


def push(
    duration: Duration, due: datetime, start: datetime, end: datetime, calendar: WorkCalendar
) -> datetime:
    """The due time after the clock stood still from start to end, in the term's own measure.

    Clock time: by the time that passed; open time: by the open time that passed; days and months:
    by the days that ended meanwhile (working days: that ended working). A fixed day stays.
    """
    match duration.measure:
        case "clock":
            return due + (end - start)
        case "open":
            lost = calendar.open_time(start, end)
            return calendar.add_open_time(due, lost) if lost else due
        case "days" | "working_days":
            day = calendar.day_of(due)
            moved = day_pushed(duration, day, start, end, calendar)
            return due if moved == day else calendar.day_end(moved)
    return due


def day_pushed(
    duration: Duration, day: date, start: datetime, end: datetime, calendar: WorkCalendar
) -> date:
    """The named day after a pause (see push)."""
    first, after = calendar.day_of(start), calendar.day_of(end)
    if duration.measure == "days":
        return day + (after - first)
    lost = calendar.working_days_between(first, after)
    return calendar.add_working_days(day, lost) if lost else day


def due_with_pauses(
    duration: Duration,
    start: datetime,
    pauses: Pauses,
    calendar: WorkCalendar,
) -> datetime:
    """The due time of a term with any number of pauses, in order.

    Pauses that touch count as one; one that begins when the term is over changes nothing.
    """
    due = due_at(duration, start, calendar)
    for first, last in joined(pauses):
        if first >= due:
            break
        due = push(duration, due, first, last, calendar)
    return due


def joined(pauses: Pauses) -> list[tuple[datetime, datetime]]:
    """Pauses with those that touch made one."""
    whole: list[tuple[datetime, datetime]] = []
    for first, last in pauses:
        if whole and first <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(last, whole[-1][1]))
        else:
            whole.append((first, last))
    return whole
