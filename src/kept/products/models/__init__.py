"""The catalogue, the installed base, contracts and warranty terms."""

from kept.products.models.contract import Contract
from kept.products.models.product import Product
from kept.products.models.terms import ProductPolicy, Start, WarrantyTerm
from kept.products.models.unit import Component, SerialUnit, UnitClass
from kept.products.models.usage import UsageNote

__all__ = [
    "Component",
    "Contract",
    "Product",
    "ProductPolicy",
    "SerialUnit",
    "Start",
    "UnitClass",
    "UsageNote",
    "WarrantyTerm",
]
