"""``kept import``: what another system kept, or a table in an office, comes in here.

Ends with 0 when every row is in or was here already, with 1 when rows or the file were refused,
with 2 when it was called wrongly.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from kept.cli.asking import company_named, require_database, say, unit_named, user_named
from kept.cli.commands import sentence_of
from kept.cli.worded import noop
from kept.kit.importing.forms import template_csv, template_xlsx
from kept.kit.importing.kinds import Fault, Kind, all_kinds
from kept.kit.importing.mapping import Mapping, mapping_named
from kept.kit.importing.running import Outcome, import_file
from kept.kit.importing.tables import How
from kept.kit.refusal import Refused
from kept.people.models import Unit, User
from kept.timeline.sight import scopes_above

CLOSING = "cases.close"
#: What each kind is called in the list of commands.
HELP = {
    "products": noop("Bring in the catalogue: models with family and standard size."),
    "accounts": noop(
        "Bring in customers and partners, each with a person, a phone and an address."
    ),
    "contacts": noop("Bring in people of customers that are here."),
    "units": noop("Bring in serial units: what stands where, with its dates."),
    "prices": noop("Bring in prices by the square metre, from a day on."),
    "cases": noop("Bring in cases with their own times as history."),
}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
OPTIONS = (
    click.option("--company", help="Code of the company (default: the only one)."),
    click.option("--unit", "unit_code", help="Code of the unit the rows belong to."),
    click.option("--dry-run", is_flag=True, help="Check every row and write nothing."),
    click.option("--map", "columns", multiple=True, metavar="COLUMN=FIELD",
                 help="Which column says a field; may be given several times."),
    click.option("--mapping", "mapping_name", metavar="NAME",
                 help="How to read the file: a shipped mapping, or a TOML or JSON file."),
    click.option("--sheet", default="", help="Name or number of the sheet to read."),
    click.option("--header-row", default=0, type=click.IntRange(min=0),
                 help="The line that names the columns (default: it is found)."),
    click.option("--encoding", default="", help="How the text is written (default: it is found)."),
    click.option("--month-first", is_flag=True, help="3/4/2024 is the fourth of March."),
    click.option("--faults", type=NEW_FILE, help="Where refused rows go: a .csv or .xlsx file."),
    click.option("--refused-in", default=".", help="Folder for FILE.refused.csv.",
                 type=click.Path(exists=True, file_okay=False, path_type=Path)),
    click.option("--template", type=NEW_FILE,
                 help="Write an empty table to fill in (.xlsx or .csv) and do nothing else."),
)  # fmt: skip
FOR_CASES = (
    click.option("--owner", help="User name of whoever answers for the open ones."),
    click.option("--source", help="What the references belong to (default: by the mapping)."),
)


@dataclass(frozen=True)
class Asked:
    """What was said about a file and about how it is to be brought in."""

    how: How = How()  # noqa: RUF009  # frozen
    mapping: Mapping | None = None
    columns: Sequence[str] = ()
    dry_run: bool = False
    faults_to: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)


@click.group("import")
def import_() -> None:
    """Bring in what another system kept: tables as XLSX, XLS or CSV, packed with gzip or not.

    A second run adds nothing. A broken row is refused with its line and the rest is kept. Ends with
    0 when every row is in, with 1 when rows were refused, with 2 when called wrongly.
    """


def _command(kind: Kind) -> click.Command:
    """``kept import KIND``, drawn from the declaration of the kind."""

    def run(file: Path | None, template: Path | None, **given: Any) -> None:
        if template is not None:
            return write_template(kind, template)
        if file is None:
            raise click.UsageError(_("Name the file to bring in, or give --template."))
        return bring_in_and_tell(kind, file, **given)

    command = click.argument("file", type=FILE, required=False)(run)
    for option in reversed((*OPTIONS, *(FOR_CASES if "owner" in kind.options else ()))):
        command = option(command)
    return click.command(kind.name, help=HELP[kind.name])(command)


for _kind in all_kinds():
    import_.add_command(_command(_kind))


def write_template(kind: Kind, path: Path) -> None:
    """An empty table of this kind, in the language of the terminal."""
    if path.suffix == ".csv":
        path.write_text(template_csv(kind), encoding="utf-8", newline="")
    else:
        with path.open("wb") as file:
            template_xlsx(kind, file)
    say(_("The table to fill in stands in {file}.").format(file=path))


def bring_in_and_tell(
    kind: Kind,
    file: Path,
    *,
    company: str | None,
    unit_code: str | None,
    columns: Sequence[str],
    mapping_name: str | None,
    dry_run: bool,
    faults: Path | None,
    refused_in: Path,
    sheet: str,
    header_row: int,
    encoding: str,
    month_first: bool,
    owner: str | None = None,
    source: str | None = None,
) -> None:
    """Bring in a file and say what came of it; ends with 1 when rows were refused."""
    require_database()
    unit = unit_named(unit_code) if unit_code else company_named(company)
    options: dict[str, Any] = {"source": source} if source else {}
    if "owner" in kind.options:
        options["owner"] = user_named(owner) if owner else first_who_may_close(unit)
    asked = Asked(
        How(encoding, sheet, header_row, month_first),
        mapping_named(kind, mapping_name) if mapping_name else None,
        columns,
        dry_run,
        faults or refused_in / f"{file.name.removesuffix('.gz')}.refused.csv",
        options,
    )
    done = bring_in(kind, file, unit, asked, told=_tell if dry_run else _tell_nobody)
    for line in report(done):
        click.echo(line)
    if done.refused:
        raise SystemExit(1)


def _tell(fault: Fault) -> None:
    click.echo(fault_line(fault))


def _tell_nobody(fault: Fault) -> None:
    """All stand in the file."""


def bring_in(
    kind: Kind,
    file: Path,
    unit: Unit,
    asked: Asked,
    told: Callable[[Fault], None] = _tell_nobody,
) -> Outcome:
    """Take in a file with a progress bar."""
    with click.progressbar(length=file.stat().st_size, label=file.name, file=sys.stderr) as bar:

        def progress(rows: int, done: int, size: int) -> None:
            if sys.stderr.isatty():
                bar.label = f"{file.name} {rows:>8,}"
            bar.update(done - bar.pos)

        return import_file(
            kind,
            file,
            unit=unit,
            by=User.objects.system(),
            options=asked.options,
            how=asked.how,
            mapping=asked.mapping,
            columns=asked.columns,
            dry_run=asked.dry_run,
            faults_to=asked.faults_to,
            progress=progress,
            told=told,
        )


def first_who_may_close(unit: Unit) -> User:
    """Whoever answers for cases that nobody here received: the manager of the unit, or the first
    person who may close cases there. Raises Refused when there is nobody.
    """
    if unit.manager is not None:
        return unit.manager
    scopes = scopes_above(unit)
    for person in User.objects.staff_of(unit.company):
        if scopes & set(person.scopes_with(CLOSING)):
            return person
    raise Refused(
        _("Nobody may close cases in {unit}. Add somebody (kept user add) or name an --owner."),
        unit=unit,
        rule="S1.48",
    )


def report(done: Outcome) -> list[str]:
    """What became of a file, in lines."""
    for one in done.told:
        say(one)
    lines = [_("Nothing was written: this was a dry run.")] if done.dry_run else []
    lines.append(done.sentence)
    lines.append(_("{known} rows were here already.").format(known=done.known))
    if done.noted:
        lines.append(_("{noted} rows came in with a warning:").format(noted=done.noted))
        lines += [f"  {fault_line(note)}" for note in done.first_notes]
    if done.refused:
        lines.append(_("{refused} rows were refused:").format(refused=done.refused))
        lines += [] if done.dry_run else [f"  {fault_line(one)}" for one in done.first_faults]
        say(_("All refused rows stand in {file}.").format(file=done.faults_file))
    return lines


def fault_line(fault: Fault) -> str:
    """A fault as one line: where it stands, why, and what stands there."""
    at = _("line {line}").format(line=fault.line)
    said = f"{at}: {sentence_of(fault.refused)}"
    if not fault.column:
        return said
    where = _("column “{column}”: “{value}”").format(column=fault.column, value=fault.value)
    return f"{said} ({where})"
