"""A terminal for the command line's tests."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from kept.cli.commands import main


@pytest.fixture
def terminal(monkeypatch) -> pytest.MonkeyPatch:
    """The environment of an English terminal, whatever the machine speaks; to be changed."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "KEPT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    return monkeypatch


@pytest.fixture
def kept(db, settings, tmp_path, terminal) -> Callable[..., Result]:
    """Run ``kept …`` as nobody at a terminal would, in English."""
    settings.HOME = tmp_path
    terminal.chdir(tmp_path)

    def run(*arguments: str, typed: str = "", **environment: str) -> Result:
        result = CliRunner().invoke(main, arguments, input=typed, env=environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
