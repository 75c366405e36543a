"""Products, and the units with a serial number that customers own."""

import random
from datetime import date, timedelta
from typing import Any

from kept.demo.customers import Customer, some_day
from kept.people.models import Unit, User
from kept.products.models import Product, SerialUnit
from kept.timeline.sight import open_thread

DAYS_A_MONTH = 30.4


def make_products(spec: dict[str, Any], company: Unit, *, by: User) -> dict[str, Product]:
    """The catalogue of a company, by code."""
    return {
        row["code"]: Product.objects.create(
            company=company,
            code=row["code"],
            name=row["name"],
            family=row.get("family", ""),
            warranty_months=row.get("warranty"),
        )
        for row in spec["products"]
    }


def give_serials(
    spec: dict[str, Any],
    customers: list[Customer],
    products: dict[str, Product],
    *,
    by: User,
    chance: random.Random,
) -> None:
    """What each customer owns: some units of some products, sold over the last years."""
    count = 0
    for customer in customers:
        owned = spec.get("owned", {}).get(customer.group)
        for _number in range(chance.randint(*owned["count"]) if owned else 0):
            count += 1
            product = products[chance.choice(owned["products"])]
            serial = owned["serial"].format(code=product.code, year=26, n=10_000 + count * 7)
            customer.serials.append(_unit(customer, product, serial, chance))


def _unit(
    customer: Customer, product: Product, serial: str, chance: random.Random
) -> SerialUnit:
    sold = some_day(chance, 1, 1000)
    return SerialUnit.objects.create(
        company=customer.account.company,
        product=product,
        serial=serial,
        account=customer.account,
        sold_on=sold,
        delivered_on=sold + timedelta(days=chance.randint(1, 20)),
        warranty_until=_until(sold, product),
        thread=open_thread(kind=SerialUnit.kind, unit=customer.unit, title=serial),
    )


def _until(sold: date, product: Product) -> date | None:
    months = product.warranty_months
    return sold + timedelta(days=round(months * DAYS_A_MONTH)) if months else None
