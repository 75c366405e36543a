"""The bulk verb for products: a thousand models enter the catalogue in one transaction."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.bulk import insert, like
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
from kept.kit.text import TextRule
from kept.kit.words import Listed, Words
from kept.people.models import Unit, User
from kept.products.actions.catalogue import (
    checked_months,
    checked_side,
    require_whole_size,
)
from kept.products.findable import cards_of_products
from kept.products.models import Product
from kept.products.serials import checked_number
from kept.search.index import put_many
from kept.search.tokens import UNSPACED
from kept.timeline.bulk import Line, Story, write_stories
from kept.timeline.models import Thread
from kept.timeline.recorder import locked_thread
from kept.timeline.sentences import declare
from kept.timeline.sight import scopes_above

declare("products.imported", _("{count} products brought in from {source}"), icon="database")
declare_for("products.import_products", batch=_("Rows"))
CHINESE, OTHER = "zh-hans", "en"
IS_CHINESE = re.compile(f"[{UNSPACED}]")
FACTS = ("family", "warranty_months", "launched_on", "standard_width", "standard_height")


def line(most: int) -> TextRule:
    return TextRule(most, many_lines=False)


@dataclass(slots=True)
class ProductDraft:
    """One row as a product; ``name`` in Chinese characters is its Chinese name."""

    code: str
    name: str
    name_en: str = ""
    family: str = ""
    warranty_months: int | None = None
    launched_on: date | None = None
    standard_width: int | None = None
    standard_height: int | None = None
    line: int = 0

    @property
    def words(self) -> Words:
        """The name by language."""
        language = CHINESE if IS_CHINESE.search(self.name) else OTHER
        words = {language: self.name}
        return Words({**words, OTHER: self.name_en} if self.name_en else words)


@action("products.import_products", label=_("Import products"), creates=Product,
        right="products.catalogue", internal=True)  # fmt: skip
def import_products(*, by: User, unit: Unit, batch: Batch) -> Imported:
    """Bring models into the catalogue of the unit's company, known again by their code (S3.07)."""
    done = Imported(dry_run=batch.dry_run)
    if not batch.dry_run:
        locked_thread(unit.company)
    rows = list(_passed(unit, batch, done))
    done.made = [product for _draft, product in rows]
    if rows and not batch.dry_run:
        _write([product for _draft, product in rows], unit, by)
        unit.record("products.imported", by=by, source=batch.source, count=len(rows))
    return done


PRODUCTS = register(
    Kind(
        name="products",
        label=_("Products"),
        draft=ProductDraft,
        verb=import_products,
        tells=_("{made} products brought in."),
        order=10,
        fields=(
            Field(
                "code", _("Code"), _("The model, as it stands on the thing and on orders."),
                required=True, rule=line(40), example="BK-21",
        headers=("product code", "model", "model no", "item", "item code", "sku", "article",
                 "part number", "型号", "产品型号", "产品编号", "编号", "货号", "型號",
                 "物料编码"),
            ),
            Field(
                "name", _("Name"), _("What the product is called."), required=True,
                rule=line(200), example=_("Shell wallpaper, sea foam"),
        headers=("product name", "product", "title", "item name", "产品名称", "名称", "品名",
                 "产品", "產品名稱"),
            ),
            Field(
                "name_en", _("Name in English"), _("Where the name above is Chinese."),
                rule=line(200), headers=("english name", "英文名称", "英文名"),
            ),
            Field(
                "family", _("Family"), _("What warranty terms and prices go by."), rule=line(80),
                example=_("Shell wallpaper"),
        headers=("category", "product family", "series", "系列", "类别", "产品类别", "品类",
                 "产品系列", "大类"),
            ),
            Field(
                "warranty_months", _("Warranty, months"), _("This product's own term."),
                kind=ValueKind.WHOLE,
        headers=("warranty", "warranty months", "保修期", "质保期", "保修月数", "质保月数"),
            ),
            Field(
                "launched_on", _("Launched on"), kind=ValueKind.DAY,
        headers=("launched", "launch date", "上市日期", "发布日期"),
            ),
            Field(
                "standard_width", _("Standard width, mm"),
                _("For what is sold by the square metre."), kind=ValueKind.WHOLE, example="530",
        headers=("width", "standard width", "宽", "宽度", "标准宽度", "标准宽"),
            ),
            Field(
                "standard_height", _("Standard height, mm"),
                _("For what is sold by the square metre."), kind=ValueKind.WHOLE, example="1000",
        headers=("height", "standard height", "length", "高", "高度", "标准高度", "标准高",
                 "长度"),
            ),
        ),
    )
)  # fmt: skip


