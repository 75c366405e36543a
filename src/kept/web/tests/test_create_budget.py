"""Opening a case through the API: so many statements and no more, whatever it sets going."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kept.people.actions import issue_token
from kept.people.models import User
from kept.promises.models import PromiseRule
from kept.web.tests.test_routes import world  # noqa: F401  # the fixture
from kept.web.tests.world import World

pytestmark = pytest.mark.django_db
MOST = {"postgresql": (12, 15), "sqlite": (15, 18)}
"""Without and with a promise; BEGIN and COMMIT not counted. Who asks and when, the request's key,
the case with its thread, words and numbers, who sees it and what it is found by; then the promise,
its clock and its line. PostgreSQL takes the last four updates as one.
"""


@pytest.mark.parametrize("promises", [False, True])
def test_a_case_is_opened_within_its_budget_of_statements(
    world: World,  # noqa: F811
    promises: bool,
) -> None:
    clerk = world.people["administrator"]
    if not promises:
        rules = PromiseRule.objects.filter(unit=clerk.company)
        rules.update(superseded_at=F("valid_from"))
    issue_token(clerk, by=User.objects.system(), name="Hotline")
    headers = {"authorization": f"Bearer {clerk.fresh_token}"}
    body = {"unit": clerk.unit.code, "route": "phone", "summary": "打印机漏油 A100"}
    for most in (
        1_000,
        MOST[connection.vendor][promises],
    ):  # the first call loads what the process keeps
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post(
                "/api/v1/cases",
                json.dumps(body),
                content_type="application/json",
                headers={**headers, "idempotency-key": uuid4().hex},
            )
        assert answer.status_code == 201, answer.content.decode()
        asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(asked) <= most, "\n".join(sql[:150] for sql in asked)
    assert any("promises_promise" in sql for sql in asked) == promises
