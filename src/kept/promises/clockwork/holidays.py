"""Official holidays and make-up working days, for a run of years.

China's come from the yearly notices (package chinesecalendar), every other country's from the
package holidays. Both are imported where they are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kept.promises.clockwork.calendar import Name, WorkCalendar
from kept.promises.clockwork.shifts import Shift

CHINA = "CN"

JOINED_WEEKENDS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2019-04-06", "2019-04-07", "2019-06-08", "2019-06-09",
        "2019-09-14", "2019-09-15", "2023-12-30", "2023-12-31",
    )
)  # fmt: skip
"""Plain weekends that a holiday joins ("与周末连休"): chinesecalendar lists them as holidays, the
notices do not. Whoever works on weekends worked on these."""


class UnknownYear(ValueError):
    """The holidays of a year are not known (China announces them late in the year before)."""


@dataclass(frozen=True)
class OfficialDays:
    """Days off and make-up working days with their names, complete up to `known_to`."""

    closed: Mapping[date, Name]
    make_up: Mapping[date, Name] = field(default_factory=dict)
    known_to: date | None = None

    def applied_to(
        self, calendar: WorkCalendar, shifts: tuple[Shift, ...] | None = None
    ) -> WorkCalendar:
        """The calendar with these days. Make-up days work the usual shifts unless others are
        given; a weekday that is worked anyway keeps its own."""
        shifts = calendar.usual_shifts() if shifts is None else shifts
        opened = {day: calendar.week[day.weekday()] or shifts for day in self.make_up}
        return calendar.with_days(
            closed=self.closed, opened=opened, names=self.make_up, known_to=self.known_to
        )


def official_days(
    country: str, first: int, last: int, *, subdivision: str | None = None
) -> OfficialDays:
    """Official days of a country (ISO code) from one year to another, both included.

    Raises UnknownYear when there is no data for a year, ValueError for an unknown country.
    """
    if country == CHINA:
        return chinese_days(first, last)
    return _country_days(country, first, last, subdivision)


def chinese_years() -> range:
    """The years whose notices are known."""
    from chinese_calendar import constants

    return range(min(constants.holidays).year, max(constants.holidays).year + 1)


def chinese_days(first: int, last: int) -> OfficialDays:
    """Days off and make-up working days as in the notices of the State Council. See UnknownYear."""
    from chinese_calendar import constants

    known = chinese_years()
    if first not in known or last not in known:
        raise UnknownYear(f"Chinese holidays are known from {known[0]} to {known[-1]}")
    return OfficialDays(
        closed={
            day: _chinese_name(name)
            for day, name in constants.holidays.items()
            if first <= day.year <= last and day not in JOINED_WEEKENDS
        },
        make_up={
            day: _chinese_name(name)
            for day, name in constants.workdays.items()
            if first <= day.year <= last
        },
        known_to=date(last, 12, 31),
    )


def _chinese_name(name: str) -> Name:
    from chinese_calendar.constants import Holiday

    return {"en": name, "zh-hans": Holiday(name).chinese}


def _country_days(country: str, first: int, last: int, subdivision: str | None) -> OfficialDays:
    from holidays import country_holidays

    years = range(first, last + 1)
    try:
        local = country_holidays(country, subdiv=subdivision, years=years)
    except NotImplementedError as unknown:
        raise ValueError(str(unknown)) from unknown
    if not local.start_year <= first <= last <= local.end_year:
        raise UnknownYear(f"no holidays of {country} for {first} to {last}")
    worded = {local.default_language or "en": local}
    for code, language in (("en", "en_US"), ("zh-hans", "zh_CN")):
        if language in local.supported_languages and language != local.default_language:
            worded[code] = country_holidays(
                country, subdiv=subdivision, years=years, language=language
            )
    closed = {day: {code: days[day] for code, days in worded.items()} for day in sorted(local)}
    make_up = {day: "" for day in sorted(local.weekend_workdays) if day.year in years}
    return OfficialDays(closed=closed, make_up=make_up)
