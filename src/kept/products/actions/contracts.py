"""Contracts over serial units, and the parts bought from suppliers."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.parties.models import Account, AccountRole
from kept.people.models import Unit, User
from kept.products.actions.catalogue import checked_months
from kept.products.actions.units import Serial, settle
from kept.products.findable import put_contract
from kept.products.models import Component, Contract, SerialUnit, Start
from kept.products.serials import checked_number
from kept.timeline.sight import open_thread

Name = Annotated[str, TextRule(100, many_lines=False)]
Long = Annotated[str, TextRule(300, many_lines=False)]


@action("products.add_contract", label=_("Add contract"), creates=Contract, icon="scroll-text",
        right="products.contract")  # fmt: skip
def add_contract(
    *,
    by: User,
    unit: Unit,
    account: Account,
    contract_number: Serial,
    from_on: date,
    technical_agreement: Name = "",
    until_on: date | None = None,
    months: int | None = None,
    starts: Start | None = None,
    covers: Long = "",
    serial_units: Sequence[SerialUnit] = (),
) -> Contract:
    """Enter a contract with its technical agreement and the units it covers (S2.02).

    Its cover ends on ``until_on``, or ``months`` after an event of each unit.
    """
    if account.company_id != unit.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=account, rule="SX.01",
                      field="account")  # fmt: skip
    number = checked_number(contract_number, "contract_number")
    if Contract.objects.filter(company=unit.company_id, number=number).exists():
        raise InvalidInput(
            _("There is a contract {number} already."), number=number, field="contract_number",
            rule="SX.10",
        )  # fmt: skip
    contract = Contract(
        company_id=unit.company_id,
        account=account,
        number=number,
        technical_agreement=technical_agreement,
        covers=covers,
        from_on=from_on,
        until_on=until_on,
        months=checked_months(months, "months"),
        starts=starts or "",
    )
    _require_a_time(contract)
    contract.thread = open_thread(
        kind=Contract.kind, unit=account.unit, title=number, scopes=[account.scope_id]
    )
    contract.thread.number = number
    contract.thread.address = contract.get_absolute_url()[:120]
    contract.thread.save(update_fields=["number", "address"])
    contract.save()
    contract.record(
        "contract.added", by=by, number=number, account=account, from_on=from_on,
        until_on=until_on, months=months, starts=starts,
    )  # fmt: skip
    _cover(contract, serial_units, by=by)
    put_contract(contract)
    return contract


def _require_a_time(contract: Contract) -> None:
    if contract.months and not contract.starts:
        raise InvalidInput(_("Say from which event the months are counted."), field="starts")
    if not contract.months and contract.until_on is None:
        raise InvalidInput(
            _("Say until when it covers, or for how many months."), field="until_on", rule="S2.02"
        )
    if contract.until_on is not None and contract.until_on < contract.from_on:
        raise InvalidInput(_("The contract ends before it begins."), field="until_on")


def _cover(contract: Contract, units: Iterable[SerialUnit], *, by: User) -> None:
    """Let the contract cover these units; each says so in its own story."""
    for one in units:
        if one.company_id != contract.company_id:
            raise Refused(_("“{thing}” belongs to another company."), thing=one, rule="SX.01",
                          field="serial_units")  # fmt: skip
        contract.serial_units.add(one)
        one.record("serial_unit.covered", by=by, contract=contract)
        settle(SerialUnit.objects.get(pk=one.pk))


def _runs(contract: Contract, by: User) -> bool:
    return contract.ended_at is None


@action("products.cover_units", label=_("Cover more units"), right="products.contract",
        offered=_runs, icon="shield-check")  # fmt: skip
def cover_units(contract: Contract, *, by: User, serial_units: Sequence[SerialUnit]) -> Contract:
    """Let a contract cover more units (S2.02)."""
    _require_running(contract)
    known = set(contract.serial_units.values_list("pk", flat=True))
    new = [one for one in serial_units if one.pk not in known]
    if not new:
        raise InvalidInput(_("Name at least one unit it does not cover yet."), field="serial_units")
    _cover(contract, new, by=by)
    contract.record("contract.units_covered", by=by, units=new)
    return contract


def _require_running(contract: Contract) -> None:
    if contract.ended_at is not None:
        raise Refused(_("Contract {number} has ended."), number=contract.number, rule="S2.02")


@action("products.change_contract", label=_("Change contract"), right="products.contract",
        offered=_runs, icon="pencil")  # fmt: skip
def change_contract(
    contract: Contract,
    *,
    by: User,
    technical_agreement: Name | None = None,
    covers: Long | None = None,
    until_on: date | None = None,
    months: int | None = None,
    starts: Start | None = None,
    reason: Line = "",
) -> Contract:
    """Change what a contract covers or until when; old and new stay on record (SX.05)."""
    _require_running(contract)
    given = {
        "technical_agreement": technical_agreement, "covers": covers, "until_on": until_on,
        "months": checked_months(months, "months"), "starts": starts,
    }  # fmt: skip
    changed = {
        name: (getattr(contract, name), value)
        for name, value in given.items()
        if value is not None and value != getattr(contract, name)
    }
    if not changed:
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05")
    for name, (_old, value) in changed.items():
        setattr(contract, name, value)
    _require_a_time(contract)
    contract.save(update_fields=list(changed))
    words = {"reason": reason}
    for name, (old, new) in changed.items():
        words[f"old_{name}"] = str(old or "")
        words[f"new_{name}"] = str(getattr(new, "value", new))
    contract.record("contract.changed", by=by, words=words)
    _settle_all(contract)
    return contract


def _settle_all(contract: Contract) -> None:
    for one in contract.serial_units.select_related("product", "company"):
        settle(one)
    put_contract(contract)


@action("products.end_contract", label=_("End contract"), right="products.contract", danger=True,
        offered=_runs, icon="circle-slash")  # fmt: skip
def end_contract(contract: Contract, *, by: User, reason: Line) -> Contract:
    """A contract ends before its time; from tomorrow it covers nothing."""
    _require_running(contract)
    contract.ended_at = clock.now()
    contract.save(update_fields=["ended_at"])
    contract.record("contract.ended", by=by, words={"reason": reason})
    _settle_all(contract)
    return contract


@action("products.add_component", label=_("Add bought-in part"), right="products.edit",
        icon="cog", adds=True)  # fmt: skip
def add_component(
    serial_unit: SerialUnit,
    *,
    by: User,
    component: Name,
    supplier: Account,
    commitment: Long,
    committed_until: date,
    committed_from: date | None = None,
    component_serial: Serial = "",
) -> SerialUnit:
    """A part bought from a supplier, with what the supplier commits to and until when (S2.03)."""
    if supplier.company_id != serial_unit.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=supplier, rule="SX.01",
                      field="supplier")  # fmt: skip
    if AccountRole.SUPPLIER not in supplier.roles:
        raise InvalidInput(
            _("{name} is not entered as a supplier."),
            name=supplier,
            field="supplier",
            rule="S2.03",
            mend=f"{supplier.get_absolute_url()}change_roles/",
        )
    if committed_from is not None and committed_until < committed_from:
        raise InvalidInput(_("The commitment ends before it begins."), field="committed_until")
    Component.objects.create(
        serial_unit=serial_unit,
        name=component,
        serial=component_serial,
        supplier=supplier,
        commitment=commitment,
        committed_from=committed_from,
        committed_until=committed_until,
    )
    serial_unit.record(
        "serial_unit.component_added",
        by=by,
        component=component,
        supplier=supplier,
        until=committed_until,
    )
    return serial_unit


@action("products.end_component", label=_("Part taken out"), right="products.edit", icon="circle-x")
def end_component(component: Component, *, by: User, reason: Line) -> Component:
    """A bought-in part is no longer in the unit; the row stays (SX.05)."""
    if component.ended_at is not None:
        raise Refused(_("It was taken out already."), rule="SX.06")
    component.ended_at = clock.now()
    component.save(update_fields=["ended_at"])
    component.serial_unit.record(
        "serial_unit.component_ended",
        by=by,
        component=component.name,
        words={"reason": reason},
    )
    return component
