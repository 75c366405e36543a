"""S2, the equipment maker: an engineer is on site in the time the customer sets (S2.15)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kept.cases.factories import make_case
from kept.field.actions import arrive, dispatch_engineer, set_visit_time
from kept.field.models import Dispatch
from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.parties.factories import make_account
from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.promises.sweep import sweep
from tests.stories.cast import moment, promise_of

pytestmark = pytest.mark.django_db


@pytest.mark.req("S2.15")
def test_on_site_in_the_time_the_customer_sets(client) -> None:
    """Story S2, step 5: no dispatch without the customer's time; the arrival in time is kept, the
    late one a breach on record; nobody is sent to two places at once.
    """
    company = make_company("HJ", "Hengjian", pack="equipment")
    desk = make_unit(company, "HJ-SV", "Service desk", UnitKind.HOTLINE)
    branch = make_unit(company, "HJ-CS", "Changsha", UnitKind.BRANCH)
    qin = make_user(desk, "qin", "clerk", name="Qin")
    tong = give(make_user(desk, "tong", "dispatcher", name="Tong"), "dispatcher", company)
    li, wei = (make_user(branch, name.lower(), "engineer", name=name) for name in ("Li", "Wei"))
    friday = moment("2026-03-06 10:00")
    noon = moment("2026-03-06 12:00")
    with clock.at(moment("2026-03-05 09:00")):
        plant = make_account(desk, "Xiangjiang Cement", contact_name="Peng")
        first, second = (make_case(qin, summary=one, account=plant) for one in ("Kiln", "Mill"))
        with refused("S2.15") as refusal:
            dispatch_engineer(first, by=tong, engineer=li, agreed_from=friday)
        assert refusal.value.mend == f"/cases/{first.number}/set_visit_time/"
        set_visit_time(first, by=qin, required_by=noon, place="Changsha, Kiln 2")
        set_visit_time(second, by=qin, required_by=moment("2026-03-07 12:00"), place="Mill 1")
        job = dispatch_engineer(
            first, by=tong, engineer=li, agreed_from=friday, agreed_until=noon, hours=Decimal(48)
        )
        saturday = {"agreed_from": moment("2026-03-07 10:00"), "outside_hours": True}
        with refused("S2.15", field="engineer"):
            dispatch_engineer(second, by=tong, engineer=li, **saturday)
        client.force_login(tong)
        page = client.get("/engineers/?at=2026-03-07T10:00").content.decode()
        assert "busy until 2026-03-08 12:00" in page and "off duty" in page
        other = dispatch_engineer(second, by=tong, engineer=wei, **saturday)
    with clock.at(moment("2026-03-06 11:20")):
        arrive(job, by=li)
    kept = promise_of(first, "visit")
    assert (kept.state, kept.late_by, kept.person) == ("kept", timedelta(minutes=-40), li)
    with clock.at(moment("2026-03-07 12:30")):
        sweep()
        assert promise_of(second, "visit").breached_at == moment("2026-03-07 12:00")
        arrive(other, by=wei)
        broken = promise_of(second, "visit")
        assert (broken.state, broken.late_by, broken.person) == (
            "broken", timedelta(minutes=30), wei,
        )  # fmt: skip
        assert list(Dispatch.objects.late()) == [other]
        sheet = client.get("/dispatches/?late=yes&all=1&format=csv").getvalue().decode("utf-8-sig")
    assert other.number in sheet and "30 min late" in sheet and job.number not in sheet
