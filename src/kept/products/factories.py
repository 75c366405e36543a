"""Products and serial units for tests and the demo, made through actions."""

from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.products.actions import add_product, add_serial_unit
from kept.products.models import Product, SerialUnit


def make_product(unit: Unit, code: str = "K-100", name: str = "", **values) -> Product:
    """A product in the catalogue of a unit's company."""
    words = {"en": name or code, "zh-hans": name or code}
    return add_product(by=User.objects.system(), unit=unit, code=code, name=words, **values)


def make_serial(
    product: Product, serial: str, account: Account | None = None, **values
) -> SerialUnit:
    """A serial unit of a product, of the account where one is named."""
    unit = account.unit if account else product.company
    return add_serial_unit(
        by=User.objects.system(),
        unit=unit,
        product=product,
        serial=serial,
        account=account,
        **values,
    )
