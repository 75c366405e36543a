"""A company of a trade to ask services of, for stories of what the packs offer."""

from types import SimpleNamespace

from kept.cases.actions import (
    fill_request,
)
from kept.cases.models import Case
from kept.cases.requests.values import FieldValue
from kept.people.actions import appoint_manager
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.products.factories import make_product
from kept.timeline.models import Notice

NOW = "2026-06-08 09:00"


def house(pack: str) -> SimpleNamespace:
    """A company of a trade with a service desk: a clerk, a lead, a product and somebody served."""
    company = make_company("WH", "Weihua", pack=pack)
    is_split = pack == "software"  # its customers lie in the territories of branches
    desk = make_unit(company, "WH-SV", kind=UnitKind.BRANCH if is_split else UnitKind.HEADQUARTERS)
    clerk = make_user(desk, "lin", "clerk")
    lead = make_user(company, "chief", "lead", phone="13811110000")
    appoint_manager(desk, by=User.objects.system(), manager=lead)
    other = make_unit(company, "WH-SA", "Sales")
    seller = make_user(other, "mai", "clerk")
    make_product(company, "P-1")
    return SimpleNamespace(
        company=company, desk=desk, clerk=clerk, lead=lead, other=other, seller=seller
    )


def fill(case: Case, by: User, **fields: str) -> Case:
    return fill_request(case, by=by, values=[FieldValue(*pair) for pair in fields.items()])


def late_notices(case: Case, person: User) -> bool:
    return Notice.objects.filter(
        event="promise.breached", channel="screen", thread=case.thread, to=person
    ).exists()
