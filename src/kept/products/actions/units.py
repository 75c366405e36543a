"""Serial units: entered, corrected, handed to another account, and of one class at a time."""

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.labels import label_of
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.parties.models import Account, AccountState
from kept.people.models import Unit, User
from kept.products.models import Product, SerialUnit, UnitClass
from kept.products.serials import checked_number, serial_key
from kept.products.verdict import last_day_of_cover
from kept.timeline import sight
from kept.timeline.models import Thread
from kept.timeline.sight import open_thread

Serial = Annotated[str, TextRule(60, many_lines=False)]
Version = Annotated[str, TextRule(40, many_lines=False)]
FACTS = ("version", "licence", "made_on", "sold_on", "delivered_on", "installed_on", "agreed_until")
#: From which class to which; sale units never become loaners, loaners are issued as such (S0.23).
CLASSES = {
    UnitClass.SALE: {UnitClass.FAULTY},
    UnitClass.LOANER: {UnitClass.FAULTY, UnitClass.SALE},
    UnitClass.FAULTY: set(),
}


@action("products.add_serial_unit", label=_("Add serial unit"), creates=SerialUnit,
        right="products.edit", icon="package")  # fmt: skip
def add_serial_unit(
    *,
    by: User,
    unit: Unit,
    product: Product,
    serial: Serial,
    account: Account | None = None,
    unit_class: UnitClass = UnitClass.SALE,
    version: Version = "",
    licence: Serial = "",
    made_on: date | None = None,
    sold_on: date | None = None,
    delivered_on: date | None = None,
    installed_on: date | None = None,
    agreed_until: date | None = None,
) -> SerialUnit:
    """Enter one thing with its serial number: its class, whose it is, and its dates (S0.05, S2.02).

    A serial number the company has already, however it is written, is refused (SX.10).
    """
    _require_one_company(unit, product, account)
    company: Any = unit.company
    require_new_serial(company, serial)
    row = SerialUnit(
        company=company,
        product=product,
        serial=checked_number(serial, "serial"),
        account=account,
        unit_class=unit_class,
        version=version,
        licence=licence,
        made_on=made_on,
        sold_on=sold_on,
        delivered_on=delivered_on,
        installed_on=installed_on,
        agreed_until=agreed_until,
    )
    require_order(row)
    row.thread = _thread_for(row, account.unit if account else unit)
    row.save()
    row.record(
        "serial_unit.added",
        by=by,
        product=product,
        unit_class=unit_class,
        account=account,
        serial=serial,
    )
    settle(row)
    return row


def _require_one_company(unit: Unit, product: Product, account: Account | None) -> None:
    for thing in (product, account):
        if thing is not None and thing.company_id != unit.company_id:
            raise Refused(_("“{thing}” belongs to another company."), thing=thing, rule="SX.01")
    _require_alive(account)


def _require_alive(account: Account | None) -> None:
    if account is not None and account.status == AccountState.MERGED:
        raise Refused(
            _("{number} was itself merged into {other}. Choose that one."),
            number=account.number,
            other=account.survivor.number,
            field="account",
            rule="SX.05",
        )


def require_new_serial(company: Unit, serial: str) -> None:
    """Raise InvalidInput when the company has this serial number, however it is written (SX.10)."""
    same = SerialUnit.objects.filter(company=company, serial_key=serial_key(serial))
    if known := same.select_related("product").first():
        raise registered_already(known)


def registered_already(known: SerialUnit) -> InvalidInput:
    """What is said of a serial number that the company has already, with where it stands."""
    return InvalidInput(
        _("The serial number {serial} is in the register already: {product}."),
        serial=known.serial,
        product=known.product,
        field="serial",
        rule="SX.10",
        mend=known.get_absolute_url(),
    )


def require_order(row: SerialUnit) -> None:
    """A thing is made before it is sold, delivered before it is commissioned."""
    for earlier, later in (("made_on", "sold_on"), ("made_on", "delivered_on"),
                           ("delivered_on", "installed_on")):  # fmt: skip
        first, second = getattr(row, earlier), getattr(row, later)
        if first and second and first > second:
            raise InvalidInput(
                _("“{later}” lies before “{earlier}”."),
                later=label_of(later),
                earlier=label_of(earlier),
                field=later,
            )


