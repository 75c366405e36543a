"""The month or quarter a report is about: whole days of the company's zone."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ONE_DAY = timedelta(days=1)


class Every(models.TextChoices):
    """How often a report is due."""

    MONTH = "month", gettext_lazy("every month")
    QUARTER = "quarter", gettext_lazy("every quarter")


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    from_on: date
    until_on: date

    @classmethod
    def holding(cls, day: date, every: Every) -> "Period":
        """The whole month or quarter a day lies in."""
        first = day.month if every == Every.MONTH else (day.month - 1) // 3 * 3 + 1
        last = first if every == Every.MONTH else first + 2
        return cls(date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1]))

    @property
    def before(self) -> date:
        """The last day before it."""
        return self.from_on - ONE_DAY

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """Its first moment, and the first after it, in UTC."""
        tz = ZoneInfo(zone)
        begin, end = (
            datetime.combine(day, time(), tz).astimezone(UTC)
            for day in (self.from_on, self.until_on + ONE_DAY)
        )
        return begin, end

    def __str__(self) -> str:
        if self.from_on.month == self.until_on.month:
            return date_format(self.from_on, "YEAR_MONTH_FORMAT")
        return _("{year}, quarter {n}").format(
            year=self.from_on.year, n=(self.from_on.month - 1) // 3 + 1
        )
