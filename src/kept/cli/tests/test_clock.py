"""``kept clock``: forward only, and only where an installation was founded for tests."""

from datetime import timedelta

import pytest

from kept.cli.tests.test_commands import INIT
from kept.people.models import Installation, Unit
from kept.people.real_time import real_now


@pytest.mark.req("SX.04", part="a test installation's clock is moved at the command line")
def test_the_clock_of_a_test_installation_goes_forward_only(kept):
    assert kept(*INIT, "--for-tests", "--no-second-factor").exit_code == 0
    assert "ahead" not in kept("clock").output
    assert "ahead of real time by 3 days" in kept("clock", "+3d").output
    there = (real_now() + timedelta(days=10)).astimezone()
    assert kept("clock", there.isoformat()).exit_code == 0
    assert kept("clock", "+90m").exit_code == 0
    ahead = Installation.the().clock_offset - timedelta(days=10, minutes=90)
    assert abs(ahead) < timedelta(minutes=1)
    back = kept("clock", "2020-01-01T09:00")
    assert back.exit_code == 1 and "The clock moves forward only" in back.output
    nonsense = kept("clock", "soon")
    assert nonsense.exit_code == 1 and "“soon” is no moment" in nonsense.output
    company = Unit.objects.get(code="HN")
    assert company.thread.entries.filter(event="installation.clock_moved").count() == 3


def test_a_moment_without_a_zone_is_the_companys(kept):
    kept(*INIT, "--for-tests", "--no-second-factor")
    day = f"{real_now() + timedelta(days=5):%Y-%m-%d}"
    assert f"{day} 09:00:0" in kept("clock", f"{day}T09:00").output
    assert "+08:00" in kept("clock").output


@pytest.mark.req("SX.04", part="an installation for work keeps real time")
@pytest.mark.parametrize("row", [True, False])
def test_an_installation_for_work_keeps_real_time(kept, row):
    kept(*INIT, "--no-second-factor")
    if row:
        Installation.objects.create()
    refused = kept("clock", "+1d")
    assert refused.exit_code == 1 and "not made for moving its clock" in refused.output
    assert Installation.the().clock_offset == timedelta()


def test_an_installation_for_work_does_not_become_one_for_tests(kept):
    kept(*INIT, "--no-second-factor")
    other = [one.replace("HN", "OT").replace("boss", "chief") for one in INIT]
    refused = kept(*other, "--no-second-factor", "--for-tests")
    assert refused.exit_code == 1 and "an installation here already" in refused.output
    assert Unit.objects.companies().count() == 1
