"""Reads across products: a unit by its serial, what an account owns."""

from datetime import date

from django.db.models import QuerySet

from kept.parties.models import Account
from kept.people.models import Unit
from kept.products.models import SerialUnit
from kept.products.serials import serial_key
from kept.timeline.models import ThreadedQuerySet


def find_serial(unit: Unit, serial: str) -> SerialUnit | None:
    """The unit of a company under a serial number, however it is written; None when unknown."""
    key = serial_key(serial)
    if not key:
        return None
    rows = SerialUnit.objects.filter(company=unit.company_id, serial_key=key)
    return rows.select_related("product", "account", "company").first()


def owned_by(account: Account) -> ThreadedQuerySet:
    """What an account owns, the newest first."""
    rows = SerialUnit.objects.filter(account=account).select_related("product", "company")
    return rows.order_by("-pk")


def covered_until_before(units: QuerySet, day: date) -> QuerySet:
    """Units whose cover, as worked out last, ends before a day."""
    return units.filter(warranty_until__lt=day)
