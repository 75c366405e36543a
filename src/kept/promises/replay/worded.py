"""Bands, hours and spans of minutes in the reader's words."""

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from kept.promises.clockwork.wording import word_time
from kept.promises.replay.spread import BANDS, END_OF_DAY, FIRST_LATE_BAND, Outcome


def outcome_words(outcome: str) -> str:
    """What became of promises."""
    return {
        Outcome.KEPT: _("kept"),
        Outcome.LATE: _("done late or given up"),
        Outcome.OVERDUE: _("not done, overdue"),
        Outcome.OPEN: _("open, in time"),
        Outcome.LEFT_OUT: _("excused or withdrawn"),
    }[Outcome(outcome)]


def band_words(band: int) -> str:
    """A band of lateness: "1 h to 4 h late", "more than 7 d late", "up to 4 h early"."""
    if band >= FIRST_LATE_BAND:
        lower, upper = BANDS[band - 1], BANDS[band] if band < len(BANDS) else None
        text = _ends(lower, upper)
        return _("{span} late").format(span=text)
    lower, upper = -BANDS[band], -BANDS[band - 1] if band else None
    return _("{span} early").format(span=_ends(lower, upper))


def _ends(lower: int, upper: int | None) -> str:
    if upper is None:
        return _("more than {time}").format(time=minutes_words(lower))
    if not lower:
        return _("up to {time}").format(time=minutes_words(upper))
    return _("{first} to {last}").format(first=minutes_words(lower), last=minutes_words(upper))


def minutes_words(minutes: int) -> str:
    """A span: "30 min", "4 h", "7 d"."""
    days, rest = divmod(abs(minutes), 24 * 60)
    if days and not rest:
        return _("{count} d").format(count=days)
    return word_time(abs(minutes) * 60, in_days=True)


def margin_words(minutes: int) -> str:
    """By how much late or early: "3 h 20 min early"; "on time" to the minute."""
    if minutes == 0:
        return _("on time")
    text = _("{time} late") if minutes > 0 else _("{time} early")
    return text.format(time=minutes_words(minutes))


def weekday_words(day: int) -> str:
    """A weekday in short, Monday is 0."""
    return str(WEEKDAYS_ABBR[day])


def hour_words(hour: int) -> str:
    """An hour of the day, or "end of day" for deadlines that name the day alone."""
    return _("end of day") if hour == END_OF_DAY else f"{hour:02d}:00"
