"""The catalogue: products and their own warranty months."""

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.kit.words import Words
from kept.people.models import Unit, User
from kept.products.findable import put_product
from kept.products.models import Product
from kept.products.serials import checked_number
from kept.timeline.sight import open_thread

Code = Annotated[str, TextRule(40, many_lines=False)]
Family = Annotated[str, TextRule(80, many_lines=False)]
LONGEST_WARRANTY = 600
LONGEST_SIDE = 100_000


@action("products.add_product", label=_("Add product"), creates=Product, icon="package",
        right="products.catalogue")  # fmt: skip
def add_product(
    *,
    by: User,
    unit: Unit,
    code: Code,
    name: Words,
    family: Family = "",
    warranty_months: int | None = None,
    launched_on: date | None = None,
    standard_width: int | None = None,
    standard_height: int | None = None,
) -> Product:
    """Enter a model or product in the catalogue of the unit's company (S0.05, S3.07)."""
    company: Any = unit.company
    checked_number(code, "code")
    if Product.objects.filter(company=company, code=code).exists():
        raise InvalidInput(
            _("The code “{code}” is taken. Choose another."), code=code, field="code"
        )
    product = Product(
        company=company,
        code=code,
        name=name,
        family=family,
        warranty_months=checked_months(warranty_months, "warranty_months"),
        launched_on=launched_on,
        standard_width=checked_side(standard_width, "standard_width"),
        standard_height=checked_side(standard_height, "standard_height"),
    )
    require_whole_size(product)
    product.thread = open_thread(kind="product", unit=company, title=f"{code} {name}")
    product.thread.number, product.thread.address = code[:30], product.get_absolute_url()
    product.thread.save(update_fields=["number", "address"])
    product.save()
    product.record("product.added", by=by, code=code)
    put_product(product)
    return product


def checked_months(months: int | None, field: str) -> int | None:
    """A number of months that a warranty can have. Raises InvalidInput otherwise."""
    if months is not None and not 0 < months <= LONGEST_WARRANTY:
        raise InvalidInput(_("A warranty has between 1 and 600 months."), field=field)
    return months


def checked_side(millimetres: int | None, field: str) -> int | None:
    """A side that a thing can have. Raises InvalidInput otherwise."""
    if millimetres is not None and not 0 < millimetres <= LONGEST_SIDE:
        raise InvalidInput(
            _("A side is between 1 and {max} mm."), max=LONGEST_SIDE, field=field, rule="S3.07"
        )
    return millimetres


def require_whole_size(product: Product) -> None:
    """Raise InvalidInput for a standard size of which only one side is known (S3.07)."""
    for side, other in (("standard_width", "standard_height"),
                        ("standard_height", "standard_width")):  # fmt: skip
        if getattr(product, other) and not getattr(product, side):
            raise InvalidInput(_("A size has a width and a height."), field=side, rule="S3.07")


def _is_current(product: Product, by: User) -> bool:
    return product.ended_at is None


@action("products.change_product", label=_("Change product"), right="products.catalogue",
        offered=_is_current, icon="pencil")  # fmt: skip
def change_product(
    product: Product,
    *,
    by: User,
    name: Words | None = None,
    family: Family | None = None,
    warranty_months: int | None = None,
    standard_width: int | None = None,
    standard_height: int | None = None,
) -> Product:
    """Change what a product is called, its family, standard size or own warranty months; a value
    not given stays. Verdicts on units sold before change with it.
    """
    given = {
        "name": name,
        "family": family,
        "warranty_months": checked_months(warranty_months, "warranty_months"),
        "standard_width": checked_side(standard_width, "standard_width"),
        "standard_height": checked_side(standard_height, "standard_height"),
    }
    changed = {
        field: (getattr(product, field), value)
        for field, value in given.items()
        if value is not None and value != getattr(product, field)
    }
    if not changed:
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05")
    for field, (_old, value) in changed.items():
        setattr(product, field, value)
    require_whole_size(product)
    product.save(update_fields=list(changed))
    old_new = {f"old_{field}": str(old or "") for field, (old, _new) in changed.items()}
    old_new |= {f"new_{field}": str(new) for field, (_old, new) in changed.items()}
    product.record("product.changed", by=by, words=old_new)
    put_product(product)
    return product


@action("products.end_product", label=_("No longer served"), right="products.catalogue",
        offered=_is_current, icon="circle-slash", danger=True)  # fmt: skip
def end_product(product: Product, *, by: User, reason: Line) -> Product:
    """A product leaves the catalogue; its units and their history stay (SX.05)."""
    if product.ended_at is not None:
        raise Refused(_("It has left the catalogue already."), rule="SX.06")
    product.ended_at = clock.now()
    product.save(update_fields=["ended_at"])
    product.record("product.ended", by=by, words={"reason": reason})
    return product
