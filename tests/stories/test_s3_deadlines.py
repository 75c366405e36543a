"""S3: a complaint is accepted the same working day, and a leader decides within a day."""

from types import SimpleNamespace

import pytest

from kept.cases.actions import draft_post
from kept.cases.factories import make_case
from kept.cases.models import CaseKind, Route
from kept.people.factories import make_company, make_unit, make_user
from tests.stories.cast import at, moment, promise_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def walls() -> SimpleNamespace:
    company = make_company("BZ", "Bizhi Wall Coverings", pack="wallcovering")
    office = make_unit(company, "BZ-OF", "Office")
    return SimpleNamespace(
        company=company, zhuan=make_user(office, "zhuan", "specialist", name="客服專員")
    )


@pytest.mark.req("S3.33", part="accepted the same working day")
@pytest.mark.parametrize(
    ("received", "ends"),
    [("2026-06-10 16:50", "2026-06-11 00:00"), ("2026-06-13 10:00", "2026-06-16 00:00")],
)
def test_a_complaint_is_accepted_the_same_working_day(walls, received, ends):
    """One of Wednesday by the end of Wednesday, one of Saturday by the end of Monday."""
    with at(received):
        case = make_case(walls.zhuan, case_kind=CaseKind.COMPLAINT, summary="Seams open")
    promise = promise_of(case, "reply")
    assert promise.names_day
    assert (moment(ends) - promise.due_at).total_seconds() < 1


@pytest.mark.req("S3.40", part="decided within 24 hours")
def test_a_leader_decides_within_a_day(walls):
    with at("2026-06-12 16:00"):
        post = make_case(walls.zhuan, route=Route.FORUM, summary="Seams open")
        draft_post(post, by=walls.zhuan, answer="We come and look")
    assert promise_of(post, "approve").due_at == moment("2026-06-13 16:00")
