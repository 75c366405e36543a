"""The bulk verb for prices: a thousand rows of the list in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.bulk import insert
from kept.kit.importing.headers import folded
from kept.kit.importing.kinds import (
    Batch,
    Field,
    Imported,
    Kind,
    ValueKind,
    clean_texts,
    in_every_language,
    register,
)
from kept.kit.money import Money
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import TextRule
from kept.orders.models import Price
from kept.orders.pricing import as_text, checked_price, unknown_model
from kept.people.models import Unit, User
from kept.products.models import Product
from kept.timeline.bulk import Line, append_lines
from kept.timeline.recorder import locked_thread

Key = tuple[int, int, date]
"""Product, unit and day: what no two prices share."""


@dataclass(slots=True)
class PriceDraft:
    """One row as a price of a square metre: ``product`` is a code, ``unit`` a code or name."""

    product: str
    price: Decimal
    valid_from: date | None = None
    unit: str = ""
    currency: str = ""
    line: int = 0


@action("orders.import_prices", label=_("Import prices"), creates=Price,
        right="orders.set_prices", internal=True)  # fmt: skip
def import_prices(*, by: User, unit: Unit, batch: Batch) -> Imported:
    """Bring in prices by the square metre, each from its day on (S3.08).

    A price that stands there already adds nothing. Another one for the same day is refused: it is
    set by hand, with its own line in the story.
    """
    done = Imported(dry_run=batch.dry_run)
    if not batch.dry_run:
        locked_thread(unit.company)
    done.made = list(_passed(unit, batch, by, done))
    if done.made and not batch.dry_run:
        insert(done.made)
        append_lines(_lines(done.made), by=by)
        unit.record("prices.imported", by=by, source=batch.source, count=len(done.made))
    return done


PRICES = register(
    Kind(
        name="prices",
        label=_("Prices"),
        draft=PriceDraft,
        verb=import_prices,
        tells=_("{made} prices brought in."),
        order=15,
        fields=(
            Field(
                "product", _("Product"), _("The code of the model in the catalogue."),
                required=True, rule=TextRule(40, many_lines=False), example="BK-21",
        headers=("product code", "model", "model no", "item", "sku", "code", "型号", "产品型号",
                 "产品", "编号", "货号"),
            ),
            Field(
                "price", _("Price of a square metre"), _("In the unit's currency."),
                required=True, kind=ValueKind.NUMBER, example="128.50",
        headers=("price", "unit price", "price per m2", "price per square metre", "单价",
                 "价格", "平方单价", "每平方米价格", "单价（元/㎡）", "元/平方米"),
            ),
            Field(
                "valid_from", _("Valid from"), _("The first day it counts; today without one."),
                kind=ValueKind.DAY, example="2026-01-01",
        headers=("from", "valid from", "effective", "effective date", "生效日期", "执行日期",
                 "起始日期", "启用日期"),
            ),
            Field(
                "unit", _("Unit"),
                _("Code or name of the part of the company it counts in; all of the unit of the "
                  "import without one."),
                rule=TextRule(100, many_lines=False),
        headers=("unit code", "branch", "region", "部门", "分公司", "区域", "地区"),
            ),
            Field(
                "currency", _("Currency"), _("Three letters, to be sure that it is the unit's."),
                rule=TextRule(3, many_lines=False), example="CNY", headers=("币种", "货币"),
            ),
        ),
    )
)  # fmt: skip


def _passed(unit: Unit, batch: Batch, by: User, done: Imported) -> Iterator[Price]:
    products, units = _products(unit, batch), _units(unit, batch)
    here, now, today = _here(products), clock.now(), clock.today(unit.zone)
    for draft in batch.drafts:
        try:
            product, place, amount = _checked(draft, unit, products, units)
            key = (product.pk, place.pk, draft.valid_from or today)
            if not _is_new(draft, key, amount, here, batch, done):
                continue
        except Refused as refused:
            done.refuse(draft, refused)
            continue
        row = Price(product=product, unit=place, valid_from=key[2], set_by=by, set_at=now)
        row.amount = amount
        yield row


def _products(unit: Unit, batch: Batch) -> dict[str, Product]:
    codes = {draft.product for draft in batch.drafts if draft.product}
    rows = Product.objects.filter(company=unit.company_id, code__in=codes)
    return {one.code: one for one in rows}


def _units(unit: Unit, batch: Batch) -> dict[str, Unit]:
    """The units below that of the import, by code and name, where any row names one."""
    if not any(draft.unit for draft in batch.drafts):
        return {}
    found: dict[str, Unit] = {}
    for one in Unit.objects.below(unit).active():
        for text in (*in_every_language(one.name), one.code):
            found[folded(text)] = one
    return found


def _here(products: dict[str, Product]) -> dict[Key, Money]:
    rows = Price.objects.current().filter(product__in=products.values())
    return {(one.product_id, one.unit_id, one.valid_from): one.amount for one in rows}


def _checked(
    draft: PriceDraft, unit: Unit, products: dict[str, Product], units: dict[str, Unit]
) -> tuple[Product, Unit, Money]:
    """What a row is about and what it asks. Raises Refused for its first fault."""
    clean_texts(PRICES, draft)
    product = products.get(draft.product)
    if product is None:
        raise unknown_model(draft.product)
    place = units.get(folded(draft.unit)) if draft.unit else unit
    if place is None:
        raise InvalidInput(
            _("There is no unit “{name}” in {unit}. Write its code."),
            name=draft.unit, unit=unit, field="unit",
        )  # fmt: skip
    if draft.currency and draft.currency.upper() != place.currency:
        raise InvalidInput(
            _("Prices of {unit} are in {currency}."), unit=place, currency=place.currency,
            field="currency", rule="S3.08",
        )  # fmt: skip
    return product, place, checked_price(draft.price, place.currency)


def _is_new(
    draft: PriceDraft,
    key: Key,
    amount: Money,
    here: dict[Key, Money],
    batch: Batch,
    done: Imported,
) -> bool:
    own = PRICES.trace(draft)
    first = batch.seen.get(key) or done.seen.get(key)
    if first is not None and first.content != own.content:
        raise InvalidInput(
            _("It prices what line {line} prices, but says something else."),
            line=first.line,
            field="price",
            rule="S3.08",
        )
    if key in here and here[key] != amount:
        raise InvalidInput(
            _("For that day the list says {price}. Set another price by hand."),
            price=here[key],
            field="price",
            rule="S3.08",
            mend="/prices/",
        )
    if first is not None or key in here:
        done.known += 1
        return False
    done.seen[key] = own
    return True


def _lines(prices: Sequence[Price]) -> dict[int, list[Line]]:
    now = clock.now()
    lines: dict[int, list[Line]] = defaultdict(list)
    for one in prices:
        values = {"price": as_text(one.amount), "unit": one.unit, "valid_from": one.valid_from}
        assert one.product.thread_id is not None
        lines[one.product.thread_id].append(Line("product.priced", now, values))
    return lines
