"""The office that browser tests work in."""

from types import SimpleNamespace

from kept.cases.factories import make_case
from kept.parties.actions import add_account
from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import UnitKind


def an_office() -> SimpleNamespace:
    """A hotline with two clerks, a branch's customer with a phone, one open case of the first."""
    company = make_company("YQ", "Yunqi Software", pack="software")
    centre = make_unit(company, "YQ-CS", "Service centre", UnitKind.HEADQUARTERS)
    hotline = make_unit(centre, "YQ-HL", "Hotline", UnitKind.HOTLINE)
    branch = make_unit(company, "YQ-HN", "Hunan branch", UnitKind.BRANCH)
    chief = make_user(company, "chief", "lead", "administrator", name="Chief")
    lin, mei = (make_user(hotline, login, "clerk", name=login.title()) for login in ("lin", "mei"))
    lin, mei = give(lin, "directory", company), give(mei, "directory", company)
    customer = add_account(
        by=chief, unit=branch, name="湘江贸易", contact_name="彭卫国", phone="13800138000"
    )
    return SimpleNamespace(
        chief=chief, lin=lin, mei=mei, customer=customer, case=make_case(lin, account=customer)
    )
