"""Accounts for tests and the demo, made through actions."""

from kept.parties.actions import (
    activate,
    add_account,
    add_dealer,
    add_station,
    post_field_staff,
)
from kept.parties.models import Account, Joining
from kept.people.models import Unit, User


def make_account(unit: Unit, name: str = "Test Company", **values) -> Account:
    """A customer in the territory of a unit."""
    return add_account(by=User.objects.system(), unit=unit, name=name, **values)


def make_dealer(unit: Unit, name: str = "Dealer", **values) -> Account:
    """A dealer whose file is complete (S3.01)."""
    values.setdefault("contact_name", "周敏")
    values.setdefault("phone", "13900001111")
    values.setdefault("joined_year", 2020)
    values.setdefault("joining", Joining.PREPAYMENT)
    return add_dealer(by=User.objects.system(), unit=unit, name=name, **values)


def make_station(
    unit: Unit, code: str, manager: User, *, name: str = "", region: str = "浙江", **values
) -> Account:
    """An active service station with a field manager posted to its region."""
    system = User.objects.system()
    if not manager.postings.filter(region=region, until_on=None).exists():
        post_field_staff(manager, by=system, region=region)
    values.setdefault("contact_name", "站长")
    values.setdefault("phone", "13700002222")
    station = add_station(
        by=system,
        unit=unit,
        code=code,
        name=name or f"Station {code}",
        region=region,
        field_manager=manager,
        **values,
    )
    return activate(station, by=system)
