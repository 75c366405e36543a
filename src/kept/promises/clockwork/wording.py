"""Terms, spans of time, lateness and explanations in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from kept.promises.clockwork.calendar import Name
from kept.promises.clockwork.duration import CLOCK, WORKING, Duration
from kept.promises.clockwork.explain import Line
from kept.promises.clockwork.standing import Lateness

ARROW = " → "
_DAY = 86_400
_TWO_DAYS = 2 * _DAY
_Field = TypeVar("_Field")


def _set(field: _Field | None) -> _Field:
    """A field that lines of this kind always have. Raises ValueError where it is missing."""
    if field is None:
        raise ValueError("a line of an explanation lacks what its kind tells")
    return field


def word_time(seconds: float, *, in_days: bool = False) -> str:
    """A span of time: "3 h 40 min"; with in_days two days and more as "3 d 4 h"."""
    whole = int(abs(seconds))
    if whole == 0:
        return _("less than 1 s") if seconds else _("{count} min").format(count=0)
    if whole < 60:
        return _("{count} s").format(count=whole)
    if in_days and whole >= _TWO_DAYS:
        parts = [(_("{count} d"), whole // _DAY), (_("{count} h"), whole % _DAY // 3600)]
    else:
        parts = [(_("{count} h"), whole // 3600), (_("{count} min"), whole % 3600 // 60)]
    return " ".join(text.format(count=count) for text, count in parts if count)


def word_lateness(late: Lateness) -> str:
    """ "10 min early", "16 h late", "2 days late", "on the day", "on time"."""
    if late.days is not None:
        if late.days == 0:
            return _("on the day")
        count = abs(late.days)
        if late.days > 0:
            return ngettext("{count} day late", "{count} days late", count).format(count=count)
        return ngettext("{count} day early", "{count} days early", count).format(count=count)
    seconds = late.by.total_seconds()
    if not seconds:
        return _("on time")
    text = _("{time} late") if late.is_late else _("{time} early")
    return text.format(time=word_time(seconds, in_days=True))


def word_duration(duration: Duration) -> str:
    """A term: "4 working hours", "by the 4th of next month"."""
    count = duration.amount
    number = count if isinstance(count, int) else 2
    match duration.unit:
        case "minutes":
            text = ngettext("{count} minute", "{count} minutes", number)
        case "hours":
            text = ngettext("{count} hour", "{count} hours", number)
        case "working_minutes":
            text = ngettext("{count} working minute", "{count} working minutes", number)
        case "working_hours":
            text = ngettext("{count} working hour", "{count} working hours", number)
        case "calendar_days":
            text = ngettext("{count} day", "{count} days", number) if count else _("the same day")
        case "working_days":
            text = ngettext("{count} working day", "{count} working days", number)
        case "calendar_months":
            text = ngettext("{count} month", "{count} months", number)
        case "same_time_calendar_days":
            text = ngettext(
                "{count} day, to the same time", "{count} days, to the same time", number
            )
        case "same_time_calendar_months":
            text = ngettext(
                "{count} month, to the same time", "{count} months, to the same time", number
            )
        case "same_time_next_working_day":
            text = ngettext(
                "the same time on the next working day",
                "the same time {count} working days on",
                number,
            )
        case _unit:
            return _word_named_day(duration)
    return text.format(count=_word_amount(count))


def _word_amount(amount: int | Decimal) -> str:
    return str(amount) if isinstance(amount, int) else f"{amount.normalize():f}"


def _word_named_day(duration: Duration) -> str:
    count = duration.count
    match duration.unit:
        case "end_of_week":
            if count == 0:
                return _("by the end of the week")
            text = ngettext("by the end of next week", "by the end of the week {count} on", count)
        case "end_of_month":
            if count == 0:
                return _("by the end of the month")
            text = ngettext("by the end of next month", "by the end of the month {count} on", count)
        case _unit if duration.hour is None:
            text = _("by the {day} of next month")
        case _unit:
            text = _("by {hour}:00 on the {day} of next month")
    return text.format(count=count, day=_ordinal(count), hour=duration.hour)


def _ordinal(number: int) -> str:
    """ "4th" in English; other languages put their own words around the number."""
    if not (get_language() or "en").startswith("en"):
        return str(number)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}th" if 10 < number < 14 else f"{number}{ending}"


def word_name(name: Name) -> str:
    """What a day is called, in the reader's language, else in English, else as it is."""
    if not isinstance(name, Mapping):
        return str(name)
    language = (get_language() or "en").lower()
    for code in (language, language.partition("-")[0], "en"):
        if code in name:
            return name[code]
    return next(iter(name.values()), "")


