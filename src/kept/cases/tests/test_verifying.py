"""``kept verify`` names a case whose row was changed behind its story."""

import pytest

from kept.cases.actions import enter_result, reassign_owner
from kept.cases.factories import make_case
from kept.cases.models import Case
from kept.kit.verifying import verify
from kept.people.factories import make_company, make_user
from kept.people.models import User
from kept.timeline.models import Thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    company = make_company("HN", "Huaning")
    clerk, other = make_user(company, "wang", "clerk"), make_user(company, "li", "clerk")
    moved, still = make_case(clerk), make_case(clerk)
    enter_result(moved, by=clerk, result="Seal replaced")
    reassign_owner(moved, by=make_user(company, "lead", "lead"), owner=other, reason="On leave")
    assert verify(only="cases").counts["cases"] == 2
    assert verify(only="cases").is_clean
    return moved, still


def faults() -> list[str]:
    return [str(fault) for fault in verify(only="cases").faults]


@pytest.mark.parametrize(
    ("field", "value"), [("status", "closed"), ("status", "open"), ("number", "HN-C26-000099")]
)
def test_a_changed_row_is_named(house, field, value):
    Case.objects.filter(pk=house[0].pk).update(**{field: value})
    (fault,) = faults()
    assert house[0].number in fault
    assert value in fault


def test_a_changed_owner_is_named(house):
    moved, still = house
    Case.objects.filter(pk=moved.pk).update(owner=User.objects.get(username="wang"))
    Case.objects.filter(pk=still.pk).update(owner=User.objects.get(username="li"))
    assert [fault.split(":")[0] for fault in faults()] == [moved.number, still.number]


def test_a_story_closed_by_hand_is_named(house):
    Thread.objects.filter(pk=house[1].thread_id).update(is_open=False)
    (fault,) = faults()
    assert house[1].number in fault
