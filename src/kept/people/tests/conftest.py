"""One company with headquarters and a branch, and one other company, for tests of people."""

from collections.abc import Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind

PASSWORD = "promises-are-kept-4"


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """The house as it was founded: made once for all tests of a file, taken back behind them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _found()
        transaction.set_rollback(True)


@pytest.fixture
def house(founded: SimpleNamespace, db: None) -> SimpleNamespace:
    """Huaneng: headquarters with a hotline, the Hunan branch with a desk; and Sanxin beside it."""
    return deepcopy(founded)


def _found() -> SimpleNamespace:
    company = make_company()
    headquarters = make_unit(company, "HN-HQ", "Headquarters", UnitKind.HEADQUARTERS)
    hotline = make_unit(headquarters, "HN-HOT", "Hotline", UnitKind.HOTLINE)
    branch = make_unit(company, "HN-B", "Hunan branch", UnitKind.BRANCH)
    desk = make_unit(branch, "HN-B1", "Changsha desk")
    other = make_company("SX", "Sanxin")
    return SimpleNamespace(
        company=company,
        headquarters=headquarters,
        hotline=hotline,
        branch=branch,
        desk=desk,
        other=other,
        chief=make_user(company, "chief", "administrator", name="Chief"),
        second=make_user(company, "second", "administrator", name="Second"),
        lin=make_user(hotline, "lin", "clerk", name="林"),
        wang=make_user(hotline, "wang", "clerk", name="王"),
        branch_chief=make_user(branch, "zhou", "branch-administrator", name="周"),
        desk_clerk=make_user(desk, "he", "clerk", name="何"),
        stranger=make_user(other, "stranger", "administrator", name="Stranger"),
    )
