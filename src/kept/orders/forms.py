"""What the forms of prices ask, in the trade's words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.people.models import User
from kept.products.models import Product

declare(price=_("Price of a square metre"))
declare_for("orders.set_price", valid_from=_("Valid from"))
declare_for("orders.import_prices", batch=_("Rows"))


def _own_unit(product: Product, by: User) -> dict[str, Any]:
    return {"unit": product.company.code}


spec("orders.set_price", order=("price", "valid_from", "unit"), initial=_own_unit)
