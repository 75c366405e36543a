"""One office whose day goes wrong, and the database as other processes see it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import UnitKind
from tests.bad_days.elsewhere import Elsewhere


@pytest.fixture
def office(transactional_db) -> SimpleNamespace:
    company = make_company("YQ", "Yunqi Software", pack="software")
    hotline = make_unit(company, "YQ-HL", "Hotline", UnitKind.HOTLINE)
    lin = make_user(hotline, "lin", "clerk", name="Lin")
    mei = make_user(hotline, "mei", "clerk", name="Mei", email="mei@example.com")
    return SimpleNamespace(
        company=company, hotline=hotline, lin=give(lin, "directory", company), mei=mei
    )


@pytest.fixture
def elsewhere(office, tmp_path: Path) -> Callable[[], Elsewhere]:
    """Call it once the data are there."""
    return lambda: Elsewhere(tmp_path)
