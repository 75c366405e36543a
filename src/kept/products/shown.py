"""What pages of products tell: facts and the story, with old and new of every correction."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kept.kit.labels import label_of
from kept.products.models import Contract, Product, SerialUnit
from kept.timeline.sentences import Told, tell

Facts = list[dict[str, Any]]


def unit_facts(unit: SerialUnit) -> Facts:
    account, product = unit.account, unit.product
    return _facts(
        (_("Product"), product, product.get_absolute_url()),
        (_("Family"), product.family, ""),
        (_("Customer"), account, account.get_absolute_url() if account else ""),
        (pgettext("of a unit", "Class"), unit.get_unit_class_display(), ""),
        (_("Version"), unit.version, ""),
        (_("Licence or dongle"), unit.licence, ""),
        (_("Made on"), _day(unit.made_on), ""),
        (_("Sold on"), _day(unit.sold_on), ""),
        (_("Delivered on"), _day(unit.delivered_on), ""),
        (_("Commissioned on"), _day(unit.installed_on), ""),
        (_("Warranty agreed until"), _day(unit.agreed_until), ""),
    )


def contract_facts(contract: Contract) -> Facts:
    account = contract.account
    months = ""
    if contract.months:
        months = _("{n} from {event}").format(
            n=contract.months, event=contract.get_starts_display()
        )
    return _facts(
        (_("Customer"), account, account.get_absolute_url()),
        (_("Technical agreement"), contract.technical_agreement, ""),
        (_("What is covered"), contract.covers, ""),
        (_("From"), _day(contract.from_on), ""),
        (_("Until"), _day(contract.until_on), ""),
        (_("Months"), months, ""),
    )


def product_facts(product: Product) -> Facts:
    return _facts(
        (_("Name"), product.name, ""),
        (_("Family"), product.family, ""),
        (_("Standard size"), product.standard_size, ""),
        (_("Warranty, months"), product.warranty_months, ""),
        (_("Launched on"), _day(product.launched_on), ""),
    )


def story_of(subject: Any) -> list[Told]:
    """The story in order; corrections show old and new."""
    if subject.thread is None:
        return []
    told = tell(subject.thread.entries.select_related("by").order_by("seq"))
    for one in told:
        one.changes = _changes(one.words)  # type: ignore[attr-defined]
    return told


def _changes(words: dict[str, str]) -> list[dict[str, Any]]:
    names = [name.removeprefix("new_") for name in words if name.startswith("new_")]
    return [
        {"label": label_of(name), "old": words.get(f"old_{name}", ""), "new": words[f"new_{name}"]}
        for name in names
    ]


def _facts(*rows: tuple[Any, Any, str]) -> Facts:
    return [{"label": label, "value": value, "url": url} for label, value, url in rows if value]


def _day(day: Any) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
