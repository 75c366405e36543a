"""Story S3, step 1: a dealer's file is complete, or it is not begun.

D01's prepayment of 8,000.00 waits for the ledger; that D01 joined by prepayment stands in the file.
"""

import pytest

from kept.kit.testing.refusing import refused
from kept.parties.actions import add_dealer, set_level
from kept.parties.models import Account, DealerLevel, Joining
from kept.parties.queries import excellent_dealers
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from tests.stories.cast import at

pytestmark = pytest.mark.django_db


@pytest.mark.req("S3.01")
def test_story_s3_step_1():
    company = make_company("BZ", "Bizhi Wall Coverings", pack="wallcovering")
    office = make_unit(company, "BZ-OF", "Office", UnitKind.DEPARTMENT)
    specialist = make_user(office, "zhuan", "specialist", name="客服專員")
    manager = make_user(company, "xing", "admin_manager", name="行政經理")

    def enter(name: str, joins: Joining, **values) -> Account:
        whole = {
            "contact_name": f"{name}经理",
            "phone": f"1390000{name[1:]:0>4}",
            "joining": joins,
            **values,
        }
        return add_dealer(by=specialist, unit=office, name=name, **whole)

    with at("2026-04-01 09:00"):
        with refused("S3.01", field="joined_year"):
            enter("D01", Joining.PREPAYMENT)
        for field, missing in (("contact_name", ""), ("phone", ""), ("joining", None)):
            with refused(field=field):
                enter("D01", Joining.PREPAYMENT, **{"joined_year": 2019, field: missing})
        dealers = [
            enter("D01", Joining.PREPAYMENT, joined_year=2019),
            enter("D02", Joining.SAMPLE_BOOKS, joined_year=2021),
            enter("D03", Joining.SAMPLE_BOOKS, joined_year=2020),
            enter("D04", Joining.SAMPLE_BOOKS, joined_year=2024),
        ]
        level = DealerLevel.objects.get(unit=company, code="excellent")
        for dealer in (dealers[0], dealers[2]):
            set_level(dealer, by=manager, level=level)
    assert Account.objects.in_role("dealer").count() == 4
    assert {one.name for one in excellent_dealers(company)} == {"D01", "D03"}
