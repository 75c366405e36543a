"""The bulk verb for serial units: a thousand things with their owners and dates at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.behind import behind
from kept.kit.bulk import insert, keys_of, like
from kept.kit.importing.kinds import (
    Batch,
    Field,
    Imported,
    Kind,
    ValueKind,
    clean_texts,
    register,
)
from kept.kit.labels import declare_for
from kept.kit.refusal import InvalidInput, Refused
from kept.parties.importing.finding import AccountsNamed
from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.products.actions.units import FACTS, registered_already, require_order
from kept.products.findable import cards_of_serials
from kept.products.importing.catalogue import line
from kept.products.models import Product, SerialUnit, UnitClass
from kept.products.serials import checked_number, serial_key
from kept.products.terms import terms_of
from kept.products.verdict import judge
from kept.search.index import put_many
from kept.timeline import sight
from kept.timeline.bulk import Line, Story, write_stories
from kept.timeline.models import Entry, Thread
from kept.timeline.recorder import locked_thread
from kept.timeline.sentences import declare

declare("serial_units.imported", _("{count} serial units brought in from {source}"),
        icon="database")  # fmt: skip
declare_for("products.import_serial_units", batch=_("Rows"))


@dataclass(slots=True)
class SerialUnitDraft:
    """One row as a serial unit: ``product`` is its code, ``account`` a number, code or name."""

    serial: str
    product: str
    account: str = ""
    unit_class: str = UnitClass.SALE.value
    version: str = ""
    licence: str = ""
    made_on: date | None = None
    sold_on: date | None = None
    delivered_on: date | None = None
    installed_on: date | None = None
    agreed_until: date | None = None
    line: int = 0


@action("products.import_serial_units", label=_("Import serial units"), creates=SerialUnit,
        right="products.edit", internal=True)  # fmt: skip
def import_serial_units(*, by: User, unit: Unit, batch: Batch) -> Imported:
    """Bring in things with serial numbers, each once however it is written (S0.05, SX.08)."""
    done = Imported(dry_run=batch.dry_run)
    if not batch.dry_run:
        locked_thread(unit.company)
    units = list(_passed(unit, batch, done))
    done.made = units
    if units and not batch.dry_run:
        _write(units, unit, by)
        unit.record("serial_units.imported", by=by, source=batch.source, count=len(units))
    return done


def _day(name: str, label: Any, *headers: str) -> Field:
    return Field(name, label, kind=ValueKind.DAY, headers=headers, example="")


UNITS = register(
    Kind(
        name="units",
        label=_("Serial units"),
        draft=SerialUnitDraft,
        verb=import_serial_units,
        tells=_("{made} serial units brought in."),
        order=40,
        fields=(
            Field(
                "serial", _("Serial number"), _("As it stands on the thing."), required=True,
                rule=line(60), example="K100-0001",
        headers=("serial", "serial no", "sn", "s/n", "imei", "serial number", "序列号",
                 "设备号", "机号", "机身号", "编号", "序號", "设备编号", "出厂编号"),
            ),
            Field(
                "product", _("Product"), _("The code of the model in the catalogue."),
                required=True, rule=line(40), example="K-100",
        headers=("product code", "model", "model no", "item", "型号", "产品型号", "产品",
                 "产品编号", "机型", "型號"),
            ),
            Field(
                "account", _("Customer"),
                _("Number, code or name of whoever it belongs to; nobody where nothing is said."),
                rule=line(200), example="K-1001",
        headers=("customer name", "customer number", "customer code", "owner", "client",
                 "company", "客户", "客户编号", "客户名称", "用户", "用户名称", "单位",
                 "使用单位", "客戶"),
            ),
            Field(
                "unit_class", pgettext_lazy("of a unit", "Class"),
                _("A sale unit where nothing is said."), kind=ValueKind.CHOICE, choices=UnitClass,
                example="sale", headers=("unit class", "设备类别", "类别"),
            ),
            Field("version", _("Version"), rule=line(40), headers=("版本", "软件版本", "版本号")),
            Field(
                "licence", _("Licence or dongle"), rule=line(60),
        headers=("licence", "license", "dongle", "加密狗", "加密锁", "授权号", "许可证"),
            ),
            _day("made_on", _("Made on"), "made", "manufactured", "生产日期", "出厂日期"),
            _day("sold_on", _("Sold on"), "sold", "sale date", "销售日期", "购买日期", "售出日期"),
            _day("delivered_on", _("Delivered on"), "delivered", "delivery date", "交付日期",
                 "发货日期", "到货日期"),
            _day("installed_on", _("Commissioned on"), "installed", "commissioned",
                 "installation date", "安装日期", "调试日期", "验收日期", "装机日期"),
            _day("agreed_until", _("Warranty agreed until"), "warranty until", "warranty end",
                 "保修到期", "质保到期", "质保截止日期", "保修截止日期"),
        ),
    )
)  # fmt: skip


def _passed(unit: Unit, batch: Batch, done: Imported) -> Iterator[SerialUnit]:
    """The rows that may come in; the others are refused, or known."""
    accounts = AccountsNamed(unit, (one.account for one in batch.drafts))
    products = _products(unit, batch)
    here = _here(unit, batch)
    new = like(SerialUnit, company_id=unit.company_id)
    for draft in batch.drafts:
        try:
            row = _unit(draft, products, accounts, new)
            if _is_new(draft, row, here, batch, done):
                yield row
        except Refused as refused:
            done.refuse(draft, refused)


def _products(unit: Unit, batch: Batch) -> dict[str, Product]:
    codes = {draft.product for draft in batch.drafts if draft.product}
    rows = Product.objects.filter(company=unit.company_id, code__in=codes)
    return {product.code: product for product in rows.select_related("company")}


def _here(unit: Unit, batch: Batch) -> dict[str, SerialUnit]:
    serials = {serial_key(draft.serial) for draft in batch.drafts if draft.serial}
    keys = keys_of(SerialUnit, "serial_key", serials, company_id=unit.company_id)
    rows = SerialUnit.objects.filter(pk__in=keys).select_related("product", "account")
    return {row.serial_key: row for row in rows} if keys else {}


def _unit(
    draft: SerialUnitDraft, products: dict[str, Product], accounts: AccountsNamed, new: Any
) -> SerialUnit:
    """A row as a unit, with what it is and whose it is. Raises Refused for its first fault."""
    clean_texts(UNITS, draft)
    checked_number(draft.serial, "serial")
    product = products.get(draft.product)
    if product is None:
        raise InvalidInput(
            _("There is no product “{code}”."), code=draft.product, field="product", rule="S3.07",
            mend="/products/",
        )  # fmt: skip
    account: Account | None = accounts.find(draft.account) if draft.account else None
    row = new(
        serial=draft.serial,
        serial_key=serial_key(draft.serial),
        unit_class=draft.unit_class,
        **{name: getattr(draft, name) for name in FACTS},
    )
    row.product, row.account = product, account
    require_order(row)
    return row


def _is_new(
    draft: SerialUnitDraft,
    row: SerialUnit,
    here: dict[str, SerialUnit],
    batch: Batch,
    done: Imported,
) -> bool:
    own = UNITS.trace(draft)
    first = batch.seen.get(row.serial_key) or done.seen.get(row.serial_key)
    if first is not None and first.content != own.content:
        raise InvalidInput(
            _("It has the serial number of line {line}, but says something else."),
            line=first.line,
            field="serial",
            rule="SX.10",
        )
    known = here.get(row.serial_key)
    if known is not None and _says_otherwise(row, known):
        raise registered_already(known)
    if first is not None or known is not None:
        done.known += 1
        return False
    done.seen[row.serial_key] = own
    return True


def _says_otherwise(row: SerialUnit, known: SerialUnit) -> bool:
    """Whether a row says something that the register does not; empty cells say nothing."""
    return (
        row.product_id != known.product_id
        or (row.account_id is not None and row.account_id != known.account_id)
        or any(getattr(row, name) and getattr(row, name) != getattr(known, name) for name in FACTS)
    )


def _write(units: Sequence[SerialUnit], unit: Unit, by: User) -> None:
    stories = _stories(units, unit)
    _work_out_cover(units, unit)
    with behind(dict.fromkeys((Thread, Entry, SerialUnit), len(units))):
        write_stories(stories, by=by)
        for row, story in zip(units, stories, strict=True):
            row.thread_id = story.thread.pk
        insert(units)
        put_many(cards_of_serials(units), are_new=True)


def _stories(units: Sequence[SerialUnit], unit: Unit) -> list[Story]:
    """Each is seen by the territory of its owner, and by its owner."""
    now = clock.now()
    new = like(Thread, kind=SerialUnit.kind, company_id=unit.company_id, created_at=now)
    places = {one.pk: one for one in (row.account.unit if row.account else unit for row in units)}
    seen_by = {pk: sorted(sight.scopes_above(one)) for pk, one in places.items()}
    stories = []
    for row in units:
        place = row.account.unit if row.account else unit
        thread = new(
            unit_id=place.pk,
            number=row.serial[:30],
            title=f"{row.product.code} {row.serial}"[:200],
            address=row.get_absolute_url()[:120],
        )
        values = {
            "product": row.product,
            "unit_class": row.unit_class,
            "account": row.account,
            "serial": row.serial,
        }
        scopes = [*seen_by[place.pk], *([row.account.scope_id] if row.account else [])]
        stories.append(Story(thread, scopes, [Line("serial_unit.added", now, values)]))
    return stories


def _work_out_cover(units: Sequence[SerialUnit], unit: Unit) -> None:
    """The last day of cover, as far as it is known: nothing new is under contract yet, which is
    said beforehand so that the database is not asked; the true keys come with the insert.
    """
    company: Any = unit.company
    today, terms = clock.today(company.zone), terms_of(company)
    for row in units:
        known: dict[str, list] = {"contracts": [], "components": []}
        row.__dict__ |= {"id": 0, "_prefetched_objects_cache": known}
        grounds = judge(row, terms, today).grounds
        row.warranty_until = grounds[0].until if grounds else None
