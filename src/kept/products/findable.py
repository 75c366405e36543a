"""What serial units and contracts are found by."""

from typing import Any

from kept.search import index


def put_serial(unit: Any) -> None:
    """Let a serial unit be found by its serial, its licence, and what it is (SX.10)."""
    product = unit.product
    index.put(
        unit.thread_id,
        kind=unit.kind,
        title=f"{product.code} {unit.serial}",
        number=unit.serial,
        address=unit.get_absolute_url(),
        codes=[unit.serial, unit.licence, product.code],
        texts=[*product.name.values(), product.family, unit.version],
    )


def put_contract(contract: Any) -> None:
    """Let a contract be found by its number and technical agreement."""
    index.put(
        contract.thread_id,
        kind=contract.kind,
        title=contract.number,
        number=contract.number,
        address=contract.get_absolute_url(),
        names=[contract.account.name],
        codes=[contract.number, contract.technical_agreement],
        texts=[contract.covers],
    )
