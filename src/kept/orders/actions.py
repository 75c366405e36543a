"""Every way the price list changes."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.money import Money
from kept.kit.refusal import Refused
from kept.orders.models import Price
from kept.orders.pricing import as_text, checked_price
from kept.people.models import Unit, User
from kept.products.models import Product


def _is_current(product: Product, by: User) -> bool:
    return product.ended_at is None


@action("orders.set_price", label=_("Set price"), right="orders.set_prices", icon="tag",
        offered=_is_current)  # fmt: skip
def set_price(
    product: Product, *, by: User, price: Decimal, valid_from: date, unit: Unit | None = None
) -> Product:
    """Enter what a square metre of a product costs from a day on, in the company or in a part of
    it (S3.08). Another price for the same day takes the place of the one that stood there.
    """
    place: Unit = unit or product.company
    if place.company_id != product.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=place, rule="SX.01",
                      field="unit")  # fmt: skip
    enter_price(product, place, checked_price(price, place.currency), valid_from, by=by)
    return product


def enter_price(
    product: Product, unit: Unit, amount: Money, valid_from: date, *, by: User
) -> Price:
    """Write a price row and a line in the product's story; the row of the same day is superseded.

    Raises Refused for the price that stands there already.
    """
    now = clock.now()
    same = Price.objects.current().filter(product=product, unit=unit, valid_from=valid_from)
    old = same.first()
    if old is not None and old.amount == amount:
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05")
    same.update(superseded_at=now)
    row = Price(product=product, unit=unit, valid_from=valid_from, set_by=by, set_at=now)
    row.amount = amount
    row.save(force_insert=True)
    product.record("product.priced", by=by, price=as_text(amount), unit=unit,
                   valid_from=valid_from)  # fmt: skip
    return row
