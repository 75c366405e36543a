"""``kept import``: what another system kept becomes history here."""

import sys
from pathlib import Path

import click
from django.utils.translation import gettext as _

from kept.cases.importing.mapping import mapping, shipped
from kept.cases.importing.running import Outcome, import_file
from kept.cli.asking import company_named, require_database, say, unit_named, user_named
from kept.cli.commands import sentence_of
from kept.kit.refusal import Refused
from kept.people.models import Unit, User
from kept.timeline.sight import scopes_above

CLOSING = "cases.close"


@click.group("import")
def import_() -> None:
    """Bring in what another system kept."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--company", help="Code of the company (default: the only one).")
@click.option("--unit", "unit_code", help="Code of the unit whose queue they lie in.")
@click.option("--owner", help="User name of whoever answers for the open ones.")
@click.option(
    "--mapping",
    "mapping_name",
    help=f"How to read the file: {', '.join(shipped())}, or a TOML file of your own.",
)
@click.option(
    "--refused-in",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the file of refused rows goes.",
)
def cases(
    file: Path,
    company: str | None,
    unit_code: str | None,
    owner: str | None,
    mapping_name: str | None,
    refused_in: Path,
) -> None:
    """Bring in cases from a table (CSV, packed or not, or XLSX) with their own times as history.

    A second run adds nothing. A broken row is refused with its line number and the rest is kept.
    """
    require_database()
    unit = unit_named(unit_code) if unit_code else company_named(company)
    answering = user_named(owner) if owner else first_who_may_close(unit)
    done = bring_in(file, unit, answering, mapping_name, refused_in)
    for line in report(done):
        click.echo(line)


def bring_in(
    file: Path, unit: Unit, owner: User, mapping_name: str | None, refused_in: Path = Path()
) -> Outcome:
    """Take over a file with a progress bar."""
    system = User.objects.system()
    with click.progressbar(length=file.stat().st_size, label=file.name, file=sys.stderr) as bar:

        def progress(rows: int, done: int, size: int) -> None:
            if sys.stderr.isatty():
                bar.label = f"{file.name} {rows:>8,}"
            bar.update(done - bar.pos)

        return import_file(
            file,
            unit=unit,
            owner=owner,
            by=system,
            mapping=mapping(mapping_name) if mapping_name else None,
            progress=progress,
            refused_in=refused_in,
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
    lines = [
        _("{made} cases taken over, {open} of them open.").format(
            made=done.made, open=done.still_open
        ),
        _("{known} rows were here already.").format(known=done.known),
    ]
    if done.refused:
        lines.append(_("{refused} rows were refused:").format(refused=done.refused))
        for fault in done.first_faults:
            at = _("line {line}").format(line=fault.line)
            lines.append(f"  {at}: {sentence_of(fault.refused)}")
        say(_("All refused rows stand in {file}.").format(file=done.faults_file))
    return lines
