"""The fields of a kind of request: what stands in them is read from text and kept in one form."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.cases.models import FieldType, RequestKind, WhenNeeded
from kept.kit.money import Money
from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR
from kept.kit.refusal import InvalidInput
from kept.kit.text import Line, TextRule
from kept.kit.words import Listed, Words
from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.products.models import Product
from kept.promises.clockwork.zones import day_start

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?", re.ASCII)
LINE, TEXT = TextRule(200, many_lines=False), TextRule(5000)
ROWS: dict[str, Any] = {
    FieldType.ACCOUNT: Account,
    FieldType.PRODUCT: Product,
    FieldType.PERSON: User,
}
MOMENTS = (FieldType.DATE, FieldType.DATETIME)


@dataclass(frozen=True)
class FieldValue:
    """What somebody writes into one field: its name, and the value as text. Moments carry their
    distance from UTC, rows are named by their number, code or login.
    """

    name: Line
    value: Annotated[str, TextRule(5000)] = ""


@dataclass(frozen=True)
class Asked:
    """One field of a kind of request; where it ``stays``, it changes with a reason only."""

    name: str
    label: Words
    type: FieldType
    required: WhenNeeded
    choices: tuple[tuple[str, Words], ...] = ()
    stays: bool = False


@dataclass(frozen=True)
class Filling:
    """Who fills fields in, for which unit: what the values are read by."""

    by: User
    unit: Unit


def fields_of(kind: RequestKind) -> list[Asked]:
    """The fields of a kind, in the order they are asked."""
    return [asked_from(row) for row in kind.fields]


def asked_from(row: Mapping[str, Any]) -> Asked:
    """A field as the policy row holds it."""
    return Asked(
        name=row["name"],
        label=Words(row["label"]),
        type=FieldType(row["type"]),
        required=WhenNeeded(row.get("required", "")),
        choices=tuple((one["code"], Words(one["name"])) for one in row.get("choices", ())),
        stays=row.get("stays", False),
    )


def read_values(kind: RequestKind, given: Mapping[str, str], filling: Filling) -> dict[str, Any]:
    """Values in their one written form, by field name; an empty text is None, for "nothing there".

    Raises InvalidInput, naming the field, for one the kind does not ask for or a text that cannot
    be what the field holds.
    """
    asked = {field.name: field for field in fields_of(kind)}
    for name in given:
        if name not in asked:
            raise InvalidInput(
                _("“{kind}” does not ask for “{name}”."), kind=kind, name=name, field=name
            )
    return {name: read_value(asked[name], text, filling) for name, text in given.items()}


def read_value(asked: Asked, text: str, filling: Filling) -> Any:
    """One value in its written form; None for an empty text. Raises InvalidInput."""
    cleaned = (TEXT if asked.type == FieldType.TEXT else LINE).clean(text, asked.name)
    return _READ[asked.type](asked, cleaned, filling) if cleaned else None


def as_text(asked: Asked, value: Any) -> str:
    """The opposite of ``read_value``: the text that is read as this value again."""
    if value is None:
        return ""
    if asked.type == FieldType.MONEY:
        return f"{value['amount']} {value['currency']}"
    return str(value)


def moment_of(asked: Asked, value: Any, zone: str) -> datetime | None:
    """The moment a field holds; a day begins when it begins in the zone. None for no moment."""
    if value is None or asked.type not in MOMENTS:
        return None
    if asked.type == FieldType.DATE:
        return day_start(date.fromisoformat(value), ZoneInfo(zone))
    return datetime.fromisoformat(value)


def worded(asked: Asked, value: Any) -> str:
    """A value as the reader writes it; rows by their reference."""
    if value is None:
        return ""
    match asked.type:
        case FieldType.DATE:
            return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
        case FieldType.DATETIME:
            moment = timezone.localtime(datetime.fromisoformat(value))
            return date_format(moment, "SHORT_DATETIME_FORMAT")
        case FieldType.MONEY:
            return str(Money.from_json(value))
        case FieldType.CHOICE:
            return str(dict(asked.choices).get(value, value))
        case _type:
            return str(value)


def _wrong(asked: Asked, message: Any, **values: Any) -> InvalidInput:
    return InvalidInput(message, label=asked.label, field=asked.name, **values)


def _read_text(asked: Asked, text: str, filling: Filling) -> str:
    return text


def _read_date(asked: Asked, text: str, filling: Filling) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or text != day.isoformat() or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise _wrong(asked, _("“{label}” is a day, such as 2026-06-08."))
    return day.isoformat()


def _read_datetime(asked: Asked, text: str, filling: Filling) -> str:
    try:
        moment = datetime.fromisoformat(text)
        known = moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        known = None
    if known is None or not EARLIEST_YEAR <= known.year <= LATEST_YEAR:
        raise _wrong(
            asked,
            _("“{label}” is a moment with its time zone, such as 2026-06-08T09:00:00+08:00."),
        )
    return known.isoformat()


def _read_number(asked: Asked, text: str, filling: Filling) -> str:
    if not NUMBER.fullmatch(text):
        raise _wrong(asked, _("“{label}” is a number with at most four decimals, such as 12.5."))
    number = Decimal(text).normalize()
    return f"{number:f}" if number else "0"


def _read_quantity(asked: Asked, text: str, filling: Filling) -> str:
    number = _read_number(asked, text, filling)
    if Decimal(number) <= 0:
        raise _wrong(asked, _("“{label}” is above nothing, such as 3."))
    return number


def _read_money(asked: Asked, text: str, filling: Filling) -> dict[str, str]:
    amount, _space, named = text.partition(" ")
    currency = named or filling.unit.currency
    try:
        if not NUMBER.fullmatch(amount) or currency != filling.unit.currency:
            raise ValueError(text)
        money = Money.of(amount, currency)
    except ValueError:
        money = None
    if money is None or money.minor < 0:
        raise _wrong(
            asked,
            _("“{label}” is an amount in {currency}, such as 50.00."),
            currency=filling.unit.currency,
        )
    return money.as_json()


def _read_choice(asked: Asked, text: str, filling: Filling) -> str:
    if text not in dict(asked.choices):
        raise _wrong(
            asked,
            _("“{label}” is one of: {choices}."),
            choices=Listed(f"{name} ({code})" for code, name in asked.choices),
        )
    return text


def rows_for(asked: Asked, filling: Filling) -> Any:
    """The rows a field may name: those the person sees, of the unit's own company, at work."""
    model = ROWS[asked.type]
    rows = model.objects.visible_to(filling.by)
    if asked.type == FieldType.PERSON:
        return User.objects.staff_of(filling.unit.company_id)
    return rows.filter(company=filling.unit.company_id)


def _read_row(asked: Asked, text: str, filling: Filling) -> str:
    model = ROWS[asked.type]
    if not rows_for(asked, filling).filter(**{model.ref: text}).exists():
        raise _wrong(asked, _("“{label}”: there is no “{text}” you could name here."), text=text)
    return text


_READ: dict[FieldType, Callable[[Asked, str, Filling], Any]] = {
    FieldType.LINE: _read_text,
    FieldType.TEXT: _read_text,
    FieldType.DATE: _read_date,
    FieldType.DATETIME: _read_datetime,
    FieldType.NUMBER: _read_number,
    FieldType.QUANTITY: _read_quantity,
    FieldType.MONEY: _read_money,
    FieldType.CHOICE: _read_choice,
    FieldType.ACCOUNT: _read_row,
    FieldType.PRODUCT: _read_row,
    FieldType.PERSON: _read_row,
}
