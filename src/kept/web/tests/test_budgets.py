"""Every page there is answers with few queries: new ones are asked by themselves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kept.kit.lists import List
from kept.web.tests.test_routes import (
    SESSION_PAGES,
    Route,
    client_of,
    key_of,
    keyed_routes,
    routes,
    thing_for,
    world,  # noqa: F401  # the fixture
)
from kept.web.tests.world import World

pytestmark = pytest.mark.django_db
LIST_QUERIES = 18
PAGE_QUERIES = 36
#: Pages that ask each module for its part: one query for each kind of rule.
LARGER = {"/policy/": 60}


def pages_of(place: World) -> list[tuple[str, int]]:
    """Every page somebody opens, with the most queries it may ask."""
    found = [
        (f"/{one.address}", LIST_QUERIES if is_list(one) else PAGE_QUERIES)
        for one in routes()
        if not one.has_key and is_page(one) and one.address not in SESSION_PAGES
    ]
    for one in keyed_routes():
        if is_page(one) and (label := one.model_label()):
            found.append((one.to(key_of(thing_for(place, label))), PAGE_QUERIES))
    return found


def is_page(route: Route) -> bool:
    return route.view is not None and not route.is_api


def is_list(route: Route) -> bool:
    return issubclass(route.view, List)


def test_every_page_keeps_its_query_budget(world: World) -> None:  # noqa: F811
    client = client_of(world.people["administrator"])
    over, opened = [], 0
    for address, budget in pages_of(world):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        opened += answer.status_code == 200
        budget = LARGER.get(address, budget)
        if answer.status_code >= 500 or len(queries) > budget:
            over.append(f"{address}: {answer.status_code}, {len(queries)} queries of {budget}")
    assert not over, "\n".join(over)
    assert opened > 100
