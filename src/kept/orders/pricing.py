"""What a size costs on a day: width × height × pieces × the price of the list (S3.08)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.kit.money import Money, Rounding, round_money
from kept.kit.refusal import InvalidInput, Refused
from kept.orders.models import Price, PricePolicy
from kept.people.models import Unit
from kept.products.actions.catalogue import checked_side
from kept.products.models import Product

SQUARE_MILLIMETRES = Decimal(1_000_000)
MOST_PIECES = 1_000_000


@dataclass(frozen=True)
class Priced:
    """A size with what it costs, and the price row it rests on; ``area`` is exact, in m²."""

    product: Product
    width: int
    height: int
    pieces: int
    area: Decimal
    price: Price
    amount: Money
    warning: Refused | None = None


def price_on(unit: Unit, product: Product, day: date) -> Price:
    """The price of a square metre that counts on a day. Raises Refused when there is none."""
    found = Price.objects.on(day, unit).filter(product=product).first()
    if found is None:
        raise Refused(
            _("There is no price of {product} on {day}. Enter it in the price list first."),
            product=product,
            day=_Day(day),
            rule="S3.08",
            field="product",
            mend=f"{product.get_absolute_url()}set_price/",
        )
    return found


def priced(
    unit: Unit, product: Product, *, width: int, height: int, pieces: int, day: date
) -> Priced:
    """What so many pieces of a size in millimetres cost on a day, rounded once (S3.08).

    Raises Refused where there is no price, InvalidInput for what is no size. A size the product is
    not made in by standard is answered with a warning (S3.07).
    """
    for side, value in (("width", width), ("height", height)):
        checked_side(value, side)
    if not 0 < pieces <= MOST_PIECES:
        raise InvalidInput(_("Write how many pieces."), field="pieces", rule="S3.08")
    price = price_on(unit, product, day)
    area = Decimal(width) * height * pieces / SQUARE_MILLIMETRES
    amount = rounded(price.amount, area, price_policy(unit))
    return Priced(
        product, width, height, pieces, area, price, amount, size_warning(product, width, height)
    )


def rounded(price: Money, area: Decimal, policy: PricePolicy) -> Money:
    """The price of an area, rounded once to whole steps by the company's rule."""
    steps = price.amount * area / policy.step
    return round_money(steps, price.currency, policy.rounding) * policy.step


def size_warning(product: Product, width: int, height: int) -> Refused | None:
    """What is said of a size other than the standard one, either way round (S3.07)."""
    standard = (product.standard_width, product.standard_height)
    if None in standard or (width, height) in (standard, standard[::-1]):
        return None
    return Refused(
        _("{product} is made in {size}; {width} × {height} mm is made to order."),
        product=product.code,
        size=product.standard_size,
        width=width,
        height=height,
        rule="S3.07",
        field="width",
    )


def find_model(unit: Unit, code: str) -> Product:
    """A model of the catalogue. Raises Refused for one nobody knows (S3.07)."""
    found = Product.objects.filter(company=unit.company_id, code=code).first()
    if found is None:
        raise unknown_model(code)
    return found


def unknown_model(code: str) -> InvalidInput:
    """What is said of a model the catalogue does not know (S3.07)."""
    return InvalidInput(
        _("The catalogue knows no model “{code}”. Enter it there first."),
        code=code,
        rule="S3.07",
        field="product",
        mend="/products/",
    )


def price_policy(unit: Unit) -> PricePolicy:
    """The policy row in force for a unit, or half up to the smallest coin."""
    found = PricePolicy.objects.in_force(unit).first()
    return found or PricePolicy(unit=unit, rounding=Rounding.HALF_UP, step=1)


class _Day:
    """A day as the reader writes it."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __str__(self) -> str:
        return date_format(self.day, "SHORT_DATE_FORMAT")


def as_text(money: Money) -> str:
    """A price as history keeps it: the same for every reader."""
    return f"{money.amount} {money.currency}"


def checked_price(amount: Any, currency: str) -> Money:
    """A price that can stand in the list. Raises InvalidInput otherwise."""
    try:
        money = Money.of(amount, currency)
    except (ValueError, TypeError):
        raise InvalidInput(
            _("“{price}” is no price in {currency}: write it with its smallest coin, as 128.50."),
            price=amount,
            currency=currency,
            field="price",
            rule="S3.08",
        ) from None
    if money.minor <= 0:
        raise InvalidInput(_("A price is above nothing."), field="price", rule="S3.08")
    return money
