"""The OpenAPI document holds: schemathesis sends what it allows and forbids to every address.

In one process, each request rolled back behind it, the same examples at every run. A long run:

    KEPT_API_EXAMPLES=50 .venv/bin/python -m pytest tests/api/test_schema.py -n 2
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

from kept.kit.actions import Action
from kept.kit.api.verbs import doors
from kept.people.models import Installation
from kept.web.api import document_text
from kept.web.tests.world import SHARED, World, models_by_plural
from tests.api.caller import token_of

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("KEPT_API_EXAMPLES", "3"))
LONG = EXAMPLES > 3
QUIET = {
    "suppress_health_check": list(HealthCheck),
    "deadline": None,
    "database": None,
    "derandomize": True,
    "phases": [Phase.explicit, Phase.generate] + ([Phase.shrink] if LONG else []),
}
CONFIG = {
    "phases": {"coverage": {"enabled": LONG}, "examples": {"enabled": True}},
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
    "checks": {
        # Bodies may be well formed and still be refused: that is what rules are for.
        "positive_data_acceptance": {"enabled": False},
        # What was not changed at all is still there, and what was refused was not.
        "use_after_free": {"enabled": False},
        "ensure_resource_availability": {"enabled": False},
        "ignored_auth": {"enabled": False},
    },
}

schema = schemathesis.openapi.from_dict(
    json.loads(document_text()), config=SchemathesisConfig.from_dict(CONFIG)
)
schema.app = get_wsgi_application()


@pytest.fixture(scope="module")
def token(world: World) -> Iterator[str]:
    """A token, while requests leave the connection of the test open behind them."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield token_of(world.own.person)
    for signal in signals:
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=EXAMPLES, **QUIET)
def test_the_api_does_what_its_document_says(case: Any, world: World, token: str) -> None:
    name_real_things(case, world)
    headers = {"Accept-Encoding": "identity"}
    if "Authorization" not in (case.headers or {}):
        headers["Authorization"] = f"Bearer {token}"
    with transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    case.validate_response(answer, headers=headers)


def name_real_things(case: Any, world: World) -> None:
    """Half of the requests are about things there are, so that they get past "not there"."""
    if sha256(repr((case.path_parameters, case.body)).encode("utf-8", "replace")).digest()[0] % 2:
        return
    head = case.path.removeprefix("/api/v1/").split("/")[0]
    if "ref" in (case.path_parameters or {}):
        case.path_parameters["ref"] = ref_of(models_by_plural()[head], world)
    action = by_operation().get(case.operation.definition.raw.get("operationId", ""))
    if action is not None and isinstance(case.body, dict):
        for param in action.params:
            if param.is_model and isinstance(case.body.get(param.name), str):
                case.body[param.name] = ref_of(param.type, world)


def ref_of(model: Any, world: World) -> str:
    """The reference of a thing of this kind in the caller's unit."""
    label = model._meta.label
    if label in SHARED:
        return str(Installation.objects.get().pk)
    if label not in world.own.things:
        row = model.objects.first()
        return str(getattr(row, "code", getattr(row, "pk", "1")))
    thing = world.own.thing(label)
    return str(getattr(thing, model.ref))


@cache
def by_operation() -> dict[str, Action]:
    return {action.name.replace(".", "_"): action for action in doors()}