def _passed(unit: Unit, batch: Batch, done: Imported) -> Iterator[tuple[ProductDraft, Product]]:
    here = _here(unit, batch)
    new = like(Product, company_id=unit.company_id)
    for draft in batch.drafts:
        try:
            product = _product(draft, new)
            if _is_new(draft, product, here, batch, done):
                yield draft, product
        except Refused as refused:
            done.refuse(draft, refused)


def _here(unit: Unit, batch: Batch) -> dict[str, Product]:
    codes = {draft.code for draft in batch.drafts if draft.code}
    rows = Product.objects.filter(company=unit.company_id, code__in=codes)
    return {product.code: product for product in rows}


def _product(draft: ProductDraft, new: Any) -> Product:
    """A row as a product. Raises Refused for its first fault."""
    clean_texts(PRODUCTS, draft)
    checked_number(draft.code, "code")
    checked_months(draft.warranty_months, "warranty_months")
    for side in ("standard_width", "standard_height"):
        checked_side(getattr(draft, side), side)
    product = new(
        code=draft.code, name=draft.words, **{name: getattr(draft, name) for name in FACTS}
    )
    require_whole_size(product)
    return product


def _is_new(
    draft: ProductDraft, product: Product, here: dict[str, Product], batch: Batch, done: Imported
) -> bool:
    own = PRODUCTS.trace(draft)
    first = batch.seen.get(draft.code) or done.seen.get(draft.code)
    if first is not None and first.content != own.content:
        raise InvalidInput(
            _("It has the code of line {line}, but says something else."),
            line=first.line,
            field="code",
        )
    known = here.get(draft.code)
    if known is not None and (differing := _differing(product, known)):
        raise InvalidInput(
            _("The code “{code}” is in the catalogue already and says something else: {fields}."),
            code=draft.code,
            fields=Listed(str(PRODUCTS.field(name).label) for name in differing),
            field=differing[0],
            mend=known.get_absolute_url(),
        )
    if first is not None or known is not None:
        done.known += 1
        return False
    done.seen[draft.code] = own
    return True


def _differing(product: Product, known: Product) -> list[str]:
    """The fields in which a row says something that the catalogue does not."""
    is_named = all(known.name.get(one) == text for one, text in product.name.items())
    facts = [
        name
        for name in FACTS
        if getattr(product, name) and getattr(product, name) != getattr(known, name)
    ]
    return facts if is_named else ["name", *facts]


def _write(products: Sequence[Product], unit: Unit, by: User) -> None:
    company: Any = unit.company
    now, scopes = clock.now(), sorted(scopes_above(company))
    new = like(Thread, kind="product", company_id=company.pk, unit_id=company.pk, created_at=now)
    stories = [
        Story(
            new(
                number=one.code[:30],
                title=f"{one.code} {one.name}"[:200],
                address=one.get_absolute_url(),
            ),
            scopes,
            [Line("product.added", now, {"code": one.code})],
        )
        for one in products
    ]
    write_stories(stories, by=by)
    for product, story in zip(products, stories, strict=True):
        product.thread_id = story.thread.pk
    insert(products)
    put_many(cards_of_products(products), are_new=True)
