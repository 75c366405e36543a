"""One office for the tests of this module: a hotline with two clerks, a branch, a headquarters."""

from types import SimpleNamespace

import pytest

from kept.cases.factories import make_case
from kept.kit import clock
from kept.parties.actions import add_account
from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import UnitKind
from tests.stories.cast import moment

NINE = moment("2026-06-01 09:00")


@pytest.fixture
def office(db):
    company = make_company("YQ", "Yunqi Software", pack="software")
    centre = make_unit(company, "YQ-CS", "Service centre", UnitKind.HEADQUARTERS)
    hotline = make_unit(centre, "YQ-HL", "Hotline", UnitKind.HOTLINE)
    branch = make_unit(company, "YQ-HN", "Hunan branch", UnitKind.BRANCH)
    office = SimpleNamespace(
        company=company,
        centre=centre,
        hotline=hotline,
        branch=branch,
        chief=make_user(company, "chief", "lead", "administrator", name="Chief"),
        lin=make_user(hotline, "lin", "clerk", name="Lin"),
        mei=make_user(hotline, "mei", "clerk", name="Mei"),
        zhou=make_user(branch, "zhou", "engineer", name="Zhou"),
        board=make_user(centre, "board", "moderator", name="Luo"),
    )
    for login in ("lin", "mei", "board"):
        setattr(office, login, give(getattr(office, login), "directory", company))
    with clock.at(NINE):
        office.customer = add_account(
            by=office.chief,
            unit=branch,
            name="Xiangjiang Trading",
            contact_name="Peng",
            phone="13800138000",
        )
        office.case = make_case(office.lin, account=office.customer)
        yield office
