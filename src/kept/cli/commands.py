"""The table of commands. Each is loaded when it is used: ``kept --help`` answers at once."""

import os
from importlib import import_module
from typing import Any

import click
from django.db import OperationalError, ProgrammingError

from kept import __version__
from kept.cli.setting_up import set_up
from kept.kit.refusal import Refused

#: name: (where it is, one line of help)
COMMANDS = {
    "init": ("kept.cli.founding:init", "Found a company and its first administrator."),
    "serve": ("kept.cli.serving:serve_pages", "Serve pages and run the worker."),
    "worker": ("kept.cli.running:worker", "Run a worker alone: notices, promises, seals, jobs."),
    "demo": ("kept.cli.demo:demo", "Open Kept with an invented group of five companies."),
    "user": ("kept.cli.users:user", "Add and list people, set passwords."),
    "policy": ("kept.cli.policies:policy", "Show a company's policy or load a pack."),
    "import": ("kept.cli.importing:import_", "Bring in what another system kept."),
    "verify": ("kept.cli.proving:verify_all", "Prove that history is what was recorded."),
}
#: Commands that begin without models and load them themselves.
LIGHT = {"serve"}
DEMO_HOME = "var/demo"


class Commands(click.Group):
    """The commands of the table, and what their refusals and failures look like."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        if name == "demo":
            os.environ.setdefault("KEPT_HOME", DEMO_HOME)
        if name not in LIGHT:
            set_up()
        module, _colon, attribute = COMMANDS[name][0].partition(":")
        return getattr(import_module(module), attribute)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_where, text) in COMMANDS.items()])

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Refused as refused:
            raise click.ClickException(sentence_of(refused)) from None
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(f"The database says: {error}".strip()) from None


def sentence_of(refused: Refused) -> str:
    """A refusal as a message: the sentence, the value it is about, the rule."""
    field = f"{refused.field}: " if refused.field else ""
    rule = f" [{refused.rule}]" if refused.rule else ""
    return f"{field}{refused}{rule}"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kept")
def main() -> None:
    """Kept: after-sales service software built on the promises a company keeps.

    Settings come from the environment: KEPT_HOME (where data stand, default ./var),
    KEPT_DATABASE_URL, KEPT_HOSTS, KEPT_HTTPS, KEPT_MAIL_URL.
    """
