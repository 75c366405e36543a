"""After every story everything is found by what it is, and nothing else is (SX.10)."""

from collections.abc import Iterator

import pytest

from kept.kit.verifying import verify


@pytest.fixture(autouse=True)
def search_in_step(db: None) -> Iterator[None]:
    """The index equals what a reindex would write."""
    yield
    for proof in ("search", "cases"):
        assert [str(fault) for fault in verify(only=proof).faults] == []
