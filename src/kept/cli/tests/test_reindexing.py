"""``kept reindex``: one kind or all, and what it says it did."""

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kept.cli.commands import main
from kept.parties.factories import make_account
from kept.people.factories import make_company, make_unit
from kept.people.models import Unit, UnitKind
from kept.products.factories import make_product
from kept.search.models import Document
from kept.search.reindexing import reindex

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.10", part="search")]


@pytest.fixture
def company():
    made = make_company()
    make_account(make_unit(made, "HN-1", kind=UnitKind.BRANCH), "长江印务")
    make_product(made, "K-100", "打印机")
    Document.objects.all().delete()
    return made


def test_one_kind_or_all_are_put_and_the_second_run_puts_none(company):
    answer = CliRunner().invoke(main, ["reindex", "--kind", "account", "--quiet"])
    assert answer.exit_code == 0, answer.output
    assert list(Document.objects.values_list("kind", flat=True)) == ["account"]
    assert "1 put into the index anew" in answer.stderr
    answer = CliRunner().invoke(main, ["reindex"])
    assert set(Document.objects.values_list("kind", flat=True)) == {"account", "product"}
    answer = CliRunner().invoke(main, ["reindex"])
    assert "0 put into the index anew, 0 taken out" in answer.stderr


def test_what_is_looked_at_together_is_asked_for_together(company):
    """Ten more customers are as many questions as one."""
    reindex(["account"])
    with CaptureQueriesContext(connection) as few:
        reindex(["account"])
    branch = Unit.objects.get(code="HN-1")
    for number in range(10):
        make_account(branch, f"长江{number}")
    with CaptureQueriesContext(connection) as many:
        assert reindex(["account"]).seen == 11
    assert len(many) == len(few)


def test_a_kind_that_is_none_is_refused_with_those_there_are(company):
    answer = CliRunner().invoke(main, ["reindex", "--kind", "nothing"])
    assert answer.exit_code == 1
    assert "“nothing”" in answer.output and "serial_unit" in answer.output
