"""``kept move``: a live installation goes to another database, and nothing is lost."""

from pathlib import Path

import click
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, Storage, default_storage, storages
from django.utils.translation import gettext as _

from kept.cli.asking import require_database, say
from kept.cli.keeping import DAMAGED, ProgressLine, end_as_error, prove, report_damaged
from kept.kit.outage import told
from kept.kit.refusal import InvalidInput
from kept.web.database import database_from_url
from kept.web.files import files_from_url
from kept.web.moving.carrying import Moved, copy_files, move
from kept.web.moving.making import URL
from kept.web.moving.opening import store_of

FILES_URL = "KEPT_FILES_URL"
PROBE = "is-it-there"


@click.command("move")
@click.argument("url", required=False)
@click.option("--files", "files_url", help="Copy the attachments into this store of files as well.")
@click.option("--back", is_flag=True, help="Stay here after all: let this database take changes.")
@click.option("--quiet", is_flag=True, help="Only what to set, and what went wrong.")
def move_to(url: str | None, files_url: str | None, back: bool, quiet: bool) -> None:
    """Move this installation into the empty database of URL: postgresql://… or sqlite:///….

    People may go on reading; whatever they want to change is refused until the move is done, and
    here for good. Every row is compared. Killed half way, it is simply run again. With --files
    alone only attachments are copied.
    """
    require_database()
    end_as_error()
    if back:
        _stay()
    elif url:
        _move(url, files_url, quiet)
    elif files_url:
        raise SystemExit(DAMAGED if _copy_files(files_url, quiet) else 0)
    else:
        raise click.UsageError(_("Name the database to move to, or say --files or --back."))


def _stay() -> None:
    store = store_of(settings.DATABASES["default"])
    with told():
        was_closed = store.open_writing()
    say(_("This database takes changes again.") if was_closed else _("Nothing was moving."))


def _move(url: str, files_url: str | None, quiet: bool) -> None:
    _require_address(url)
    if files_url:
        with told():
            storage_at(files_url).exists(PROBE)  # not found out when the rows have moved
    source = store_of(settings.DATABASES["default"])
    with ProgressLine(quiet) as progress, told():
        moved = move(source, url, progress)
    damaged = _copy_files(files_url, quiet) if files_url else []
    is_clean = prove(url, quiet)
    _report(moved, url, files_url, quiet)
    raise SystemExit(0 if is_clean and not damaged else DAMAGED)


def _require_address(url: str) -> None:
    """Raise InvalidInput unless the URL names a database, the same one from any folder."""
    try:
        there = database_from_url(url)
    except ImproperlyConfigured as error:
        raise InvalidInput("{error}", error=error, field="url") from None
    if there["ENGINE"].endswith("sqlite3") and not Path(there["NAME"]).is_absolute():
        raise InvalidInput(
            _("Write the whole path of the SQLite file, with four slashes: sqlite:////srv/…"),
            field="url",
        )


def _copy_files(files_url: str, quiet: bool) -> list[str]:
    source = store_of(settings.DATABASES["default"])
    with ProgressLine(quiet) as progress, told():
        count, damaged = copy_files(source, default_storage, storage_at(files_url), progress)
    say(_("{count} attachments were copied and compared.").format(count=count))
    report_damaged(damaged)
    return damaged


def storage_at(url: str) -> Storage:
    """The store of files of a URL. Raises InvalidInput when it is none."""
    try:
        return storages.create_storage(files_from_url(url))
    except (InvalidStorageError, ImproperlyConfigured, ValueError) as error:
        raise InvalidInput("{error}", error=error, field="--files") from None


def _report(moved: Moved, url: str, files_url: str | None, quiet: bool) -> None:
    words = _(
        "{rows} rows in {tables} tables came over and were compared; {threads} stories with"
        " {entries} entries end as they did ({digest})."
    )
    said = vars(moved.heads) | {"digest": moved.heads.digest[:16]}
    if not quiet:
        say(words.format(rows=moved.rows, tables=moved.tables, **said))
        say(_("Start Kept from now on with:"))
    click.echo(f"{URL}={url}")
    if files_url:
        click.echo(f"{FILES_URL}={files_url}")
    if not quiet:
        say(
            _(
                "Here nothing can be changed any more. `kept move --back` lifts that, should you"
                " stay."
            )
        )
