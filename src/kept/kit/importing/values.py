"""Texts as values: days and moments however they are written, numbers, yes and no, choices."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.importing.headers import folded
from kept.kit.importing.kinds import Field, ValueKind, in_every_language
from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed

FIRST_SERIAL, LAST_SERIAL = 10_000, 80_000
"""Spreadsheets count days from 1900; as days these are 1927 to 2119."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's day has no zone
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(.*)", re.DOTALL
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})(.*)", re.DOTALL)
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2}(\s.*)?", re.DOTALL)
_WORDED = re.compile(r"(?:[A-Za-z]+,?\s+)?(?:(\d{1,2})[\s-]+([A-Za-z]{3,9})|([A-Za-z]{3,9})[\s-]+(\d{1,2})),?[\s-]+(\d{4})(.*)", re.DOTALL)  # fmt: skip  # noqa: E501
_CLOCK = re.compile(r"[\sT]*(上午|下午|[ap]m)?\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]\.?m\.?)?", re.I)  # fmt: skip  # noqa: E501
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: month for month, name in enumerate(_NAMES, 1)}
_YES = {"yes", "y", "true", "1", "x", "是", "有", "对", "真", "✓", "√"}
_NO = {"no", "n", "false", "0", "否", "无", "没有", "不是", "假", "×", "✗"}
_PARTS = re.compile(r"[,，、;；/|+\n]+")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")


@lru_cache(maxsize=4_096)
def day_of(text: str, month_first: bool = False) -> date:
    """A day: ISO, 2024年3月5日, 5.3.2024, 14 March 2012, or the number a spreadsheet keeps.

    ValueError says why it is none; where day and month could change places the day is first,
    unless ``month_first``.
    """
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return _moment(text, month_first).date()


