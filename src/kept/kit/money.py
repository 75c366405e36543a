"""Money, rates and quantities: Decimal in Python, whole numbers in the database (SX.12).

SQLite adds decimals as floats; whole minor units (fen, cents) add exactly on both databases and a
gate such as "prepaid at least 30 %" is one comparison of integers. The same holds for prices per
unit and quantities, kept in ten-thousandths.
"""

import dataclasses
from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LARGEST_MINOR = 10**15
"""Ten trillion yuan: above any amount, and thousands of such rows still add in 64 bits."""

DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Decimals of currencies that do not have two."""

_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL "
    "GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF "
    "KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD "
    "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES = frozenset(_CODES.split())
"""Currencies one can pay with, by their codes of ISO 4217."""

SYMBOLS = {
    "zh": {"CNY": "¥", "USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$"},
}
"""Signs a language writes before the amount; a currency without one is written with its code."""


class Rounding(models.TextChoices):
    """How a company rounds an amount to the smallest coin."""

    HALF_UP = "half_up", _("half up: 0.005 becomes 0.01")
    HALF_EVEN = "half_even", _("half to even: 0.005 becomes 0.00, 0.015 becomes 0.02")
    DOWN = "down", _("down: 0.009 becomes 0.00")


_DECIMAL_RULES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
}


class MixedCurrencies(ValueError):
    """Two amounts of different currencies were added or compared."""


@dataclasses.dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: ``minor`` whole smallest units (fen, cents, yen) of one currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("minor units are whole numbers; use Money.of() or round_money()")
        if not is_currency(self.currency):
            raise ValueError(f"{self.currency!r} is not a currency code such as CNY")
        if abs(self.minor) > LARGEST_MINOR:
            raise ValueError("the amount is too large")

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Self:
        """Exactly this amount. ValueError when it is finer than the currency's smallest unit."""
        units = _decimal(amount).scaleb(digits_of(currency))
        if units != units.to_integral_value():
            raise ValueError(f"{amount} is finer than the smallest unit of {currency}")
        return cls(int(units), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in whole currency units, with the currency's decimals: 1234.50."""
        return Decimal(self.minor).scaleb(-digits_of(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __radd__(self, other: Any) -> "Money":
        return self if other == 0 else NotImplemented  # so that sum() starts from nothing

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        """Whole multiples only; anything finer is rounded by a rule: ``times()``."""
        if not isinstance(times, int):
            return NotImplemented
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def times(self, factor: Decimal, rule: str) -> "Money":
        """This amount by a rate or a quantity, rounded once by the company's rule."""
        return round_money(self.amount * _decimal(factor), self.currency, rule)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    def _same(self, other: Any) -> "Money":
        if not isinstance(other, Money):
            raise TypeError(f"money is only added to and compared with money, not {other!r}")
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency}")
        return other

    def __str__(self) -> str:
        return self.in_language(get_language())

    def in_language(self, language: str | None) -> str:
        """``¥1,234.50`` for a Chinese reader, ``CNY 1,234.50`` for an English one."""
        family = (language or "en").split("-")[0]
        sign = "-" if self.minor < 0 else ""
        mark = SYMBOLS.get(family, {}).get(self.currency) or f"{self.currency}\N{NO-BREAK SPACE}"
        if sign and not mark.endswith("\N{NO-BREAK SPACE}"):
            return f"{sign}{mark}{abs(self.amount):,}"
        return f"{mark}{sign}{abs(self.amount):,}"

    def as_json(self) -> dict[str, str]:
        """For history and the API: decimals as strings."""
        return {"amount": str(self.amount), "currency": self.currency}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> Self:
        """The opposite of ``as_json``."""
        return cls.of(value["amount"], value["currency"])


def is_currency(code: Any) -> bool:
    """Three capital letters; which currencies a company uses is its policy."""
    return isinstance(code, str) and len(code) == 3 and code.isascii() and code.isupper()


def check_currency(code: str) -> None:
    """Raise ValidationError for what is no currency of ISO 4217."""
    if code not in CURRENCIES:
        raise ValidationError(
            format_lazy(_("“{code}” is no currency. Write its three letters, as CNY."), code=code)
        )


def digits_of(currency: str) -> int:
    """How many decimals the currency has."""
    return DIGITS.get(currency, 2)


def round_money(amount: Decimal | int | str, currency: str, rule: str) -> Money:
    """The amount in whole smallest units, rounded by the company's rule (a Rounding value)."""
    units = _decimal(amount).scaleb(digits_of(currency))
    return Money(int(units.to_integral_value(_DECIMAL_RULES[Rounding(rule)])), currency)


def _decimal(value: Decimal | int | str) -> Decimal:
    if isinstance(value, float):
        raise TypeError("a float is not an amount: write it as Decimal or text")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not an amount")
    return number


class _MoneyAttribute(property):
    """``quote.total`` reads and writes both columns at once, so they never part.

    A property, so that ``Quote(total=Money(…))`` works like any field.
    """

    def __init__(self, name: str, null: bool) -> None:
        self.name, self.null = name, null
        super().__init__(self._read, self._write)

    def _read(self, instance: models.Model) -> Money | None:
        minor = getattr(instance, f"{self.name}_minor")
        return None if minor is None else Money(minor, getattr(instance, f"{self.name}_currency"))

    def _write(self, instance: models.Model, money: Money | None) -> None:
        if money is None and not self.null:
            raise ValueError(f"{self.name} is an amount, not None")
        if not isinstance(money, Money | None):
            raise TypeError(f"{self.name} takes Money, not {money!r}")
        setattr(instance, f"{self.name}_minor", None if money is None else money.minor)
        setattr(instance, f"{self.name}_currency", "" if money is None else money.currency)


class MoneyField:
    """``total = MoneyField(_("Total"))``: columns ``total_minor`` and ``total_currency``.

    Migrations and SQL see two ordinary columns; filters and sums name them:
    ``filter(total_minor__gte=…)``, ``Sum("total_minor")``. Python sees one Money.
    """

    def __init__(
        self,
        verbose_name: Any = "",
        *,
        null: bool = False,
        default: Money | None = None,
        db_index: bool = False,
    ) -> None:
        self.null = null
        start: dict[str, Any] = {} if default is None else {"default": default.minor}
        coin: dict[str, Any] = {} if default is None else {"default": default.currency}
        self.minor: models.BigIntegerField = models.BigIntegerField(
            verbose_name, null=null, blank=null, db_index=db_index, **start
        )
        self.currency: models.CharField = models.CharField(
            _("Currency"), max_length=3, blank=null, **coin
        )

    def contribute_to_class(self, cls: type[models.Model], name: str) -> None:
        """Give the model the two columns and the attribute that speaks for both."""
        cls.add_to_class(f"{name}_minor", self.minor)
        cls.add_to_class(f"{name}_currency", self.currency)
        setattr(cls, name, _MoneyAttribute(name, self.null))


def money_values(name: str, money: Money) -> dict[str, Any]:
    """For ``update()`` and ``filter()``: ``quotes.update(**money_values("total", money))``."""
    return {f"{name}_minor": money.minor, f"{name}_currency": money.currency}


def money_totals(rows: models.QuerySet, name: str) -> list[Money]:
    """The sum of a money field, one Money for each currency, added by the database."""
    minor, currency = f"{name}_minor", f"{name}_currency"
    sums = (
        rows.filter(**{f"{minor}__isnull": False})
        .order_by(currency)
        .values_list(currency)
        .annotate(sum_of_minor=models.Sum(minor))
    )
    return [Money(int(total), code) for code, total in sums]


class ScaledField(models.BigIntegerField):
    """A decimal with four places kept as a whole number of ten-thousandths."""

    places = 4
    lowest: Decimal | None = None

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            return _decimal(value)
        except (TypeError, ValueError):
            raise ValidationError(_("Write a number, such as 12.5."), code="invalid") from None

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        scaled = _decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimals; round it first")
        if abs(scaled) > LARGEST_MINOR:
            raise ValueError("the number is too large")
        return int(scaled)

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if value is None:
            return
        if self.lowest is not None and value < self.lowest:
            raise ValidationError(_("This cannot be below nothing."), code="min_value")
        try:
            self.get_prep_value(value)
        except ValueError:
            raise ValidationError(
                _("Use at most four decimals and no number beyond reason."), code="invalid"
            ) from None

    @property
    def validators(self):
        """None of BigIntegerField's: its range is that of the scaled number (see validate)."""
        return list(self._validators)  # type: ignore[attr-defined]

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        options = {"form_class": forms.DecimalField, "decimal_places": self.places}
        return models.Field.formfield(self, **{**options, "max_digits": 15, **kwargs})


class QuantityField(ScaledField):
    """How many: pieces, metres, hours. Never below nothing."""

    description = _("Quantity")
    lowest = Decimal(0)


class RateField(ScaledField):
    """A price per unit, a share (0.3000 is 30 %), a rate."""

    description = _("Rate")
