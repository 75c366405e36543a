"""Opening a case through the API: so many statements and no more, whatever it sets going."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kept.people.actions import issue_token
from kept.web.tests.test_routes import world  # noqa: F401  # the fixture
from kept.web.tests.world import World

pytestmark = pytest.mark.django_db
BUDGET = 18
"""With the promises the company makes for every call; BEGIN and COMMIT not counted."""


def test_a_case_is_opened_within_its_budget_of_statements(world: World) -> None:  # noqa: F811
    clerk = world.people["administrator"]
    issue_token(clerk, by=clerk, name="Hotline")
    headers = {"authorization": f"Bearer {clerk.fresh_token}"}
    body = {"unit": clerk.unit.code, "route": "phone", "summary": "打印机漏油 A100"}
    for budget in (1_000, BUDGET):  # the first call loads what the process keeps
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post(
                "/api/v1/cases",
                json.dumps(body),
                content_type="application/json",
                headers={**headers, "idempotency-key": uuid4().hex},
            )
        assert answer.status_code == 201, answer.content.decode()
        asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(asked) <= budget, "\n".join(sql[:150] for sql in asked)
