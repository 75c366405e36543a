"""Two companies with a thing of every kind in each, and callers with tokens."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from kept.web.tests.world import World, make_world
from tests.api.caller import Caller, token_of


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for a module and rolled back behind it; each test is rolled back by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def caller(db: None, world: World) -> Caller:
    """A program of somebody who may do everything in their own unit."""
    return Caller(token_of(world.own.person))