@lru_cache(maxsize=4_096)
def moment_of(text: str, month_first: bool = False) -> datetime:
    """A moment, with a zone where one is written. ValueError when it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _moment(text, month_first)


def _moment(text: str, month_first: bool) -> datetime:
    text = text.strip()
    if match := _YEAR_FIRST.fullmatch(text):
        return _joined(match[1], match[2], match[3], match[4])
    if match := _COMPACT.fullmatch(text):
        return _joined(match[1], match[2], match[3], "")
    if match := _YEAR_LAST.fullmatch(text):
        day, month = (match[3], match[1]) if month_first else (match[1], match[3])
        return _joined(match[4], month, day, match[5])
    if match := _WORDED.fullmatch(text):
        month = _MONTHS[(match[2] or match[3])[:3].lower()]
        return _joined(match[5], month, match[1] or match[4], match[6])
    if _SERIAL.fullmatch(text) and FIRST_SERIAL <= float(text) <= LAST_SERIAL:
        moment = _EPOCH + timedelta(days=float(text))
        return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    raise ValueError(text)


def _joined(year: Any, month: Any, day: Any, clock: str) -> datetime:
    moment = datetime(int(year), int(month), int(day))  # noqa: DTZ001  # the mapping names the zone
    return datetime.combine(moment, _time(clock)) if clock.strip() else moment


def _time(text: str) -> time:
    match = _CLOCK.fullmatch(text.rstrip())
    if match is None:
        raise ValueError(text)
    hour, half = int(match[2]), (match[1] or match[5] or "").lower().replace(".", "")
    if half in ("pm", "下午") and hour < 12:
        hour += 12
    if half in ("am", "上午") and hour == 12:
        hour = 0
    return time(hour, int(match[3]), int(match[4] or 0))


def is_short_year(text: str) -> bool:
    """Whether a day is written with two digits of its year, so that nobody knows which is which."""
    return bool(_SHORT_YEAR.fullmatch(text.strip()))


@lru_cache(maxsize=64)
def spellings_of(choices: type[models.TextChoices]) -> dict[str, str]:
    """Every way to write a choice: its code, and its label in each language, folded."""
    found: dict[str, str] = {}
    for one in choices:
        for text in (one.value, *in_every_language(one.label)):
            found.setdefault(folded(text), one.value)
    return found


class Reading:
    """How the texts of one file become values: its zone, its order of day and month, its words."""

    def __init__(
        self,
        zone: str = "UTC",
        month_first: bool = False,
        times: Sequence[str] = (),
        values: dict[str, dict[str, str]] | None = None,
    ) -> None:
        self.zone, self.month_first = ZoneInfo(zone), month_first
        self.times, self.values = list(times), values or {}

    def reader(self, field: Field) -> Callable[[str], Any]:
        """What turns a text that is not empty into a value; it raises InvalidInput."""
        readers: dict[ValueKind, Callable[[Field, str], Any]] = {
            ValueKind.TEXT: self._text,
            ValueKind.DAY: self._day,
            ValueKind.MOMENT: self._at,
            ValueKind.WHOLE: self._whole,
            ValueKind.NUMBER: self._number,
            ValueKind.YES_NO: self._yes_no,
            ValueKind.CHOICE: self._choice,
            ValueKind.CHOICES: self._choices,
        }
        read, words = readers[field.kind], self.values.get(field.name, {})
        if not words:
            return lambda text: read(field, text)
        return lambda text: read(field, words.get(text) or words.get("*") or text)

    def _text(self, field: Field, text: str) -> str:
        return text  # the verb cleans it, whichever door it came through

    def _day(self, field: Field, text: str) -> date:
        try:
            return _in_reach(day_of(text, self.month_first), field)
        except (ValueError, OverflowError, KeyError):
            raise self._no_day(field, text) from None

    def _no_day(self, field: Field, text: str) -> InvalidInput:
        if is_short_year(text):
            return InvalidInput(
                _("“{text}” is not clear. Write the year with four digits, as 2024-03-05."),
                text=text,
                field=field.name,
            )
        return InvalidInput(
            _("“{text}” is not a day. Write it as 2024-03-05."), text=text, field=field.name
        )

    def _at(self, field: Field, text: str) -> datetime:
        """A moment in UTC. A local time that happens twice is the first of the two, one that is
        skipped lies after the gap.
        """
        moment = self._parsed(text)
        if moment is None:
            raise InvalidInput(_("“{text}” is not a time."), text=text, field=field.name)
        _in_reach(moment, field)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return zoned.astimezone(UTC)

    def _parsed(self, text: str) -> datetime | None:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
        for one in self.times:
            try:
                return datetime.strptime(text, one)  # noqa: DTZ007  # the mapping names the zone
            except ValueError:
                continue
        try:
            return moment_of(text, self.month_first)
        except (ValueError, OverflowError, KeyError):
            return None

    def _whole(self, field: Field, text: str) -> int:
        number = self._number(field, text)
        if number != number.to_integral_value() or abs(number) > 10**15:
            raise InvalidInput(_("“{text}” is not a whole number."), text=text, field=field.name)
        return int(number)

    def _number(self, field: Field, text: str) -> Decimal:
        plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
        try:
            number = Decimal(plain.strip("¥￥$€ "))
            if number.is_finite():
                return number
        except InvalidOperation:
            pass
        raise InvalidInput(
            _("“{text}” is not a number. Write it as 1234.50."), text=text, field=field.name
        )

    def _yes_no(self, field: Field, text: str) -> bool:
        word = text.casefold()
        if word in _YES or word in _NO:
            return word in _YES
        raise InvalidInput(_("“{text}” is neither yes nor no."), text=text, field=field.name)

    def _choice(self, field: Field, text: str) -> str:
        assert field.choices is not None
        found = spellings_of(field.choices).get(folded(text))
        if found is None:
            raise unknown_choice(field, text)
        return found

    def _choices(self, field: Field, text: str) -> tuple[str, ...]:
        parts = (part.strip() for part in _PARTS.split(text))
        return tuple(sorted({self._choice(field, part) for part in parts if part}))


def unknown_choice(field: Field, text: str) -> InvalidInput:
    """What is said of a value that none of the choices is."""
    assert field.choices is not None
    known = Listed(str(one.label) for one in field.choices)
    return InvalidInput(
        _("“{value}” is none of these: {known}."), value=text, known=known, field=field.name
    )


def _in_reach(day: date, field: Field) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise InvalidInput(_("The year {year} cannot be right."), year=day.year, field=field.name)
    return day
