"""The addresses a list's page leads to: itself in another order, page, format, or view."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kept.kit.lists.asked import Asked
from kept.kit.lists.columns import Column
from kept.kit.lists.order import Order
from kept.kit.lists.parts import Heading, OrderChoice
from kept.kit.lists.spoken import address


@dataclass(frozen=True)
class Addresses:
    """Made from what was asked, so that every link keeps the filter and the order."""

    asked: Asked
    orders: Mapping[str, Order]
    usual: str
    has_defaults: bool

    @property
    def current(self) -> str:
        """The order in force: the name of one of the list's, with "-" when turned round."""
        return self.asked.order or self.usual

    def kept(self, **changed: str) -> dict[str, str]:
        """What stays besides the filter."""
        return {"order": self.asked.order, **changed}

    def here(self, **changed: str) -> str:
        """This list as it is now, but for what is ``changed``."""
        asked = self.asked.values
        pairs = [(key, value) for key, values in asked.lists() for value in values]
        if self.has_defaults and not any(value for _key, value in pairs):
            pairs = [("all", "1")]
        return address([*pairs, *self.kept(**changed).items()])

    def unfiltered(self) -> str:
        """All rows in the same order."""
        return address([("all", "1"), *self.kept().items()])

    def heading(self, column: Column) -> Heading:
        """A column's heading: a click orders by it, another turns it round."""
        if not column.order:
            return Heading(column.key, column.label, column.css)
        turned = f"-{column.order}" if self.current == column.order else column.order
        is_current = self.current.removeprefix("-") == column.order
        url, direction = self.here(order=turned), self._direction() if is_current else ""
        return Heading(column.key, column.label, column.css, url, direction)

    def _direction(self) -> str:
        first = self.orders[self.current.removeprefix("-")].fields[0]
        is_down = first.startswith("-") != self.current.startswith("-")
        return "descending" if is_down else "ascending"

    def order_choices(self) -> list[OrderChoice]:
        """The orders that have a label, for a menu."""
        return [
            OrderChoice(order.label, self.here(order=name), name == self.current)
            for name, order in self.orders.items()
            if order.label
        ]


def as_orders(declared: Mapping[str, Any]) -> dict[str, Order]:
    """A list's orders; a plain tuple of fields is an order without a label."""
    return {
        name: order if isinstance(order, Order) else Order(*order)
        for name, order in declared.items()
    }
