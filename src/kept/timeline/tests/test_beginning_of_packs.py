"""Roles and modules of a pack change on the pack's day, not before (SX.19)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from kept.kit import clock
from kept.people.actions import load_own_policy, load_policy
from kept.people.beginning import begin_parts
from kept.people.factories import make_company, make_user
from kept.people.models import PackPart, Role, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 2, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 1, tzinfo=UTC)
STRICT = """
base = "software"
modules = ["workforce"]

[[roles]]
code = "clerk"
name = { en = "Careful clerk" }
rights = ["cases.see"]

[[roles]]
code = "usher"
name = { en = "Usher" }
rights = ["people.see"]
"""


@pytest.fixture
def company():
    return make_company(pack="software")


def load_own(company, rules=STRICT, valid_from=SUMMER):
    system = User.objects.system()
    return load_own_policy(company, by=system, name="strict", rules=rules, valid_from=valid_from)


def rights_of(company, code) -> list[str]:
    return Role.objects.get(company=company, code=code).rights


@pytest.mark.req("SX.19", part="roles of a pack change on its day")
def test_roles_and_modules_of_a_pack_for_later_change_on_its_day(company) -> None:
    lin = make_user(company, "lin", "clerk")
    with clock.at(NOW):
        before = rights_of(company, "clerk")
        load_own(company)
        assert rights_of(company, "clerk") == before and len(before) > 1
        assert rights_of(company, "usher") == [], "named by other rules, and may do nothing yet"
        company.refresh_from_db()
        assert company.modules == []
    with clock.at(SUMMER - timedelta(microseconds=1)):
        assert begin_parts() == 0
    with clock.at(SUMMER):
        assert begin_parts() == 2
        assert begin_parts() == 0, "once"
        assert rights_of(company, "clerk") == ["cases.see"]
        assert rights_of(company, "usher") == ["people.see"]
        assert not User.objects.get(pk=lin.pk).holds("cases.open")
    company.refresh_from_db()
    assert company.modules == ["workforce"]
    assert apps.get_model("timeline.Entry").objects.filter(event="role.rights_changed").exists()


def test_roles_of_a_pack_for_now_change_at_once(company) -> None:
    with clock.at(NOW):
        load_own(company, valid_from=None)
    assert rights_of(company, "clerk") == ["cases.see"] and not PackPart.objects.exists()


def test_a_pack_that_another_one_overtakes_never_changes_roles(company) -> None:
    with clock.at(NOW):
        load_own(company, valid_from=AUTUMN)
        load_policy(company, by=User.objects.system(), pack="equipment", valid_from=SUMMER)
    with clock.at(AUTUMN):
        begin_parts()
    assert rights_of(company, "clerk") != ["cases.see"]


def test_a_worker_that_slept_takes_the_pack_that_holds(company) -> None:
    with clock.at(NOW):
        load_policy(company, by=User.objects.system(), pack="equipment", valid_from=SUMMER)
        load_own(company, valid_from=AUTUMN)
    with clock.at(AUTUMN + timedelta(days=3)):
        begin_parts()
    assert rights_of(company, "clerk") == ["cases.see"]
