"""Pages of products: the serial unit with its verdict on any day, contracts, the catalogue."""

from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from kept.kit import clock
from kept.kit.pages import DetailPage
from kept.products.models import Contract, Product, SerialUnit
from kept.products.shown import contract_facts, product_facts, story_of, unit_facts
from kept.products.verdict import verdict_on
from kept.products.wiring import serial_unit_panels


class SerialPage(DetailPage):
    """A unit: what it is, whose, of which class, and whether it is covered on the day asked."""

    model = SerialUnit
    template_name = "products/serial.html"
    related = ("thread", "company", "product", "account")

    def context(self, subject: SerialUnit) -> dict[str, Any]:
        today = clock.today(subject.company.zone)
        day = asked_day(self.request.GET.get("on", "")) or today
        return {
            "serial_unit": subject,
            "facts": unit_facts(subject),
            "day": day,
            "verdict": verdict_on(subject, day),
            "components": subject.components.select_related("supplier").order_by("ended_at", "pk"),
            "contracts": subject.contracts.order_by("-from_on"),
            "entries": story_of(subject),
            "panels": serial_unit_panels.ask(subject, self.request.user),
            "print_url": f"{subject.get_absolute_url()}print/",
            "state": "warned" if subject.unit_class == SerialUnit.Class.FAULTY else "plain",
        }


class SerialPaper(SerialPage):
    """The unit's card on A4, with the verdict on the day asked."""

    template_name = "products/serial_paper.html"

    def context(self, subject: SerialUnit) -> dict[str, Any]:
        found = super().context(subject)
        return {**found, "number": subject.serial, "back_url": subject.get_absolute_url()}


def asked_day(text: str) -> Any:
    """A day somebody typed, or None when it cannot be one."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 1900 < day.year < 2200 else None


class ContractPage(DetailPage):
    """A contract with the units it covers and the verdict on each today."""

    model = Contract
    template_name = "products/contract.html"
    related = ("thread", "company", "account")

    def context(self, subject: Contract) -> dict[str, Any]:
        reader: Any = self.request.user
        units = subject.serial_units.visible_to(reader)
        return {
            "facts": contract_facts(subject),
            "units": units.select_related("product").order_by("serial")[:200],
            "entries": story_of(subject),
            "state_label": _("ended") if subject.ended_at else "",
        }


class ProductPage(DetailPage):
    """A product of the catalogue."""

    model = Product
    template_name = "products/product.html"
    related = ("thread", "company")

    def context(self, subject: Product) -> dict[str, Any]:
        return {
            "facts": product_facts(subject),
            "entries": story_of(subject),
            "state_label": _("no longer served") if subject.ended_at else "",
        }
