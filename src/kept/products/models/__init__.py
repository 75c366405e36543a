"""The catalogue and the installed base."""

from kept.products.models.product import Product
from kept.products.models.unit import SerialUnit, UnitClass

__all__ = ["Product", "SerialUnit", "UnitClass"]
