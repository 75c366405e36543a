"""The cast of the timeline's tests: a company with two units and a clerk in each."""

from types import SimpleNamespace

import pytest

from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind


@pytest.fixture
def cast(db, settings, tmp_path) -> SimpleNamespace:
    settings.HOME = tmp_path
    company = make_company()
    north = make_unit(company, "HN-N", "North", UnitKind.BRANCH)
    south = make_unit(company, "HN-S", "South", UnitKind.BRANCH)
    return SimpleNamespace(
        company=company,
        north=north,
        south=south,
        lin=make_user(north, "lin", "clerk", name="Lin"),
        wang=make_user(south, "wang", "clerk", name="Wang"),
    )
