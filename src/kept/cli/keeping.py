"""``kept backup`` and ``kept restore``: everything in one file, and back (SX.16)."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click
from django.conf import settings
from django.utils.translation import gettext as _

from kept.cli.asking import require_database, say
from kept.kit.outage import told
from kept.people.real_time import real_now
from kept.web.moving.archive import ENDING
from kept.web.moving.backing_up import BackedUp, back_up
from kept.web.moving.opening import store_of, url_here
from kept.web.moving.proving import verify_there
from kept.web.moving.restoring import Restored, restore

DAMAGED = 3
"""Exit code: all was done, and something was damaged already before."""
MEGABYTE = 1024 * 1024
SHOWN = 20


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-secret", is_flag=True, help="The secret key as well: keep such a file safe.")
@click.option("--quiet", is_flag=True, help="Only the name of the file, and what went wrong.")
def backup(file: Path | None, with_secret: bool, quiet: bool) -> None:
    """Back up a running installation into one new FILE: rows, attachments, seals.

    It may run while people work; the file holds everything as it stood at one moment. Without the
    secret key programs need new access keys after a restore, unless KEPT_HOME/secret-key is kept
    elsewhere. Exit code 3 when attachments were gone or damaged already.
    """
    require_database()
    file = file or Path(f"kept-{real_now():%Y%m%d-%H%M%S}{ENDING}")
    end_as_error()
    with ProgressLine(quiet) as progress, told():
        store = store_of(settings.DATABASES["default"])
        done = back_up(store, file, with_secret=with_secret, progress=progress)
    click.echo(str(file))
    _report_backup(done, with_secret, quiet)
    raise SystemExit(DAMAGED if done.damaged else 0)


def _report_backup(done: BackedUp, with_secret: bool, quiet: bool) -> None:
    if not quiet:
        words = _("{rows} rows and {files} attachments, {size:.1f} MB.")
        say(words.format(rows=done.rows, files=done.files, size=done.size / MEGABYTE))
    if with_secret:
        say(_("The file holds the secret key: whoever has it can sign as this installation."))
    report_damaged(done.damaged)


def report_damaged(names: Any) -> None:
    """Attachments that were no longer what was uploaded."""
    for name in list(names)[:SHOWN]:
        say(_("The attachment {name} is gone or damaged.").format(name=name))
    if len(names) > SHOWN:
        say(_("… and {count} more.").format(count=len(names) - SHOWN))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--quiet", is_flag=True, help="Only what went wrong.")
def restore_from(file: Path, quiet: bool) -> None:
    """Fill this empty installation from a backup FILE, and prove it.

    The file is checked first; a damaged one changes nothing. It may come from the other kind of
    database and from an older version. Exit code 3 when the proof finds what was damaged before.
    """
    end_as_error()
    url = url_here()
    with ProgressLine(quiet) as progress, told():
        done = restore(file, url, progress=progress)
    if not quiet:
        _report_restore(done)
    report_damaged(done.damaged)
    is_clean = prove(url, quiet)
    raise SystemExit(0 if is_clean else DAMAGED)


def _report_restore(done: Restored) -> None:
    say(_("{rows} rows and {files} attachments are back.").format(rows=done.rows, files=done.files))
    if done.is_older:
        say(_("The backup was older; its tables were brought forward to this version."))
    if done.seals_aside:
        say(_("The seals that were here are kept in {file}.").format(file=done.seals_aside))
    if not done.has_same_key:
        say(
            _(
                "The secret key is another one: programs need new access keys. Put back the old"
                " one (KEPT_HOME/secret-key or KEPT_SECRET_KEY) to keep those there are."
            )
        )
    say(_("Everybody signs in again."))


def prove(url: str, quiet: bool) -> bool:
    """Run ``kept verify`` on a database; whether all is as it was recorded."""
    if not quiet:
        say(_("Proving the history …"))
    report = verify_there(url)
    if not quiet:
        for what, count in report["counts"].items():
            say(f"{count:>10}  {what}")
    for fault in report["faults"][:SHOWN]:
        say(f"! {fault}")
    if not report["is_clean"]:
        words = _("{count} faults came along: every row is as it was before.")
        say(words.format(count=report["fault_count"]))
    elif not quiet:
        say(_("Everything is as it was recorded."))
    return report["is_clean"]


class ProgressLine:
    """One line that changes while something is carried; nothing where nobody looks."""

    def __init__(self, quiet: bool) -> None:
        self.is_shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Callable[[str, int], None]:
        return self._show

    def __exit__(self, *error: Any) -> None:
        if self.is_shown:
            click.echo("\r\033[K", nl=False, err=True)

    def _show(self, what: str, count: int) -> None:
        if self.is_shown:
            number = f"{count:>12,}" if count else ""
            click.echo(f"\r\033[K{what:<40.40}{number}", nl=False, err=True)


def end_as_error() -> None:
    """SIGTERM ends as an exception, so that no half file is left behind."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
