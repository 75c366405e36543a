"""An equipment maker: a desk that sends people, a branch with two engineers, a plant that waits."""

from types import SimpleNamespace

import pytest

from kept.cases.factories import make_case
from kept.kit import clock
from kept.parties.factories import make_account
from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import UnitKind
from tests.stories.cast import moment

#: A Tuesday.
NINE = moment("2026-06-09 09:00")


@pytest.fixture
def works(db):
    company = make_company("HJ", "Hengjian", pack="equipment")
    desk = make_unit(company, "HJ-SV", "Service desk", UnitKind.HOTLINE)
    branch = make_unit(company, "HJ-CS", "Changsha", UnitKind.BRANCH)
    works = SimpleNamespace(
        company=company,
        desk=desk,
        branch=branch,
        chief=make_user(company, "chief", "lead", name="Chief"),
        qin=make_user(desk, "qin", "clerk", name="Qin"),
        tong=give(make_user(desk, "tong", "dispatcher", name="Tong"), "dispatcher", company),
        li=make_user(branch, "li", "engineer", name="Li"),
        wei=make_user(branch, "wei", "engineer", name="Wei"),
    )
    with clock.at(NINE):
        works.plant = make_account(desk, "Xiangjiang Cement", contact_name="Peng")
        works.case = make_case(works.qin, summary="Bearing hot", account=works.plant)
        yield works
