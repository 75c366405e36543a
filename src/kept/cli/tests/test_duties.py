"""``kept duties``: made at once, and nothing twice."""

import pytest
from click.testing import CliRunner

from kept.cli.commands import main
from kept.people.factories import make_user
from kept.promises.models import Duty
from kept.promises.tests.duty_rules import MONTH, bare_company, make_rule

pytestmark = pytest.mark.django_db


def test_it_makes_what_is_missing_and_says_how_much():
    company = bare_company()
    make_user(company, "lin", "clerk")
    make_rule(company, recurrence=MONTH)
    answer = CliRunner().invoke(main, ["duties"])
    made = Duty.objects.count()
    assert answer.exit_code == 0 and made in (2, 3)
    assert answer.output.strip() == f"{made} duties were made."
    assert CliRunner().invoke(main, ["duties"]).output.strip() == "0 duties were made."
    assert Duty.objects.count() == made
