"""Products, the units with a serial number that customers own, and the contracts over them."""

import random
from datetime import date, timedelta
from typing import Any

from kept.demo.customers import Customer
from kept.kit import clock
from kept.people.models import Unit, User
from kept.products.actions import add_contract, add_product, add_serial_unit
from kept.products.models import Product, SerialUnit

#: How long ago the oldest unit was sold, in days.
OLDEST = 1000


def make_products(spec: dict[str, Any], company: Unit, *, by: User) -> dict[str, Product]:
    """The catalogue of a company, by code."""
    return {
        row["code"]: add_product(
            by=by,
            unit=company,
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
            product = products[owned["products"][count % len(owned["products"])]]
            sold = _some_day(chance)
            serial = owned["serial"].format(
                code=product.code, year=sold.year % 100, n=10_000 + count * 7
            )
            one = _unit(customer, product, serial, sold, by, chance, owned.get("installed", False))
            customer.serials.append(one)


def _unit(
    customer: Customer,
    product: Product,
    serial: str,
    sold: date,
    by: User,
    chance: random.Random,
    is_installed: bool,
) -> SerialUnit:
    delivered = sold + timedelta(days=chance.randint(1, 20))
    return add_serial_unit(
        by=by,
        unit=customer.unit,
        product=product,
        serial=serial,
        account=customer.account,
        sold_on=sold,
        delivered_on=delivered,
        installed_on=delivered + timedelta(days=chance.randint(2, 25)) if is_installed else None,
    )


def give_contracts(
    spec: dict[str, Any], customers: list[Customer], *, by: User, chance: random.Random
) -> None:
    """A contract over what a customer owns, for the share of them the company says."""
    terms = spec.get("contracts")
    for number, customer in enumerate(customers, start=1):
        if terms is None or not customer.serials or chance.random() > terms["share"]:
            continue
        oldest = min(one.sold_on or clock.now().date() for one in customer.serials)
        add_contract(
            by=by,
            unit=customer.unit,
            account=customer.account,
            contract_number=terms["number"].format(year=oldest.year, n=number),
            from_on=oldest,
            until_on=oldest + timedelta(days=terms["days"] + chance.randint(0, 500)),
            technical_agreement=terms.get("agreement", "").format(n=number),
            covers=terms["covers"],
            serial_units=customer.serials,
        )


def _some_day(chance: random.Random) -> date:
    return (clock.now() - timedelta(days=chance.randint(30, OLDEST))).date()