def _thread_for(row: SerialUnit, unit: Unit) -> Thread:
    scopes = [row.account.scope_id] if row.account else []
    title = f"{row.product.code} {row.serial}"
    thread = open_thread(kind=SerialUnit.kind, unit=unit, title=title, scopes=scopes)
    thread.number, thread.address = row.serial[:30], row.get_absolute_url()[:120]
    thread.save(update_fields=["number", "address"])
    return thread


def settle(row: SerialUnit) -> None:
    """Work out the last day of cover anew and let the unit be found as it is now."""
    until = last_day_of_cover(row)
    if until != row.warranty_until:
        row.warranty_until = until
        row.save(update_fields=["warranty_until"])
    row.put_in_search()


@action(
    "products.change_serial_unit", label=_("Change facts"), right="products.edit", icon="pencil"
)
def change_serial_unit(
    serial_unit: SerialUnit,
    *,
    by: User,
    version: Version | None = None,
    licence: Serial | None = None,
    made_on: date | None = None,
    sold_on: date | None = None,
    delivered_on: date | None = None,
    installed_on: date | None = None,
    agreed_until: date | None = None,
    reason: Line = "",
) -> SerialUnit:
    """Change version, licence or dates; old and new stay on record (SX.05)."""
    given: dict[str, Any] = {
        "version": version, "licence": licence, "made_on": made_on, "sold_on": sold_on,
        "delivered_on": delivered_on, "installed_on": installed_on, "agreed_until": agreed_until,
    }  # fmt: skip
    changed = {
        name: (getattr(serial_unit, name), value)
        for name, value in given.items()
        if value is not None and value != getattr(serial_unit, name)
    }
    if not changed:
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05")
    for name, (_old, value) in changed.items():
        setattr(serial_unit, name, value)
    require_order(serial_unit)
    serial_unit.save(update_fields=list(changed))
    words = {"reason": reason}
    for name, (old, new) in changed.items():
        words[f"old_{name}"], words[f"new_{name}"] = str(old or ""), str(new)
    serial_unit.record("serial_unit.changed", by=by, words=words)
    settle(serial_unit)
    return serial_unit


@action("products.set_class", label=_("Change class"), icon="tags")
def set_class(
    serial_unit: SerialUnit, *, by: User, unit_class: UnitClass, reason: Line
) -> SerialUnit:
    """Give a unit another class; it has one at a time and every change is on record (S0.05).

    A sale unit never becomes a loaner (S0.23). A faulty unit becomes again what it was.
    """
    old = UnitClass(serial_unit.unit_class)
    if unit_class == old:
        raise InvalidInput(_("It is that already."), field="unit_class", rule="S0.05")
    allowed = CLASSES[old] or {UnitClass(serial_unit.class_before or UnitClass.SALE)}
    if unit_class not in allowed:
        raise Refused(
            _("A {old} cannot become a {new}."),
            old=old.label,
            new=unit_class.label,
            rule="S0.23" if unit_class == UnitClass.LOANER else "S0.05",
            field="unit_class",
        )
    serial_unit.class_before, serial_unit.unit_class = old.value, unit_class
    serial_unit.save(update_fields=["class_before", "unit_class"])
    serial_unit.record(
        "serial_unit.class_changed", by=by, old=old, new=unit_class, words={"reason": reason}
    )
    return serial_unit


@action("products.transfer", label=_("Hand to another customer"), right="products.edit",
        icon="arrow-right-left")  # fmt: skip
def transfer_serial_unit(
    serial_unit: SerialUnit, *, by: User, account: Account, reason: Line = ""
) -> SerialUnit:
    """The unit belongs to another account from now on; who saw it before no longer does."""
    if account.company_id != serial_unit.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=account, rule="SX.01",
                      field="account")  # fmt: skip
    _require_alive(account)
    if account == serial_unit.account:
        raise InvalidInput(_("It belongs to {name} already."), name=account, field="account")
    old, serial_unit.account = serial_unit.account, account
    serial_unit.save(update_fields=["account"])
    serial_unit.thread.unit = account.unit
    serial_unit.thread.save(update_fields=["unit"])
    sight.set_sight(serial_unit.thread, unit=account.unit, scopes=[account.scope_id])
    serial_unit.record(
        "serial_unit.transferred", by=by, old=old, new=account, words={"reason": reason}
    )
    return serial_unit
