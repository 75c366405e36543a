"""The table of commands. Each is loaded when it is used: ``kept --help`` answers at once."""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click
from django.utils.translation import gettext as _

from kept import __version__
from kept.cli.setting_up import set_up
from kept.cli.worded import noop, say, speaking, worded
from kept.kit.outage import Unavailable, is_of_database, outage_of
from kept.kit.refusal import Refused

#: name: (where it is, one line of help)
COMMANDS = {
    "init": (
        "kept.cli.founding:init",
        noop("Found a company and its first administrator."),
    ),
    "serve": ("kept.cli.serving:serve_pages", noop("Serve pages and run the worker.")),
    "worker": (
        "kept.cli.running:worker",
        noop("Run a worker alone: notices, promises, seals, jobs."),
    ),
    "demo": (
        "kept.cli.demo:demo",
        noop("Open Kept with an invented group of five companies."),
    ),
    "user": ("kept.cli.users:user", noop("Add and list people, set passwords.")),
    "policy": ("kept.cli.policies:policy", noop("Show a company's policy or load a pack.")),
    "duties": (
        "kept.cli.duties:make_duties",
        noop("Make the duties of the next weeks now."),
    ),
    "import": ("kept.cli.importing:import_", noop("Bring in what another system kept.")),
    "backup": (
        "kept.cli.keeping:backup",
        noop("Write everything into one file while people work."),
    ),
    "restore": (
        "kept.cli.keeping:restore_from",
        noop("Fill an empty installation from a backup."),
    ),
    "move": (
        "kept.cli.moving:move_to",
        noop("Take a live installation to another database."),
    ),
    "clock": (
        "kept.cli.clock:clock",
        noop("Show the time here; move it on a test installation."),
    ),
    "openapi": (
        "kept.cli.openapi:openapi",
        noop("Print what the REST API takes and answers."),
    ),
    "reindex": (
        "kept.cli.reindexing:reindex_all",
        noop("Put right what can be found, as people work."),
    ),
    "replay": (
        "kept.cli.replaying:replay",
        noop("Run records, or one's promises, through rules."),
    ),
    "verify": (
        "kept.cli.proving:verify_all",
        noop("Prove that history is what was recorded."),
    ),
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
        command = getattr(import_module(module), attribute)
        return worded(command, click.Context(command, parent=context))

    def main(self, *args: Any, **options: Any) -> Any:
        """In the language of the terminal, click's own words too."""
        with speaking():
            worded(self, click.Context(self, **self.context_settings))
            return super().main(*args, **options)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("Commands")):
            formatter.write_dl([(name, say(text)) for name, (_where, text) in COMMANDS.items()])

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Refused as refused:
            raise click.ClickException(sentence_of(refused) + cause_of(refused)) from None
        except Exception as error:
            if (sentence := failure(error)) is None:
                raise
            raise click.ClickException(sentence) from None


def failure(error: Exception) -> str | None:
    """A bad day of the machine in a sentence; None for what is nobody's but a programmer's."""
    if outage := outage_of(error):
        return f"{outage}{first_words(error)}"
    if isinstance(error, OSError) and error.filename:
        return about_file(error)
    if is_of_database(error):
        return _("The database says: {error}").format(error=error).strip()
    return None


def about_file(error: OSError) -> str:
    """What is the matter with a file or folder somebody named."""
    words = FILE_FAULTS.get(type(error))
    sentence = words() if words else f"{{file}}: {os.strerror(error.errno or 0)}"
    return sentence.format(file=error.filename)


FILE_FAULTS: dict[type[OSError], Callable[[], str]] = {
    FileNotFoundError: lambda: _("There is no file or folder {file}, or none to put it in."),
    PermissionError: lambda: _("{file} may not be read or written by whoever runs this command."),
    FileExistsError: lambda: _("There is a file {file} already."),
    NotADirectoryError: lambda: _("{file}: part of this is a file, not a folder."),
    IsADirectoryError: lambda: _("{file} is a folder, not a file."),
}


def cause_of(refused: Refused) -> str:
    """Whoever runs a command may know what the machine itself said."""
    return first_words(refused.__cause__) if isinstance(refused, Unavailable) else ""


def first_words(error: BaseException | None) -> str:
    """The first line of what a driver or the system said, in brackets."""
    words = str(error or "").strip().partition("\n")[0]
    return f" ({words})" if words else ""


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
