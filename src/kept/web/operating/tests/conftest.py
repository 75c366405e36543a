"""The log as others read it, and an office with somebody in it."""

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from kept.people.actions import issue_token
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.web.operating import logs

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Call it: the lines written since the last call."""
    logs.configure({"level": "debug", "format": "json"})
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    logs.configure({"usual": "warning"})


@pytest.fixture
def office(db: None) -> SimpleNamespace:
    company = make_company("YQ", "Yunqi Software", pack="software")
    hotline = make_unit(company, "YQ-HL", "Hotline", UnitKind.HOTLINE)
    return SimpleNamespace(company=company, hotline=hotline, lin=make_user(hotline, "lin", "clerk"))


def bearer(user: User) -> dict[str, str]:
    token = issue_token(user, by=User.objects.system(), name="test").fresh_token
    return {"authorization": f"Bearer {token}"}
