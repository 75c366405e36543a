"""What products, serial units and contracts are found by."""

from collections.abc import Sequence
from typing import Any

from kept.search.changes import changed
from kept.search.index import Card


def put_serial(unit: Any) -> None:
    """Let a serial unit be found by its serial, its licence, and what it is (SX.10)."""
    changed(unit)


def put_contract(contract: Any) -> None:
    """Let a contract be found by its number and technical agreement."""
    changed(contract)


def put_product(product: Any) -> None:
    """Let a product be found by its code, its name in every language, and its family."""
    changed(product)


def cards_of_serials(units: Sequence[Any]) -> list[Card]:
    return [
        Card(
            unit.thread_id,
            unit.kind,
            title=f"{unit.product.code} {unit.serial}",
            number=unit.serial,
            address=unit.get_absolute_url(),
            codes=[unit.serial, unit.licence, unit.product.code],
            texts=[*_in_every_language(unit.product.name), unit.product.family, unit.version],
        )
        for unit in units
    ]


def cards_of_contracts(contracts: Sequence[Any]) -> list[Card]:
    return [
        Card(
            contract.thread_id,
            contract.kind,
            title=contract.number,
            number=contract.number,
            address=contract.get_absolute_url(),
            names=[contract.account.name],
            codes=[contract.number, contract.technical_agreement],
            texts=[contract.covers],
        )
        for contract in contracts
    ]


def cards_of_products(products: Sequence[Any]) -> list[Card]:
    return [
        Card(
            product.thread_id,
            product.kind,
            title=" · ".join(dict.fromkeys(_in_every_language(product.name))),
            number=product.code,
            address=product.get_absolute_url(),
            names=_in_every_language(product.name),
            codes=[product.code],
            texts=[product.family],
        )
        for product in products
    ]


def _in_every_language(name: Any) -> list[str]:
    """The words in the order of their languages, whoever wrote them and reads them."""
    return [name[language] for language in sorted(name)]
