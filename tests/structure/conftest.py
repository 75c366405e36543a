"""Everything of the house is imported first: an action counts wherever it is written."""

from importlib import import_module

import pytest

from kept.kit.testing.structural.sources import all_sources

RUN_BY_OTHERS = ("__main__.py", "wsgi.py")


@pytest.fixture(scope="session", autouse=True)
def whole_house() -> None:
    """Import every file of the program, also those only a command needs."""
    for source in all_sources():
        if not source.name.endswith(RUN_BY_OTHERS):
            name = source.name.removeprefix("src/").removesuffix(".py").replace("/", ".")
            import_module(name.removesuffix(".__init__"))