def word_lines(lines: Iterable[Line], word_reason: Callable[[str], str] = str) -> list[str]:
    """The lines of an explanation as phrases; `word_reason` puts pause reasons into words.

    A term in hours or days gets no phrase of its own: what was counted says it.
    """
    told = [*lines]
    return _Wording(told, word_reason).phrases()


def word_explanation(lines: Iterable[Line], word_reason: Callable[[str], str] = str) -> str:
    """An explanation as one sentence: "received Fri 16:40 → 20 min on Fri → … → due 12:40"."""
    return ARROW.join(word_lines(lines, word_reason))


class _Wording:
    """Words for the lines of one explanation, its dates as short as they can be told apart."""

    def __init__(self, lines: list[Line], word_reason: Callable[[str], str]):
        self.lines = lines
        self.word_reason = word_reason
        self.zone = ZoneInfo(lines[0].zone) if lines else None
        days = [day for line in lines for day in self._days_of(line)]
        self.day_format, self.moment_format = _formats(days)

    def phrases(self) -> list[str]:
        phrases, told = [], None
        for line in self.lines:
            phrases.append(getattr(self, f"_{line.kind}")(line, told))
            told = self._only(line) if line.kind in ("counted", "clocks") else None
        return [phrase for phrase in phrases if phrase]

    def _only(self, line: Line) -> date | None:
        """The one day a counted line speaks of, which the next line need not name again."""
        days = {*self._days_of(line)}
        return days.pop() if len(days) == 1 else None

    def _days_of(self, line: Line) -> list[date]:
        moments = [self._local(moment).date() for moment in (line.start, line.end) if moment]
        return [*moments, *(day for day in (line.first, line.last) if day)]

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _moment(self, moment: datetime) -> str:
        return date_format(self._local(moment), self.moment_format)

    def _day(self, day: date) -> str:
        return date_format(day, self.day_format)

    def _day_of(self, moment: datetime) -> str:
        return self._day(self._local(moment).date())

    def _clock(self, moment: datetime) -> str:
        return date_format(self._local(moment), "H:i")

    def _stretch(self, line: Line) -> str:
        start, end = _set(line.start), _set(line.end)
        same_day = self._local(start).date() == self._local(end).date()
        last = self._clock(end) if same_day else self._moment(end)
        return f"{self._moment(start)}–{last}"

    def _span_of_days(self, line: Line) -> str:
        first, last = _set(line.first), _set(line.last)
        return self._day(first) if first == last else f"{self._day(first)}–{self._day(last)}"

    def _received(self, line: Line, told: date | None) -> str:
        return _("received {moment}").format(moment=self._moment(_set(line.start)))

    def _opens(self, line: Line, told: date | None) -> str:
        return _("counted from {moment}").format(moment=self._moment(_set(line.start)))

    def _rule(self, line: Line, told: date | None) -> str:
        """The term, unless what was counted says it as well."""
        duration = _set(line.duration)
        plain = duration.unit in (*CLOCK, *WORKING, "calendar_days")
        return "" if plain and duration.amount else word_duration(duration)

    def _named(self, line: Line, told: date | None) -> str:
        when = self._moment(line.start) if line.start else self._day(_set(line.first))
        return _("promised for {when}").format(when=when)

    def _counted(self, line: Line, told: date | None) -> str:
        if line.seconds is None:
            count = _set(line.days)
            text = ngettext("{count} day: {days}", "{count} days: {days}", count)
            return text.format(count=count, days=self._span_of_days(line))
        time = word_time(line.seconds)
        if line.days:
            text = ngettext(
                "{time} on {count} day, {span}", "{time} on {count} days, {span}", line.days
            )
            return text.format(time=time, count=line.days, span=self._stretch(line))
        if self._only(line):
            return _("{time} on {day}").format(time=time, day=self._day_of(_set(line.start)))
        return _("{time}, {span}").format(time=time, span=self._stretch(line))

    def _closed(self, line: Line, told: date | None) -> str:
        days = self._span_of_days(line)
        if not line.names:
            return _("closed {days}").format(days=days)
        names = _(", ").join(map(word_name, line.names))
        return _("closed {days} ({names})").format(days=days, names=names)

    def _months(self, line: Line, told: date | None) -> str:
        if line.clipped:
            text = _("{first} to {last}, the last day of its month")
        else:
            text = _("{first} to {last}")
        return text.format(first=self._day(_set(line.first)), last=self._day(_set(line.last)))

    def _paused(self, line: Line, told: date | None) -> str:
        if line.end is None:
            text = _("paused since {moment}").format(moment=self._moment(_set(line.start)))
        else:
            text = _("paused {span}").format(span=self._stretch(line))
        if reasons := self._reasons(line):
            text = _("{what} ({reasons})").format(what=text, reasons=reasons)
        if line.days:
            added = ngettext("{count} day added", "{count} days added", line.days)
            text = _("{what}: {added}").format(what=text, added=added.format(count=line.days))
        return text

    def _reasons(self, line: Line) -> str:
        return _(", ").join(self.word_reason(reason) for reason in line.reasons if reason)

    def _stopped(self, line: Line, told: date | None) -> str:
        return _("stopped {span}").format(span=self._stretch(line))

    def _left(self, line: Line, told: date | None) -> str:
        return _("{time} left").format(time=word_time(_set(line.seconds)))

    def _clocks(self, line: Line, told: date | None) -> str:
        seconds, day = _set(line.seconds), self._day(_set(line.first))
        forward = seconds > 0
        text = _("clocks forward {time} on {day}") if forward else _("clocks back {time} on {day}")
        return text.format(time=word_time(seconds), day=day)

    def _unknown(self, line: Line, told: date | None) -> str:
        day = date_format(_set(line.last), pgettext("date", "j M Y"))
        return _("holidays after {day} are not known yet").format(day=day)

    def _due(self, line: Line, told: date | None) -> str:
        if line.first is not None:
            return _("due by the end of {day}").format(day=self._day(line.first))
        end = _set(line.end)
        same = told == self._local(end).date()
        when = self._clock(end) if same else self._moment(end)
        return _("due {when}").format(when=when)

    def _done(self, line: Line, told: date | None) -> str:
        text = _("kept {moment}, {late}") if line.state == "kept" else _("done {moment}, {late}")
        late = word_lateness(_set(line.late))
        return text.format(moment=self._moment(_set(line.end)), late=late)

    def _ended(self, line: Line, told: date | None) -> str:
        match line.state:
            case "excused":
                text = _("excused {moment}")
            case "cancelled":
                text = _("cancelled {moment}")
            case _state:
                text = _("given up {moment}")
        text = text.format(moment=self._moment(_set(line.end)))
        reasons = self._reasons(line)
        return _("{what} ({reasons})").format(what=text, reasons=reasons) if reasons else text


def _formats(days: list[date]) -> tuple[str, str]:
    """Formats of a day and of a moment: weekdays within a week, else dates, else with the year."""
    if not days or (max(days) - min(days)).days < 7:
        return pgettext("date", "D"), pgettext("date", "D H:i")
    if max(days).year == min(days).year:
        return pgettext("date", "D j M"), pgettext("date", "D j M H:i")
    return pgettext("date", "D j M Y"), pgettext("date", "D j M Y H:i")
