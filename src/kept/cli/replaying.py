"""``kept replay``: what another system recorded run through rules, and what if a rule were another.

Ends with 0 when it could be replayed, however well, with 1 when the file, mapping or policy was
refused, with 2 when it was called wrongly.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter

import click
from django.utils.translation import gettext as _

from kept.cli.asking import company_named, require_database, say
from kept.cli.replay_told import (
    confusion,
    differences,
    rows_file,
    tables_of_what_if,
    years,
)
from kept.kit.refusal import InvalidInput
from kept.promises.clockwork import Duration
from kept.promises.replay import picture
from kept.promises.replay.differences import Difference, Differences
from kept.promises.replay.figures import figures_of
from kept.promises.replay.mapping import Mapping, mapping_named
from kept.promises.replay.reading import read_records
from kept.promises.replay.recorded import Records
from kept.promises.replay.rules import ReplayPolicy, policy_named
from kept.promises.replay.running import Replayed, Run
from kept.promises.replay.what_if import Compared, compare
from kept.promises.what_if.command import compare_company

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
SLOW, BETWEEN = 1.0, 0.2
UNREAD_SHOWN = 3


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option(
    "--mapping",
    "mapping_name",
    metavar="NAME|PATH",
    help="How to read the file (default: the shipped mapping that fits).",
)
@click.option(
    "--policy",
    "policy_name",
    metavar="NAME|PATH",
    help="The rules: shipped ones, a pack, or a TOML file (default: the mapping's).",
)
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="CODE=DURATION",
    help="What if this rule (or kind) took so long; may be given several times.",
)
@click.option(
    "--calendar", default="", metavar="CODE", help="What if it were counted by this calendar."
)
@click.option(
    "--duty",
    default="",
    metavar="CODE",
    help="The calendar of hours on duty; without it a company's duty rosters.",
)
@click.option("--csv", "csv_to", type=NEW_FILE, help="Where every row and its times go.")
@click.option("--picture", "picture_to", type=NEW_FILE, help="Where the picture goes, as SVG.")
@click.option("--company", help="Without FILE: the stored promises of this company.")
def replay(
    file: Path | None,
    mapping_name: str | None,
    policy_name: str | None,
    rules: Sequence[str],
    calendar: str,
    duty: str,
    csv_to: Path | None,
    picture_to: Path | None,
    company: str | None,
) -> None:
    """Run what another system recorded through rules and compare due times and verdicts.

    With --rule or --calendar: what would be kept, how late, and when deadlines would fall. Without
    FILE, with --company: the same over a company's own promises of the last twelve months.
    """
    begun = perf_counter()
    changes = [_change(one) for one in rules]
    is_what_if = bool(changes or calendar)
    if picture_to and not is_what_if:
        raise click.UsageError(_("A picture shows a what-if: give --rule or --calendar too."))
    if file is None:
        if csv_to or mapping_name or policy_name:
            raise click.UsageError(_("--csv, --mapping and --policy go with a file: name it."))
        _company(company, dict(changes), calendar, duty, picture_to, begun)
        return
    if company:
        raise click.UsageError(_("Name a file or a company, not both."))
    records, mapping = _read(file, mapping_name)
    policy = _policy(policy_name or mapping.policy, mapping, records)
    run = Run(policy, records.as_of, mapping.closing_time_as_next_opening)
    done = _run(run, records)
    sorted_out = Differences(run)
    found = sorted_out.sort(done) if any(one.matter.due for one in done) else None
    _tell_replay(records, mapping, done, found)
    then = None
    if is_what_if:
        changed = policy.changed(dict(changes), calendar)
        then = Run(changed, run.as_of, run.closing_time_as_next_opening)
        on_duty = policy.on_duty(duty or calendar)
        compared = compare(done, then, zone=mapping.zone, duty=on_duty)
        _tell_what_if(compared, picture_to, mapping.title)
    if csv_to:
        rows_file(csv_to, done, sorted_out.kinds, then, mapping.zone)
    _tell_time(records.rows, begun)


def _change(said: str) -> tuple[str, Duration]:
    """``reply=4 hours`` as a rule and its term. Raises InvalidInput."""
    code, sign, text = said.partition("=")
    if not sign or not code.strip():
        raise InvalidInput(
            _('“{said}” is no change of a rule. Write it as reply="4 hours".'),
            said=said,
            field="rule",
        )
    try:
        return code.strip(), Duration.of(text.strip())
    except ValueError as error:
        raise InvalidInput("{error}", error=error, field="rule") from None


def _read(file: Path, mapping_name: str | None) -> tuple[Records, Mapping]:
    given = mapping_named(mapping_name) if mapping_name else None
    slow = _Slow(file.name)
    records, mapping = read_records(file, given, lambda done, size: slow.tell(done / (size or 1)))
    slow.end()
    for one in records.unread[:UNREAD_SHOWN]:
        say(_("line {line}: {why}").format(line=one.line, why=one.why))
    if len(records.unread) > UNREAD_SHOWN:
        more = len(records.unread) - UNREAD_SHOWN
        say(_("{count} more rows could not be read.").format(count=f"{more:,}"))
    return records, mapping


def _policy(name: str, mapping: Mapping, records: Records) -> ReplayPolicy:
    if not name:
        raise click.UsageError(_("Name the rules to replay it with: --policy."))
    return policy_named(name, zone=mapping.zone, years=records.years(), kind=mapping.promise)


def _run(run: Run, records: Records) -> list[Replayed]:
    slow = _Slow(_("Rules"))
    done = run.all(records.matters, lambda count: slow.tell(count / len(records.matters)))
    slow.end()
    return done


def _tell_replay(
    records: Records, mapping: Mapping, done: list[Replayed], found: list[Difference] | None
) -> None:
    figures = figures_of(done, mapping.zone)
    click.echo(
        _("{title}: {rows} rows, {matters} matters, {unread} unread, {out} left out.").format(
            title=mapping.title or mapping.name,
            rows=f"{records.rows:,}",
            matters=f"{len(records.matters):,}",
            unread=f"{len(records.unread):,}",
            out=f"{records.left_out:,}",
        )
    )
    blocks: list[Iterable[str]] = [years(figures), confusion(figures)]
    if found is not None:
        blocks.insert(1, differences(found))
    for block in blocks:
        click.echo("")
        for line in block:
            click.echo(line)


def _tell_what_if(compared: Compared, picture_to: Path | None, title: str) -> None:
    for line in tables_of_what_if(compared):
        click.echo(line)
    if picture_to:
        drawn = picture.whole(compared.today, compared.changed, title or _("What if"))
        picture_to.write_text(drawn.in_file(), encoding="utf-8")
        say(_("The picture stands in {file}.").format(file=picture_to))


def _tell_time(rows: int, begun: float) -> None:
    seconds = perf_counter() - begun
    click.echo("")
    click.echo(_("{rows} rows in {seconds} s.").format(rows=f"{rows:,}", seconds=f"{seconds:.1f}"))


def _company(
    code: str | None,
    changes: dict[str, Duration],
    calendar: str,
    duty: str,
    picture_to: Path | None,
    begun: float,
) -> None:
    """The same over the stored promises of a company."""
    if not changes and not calendar:
        raise click.UsageError(_("Name a file, or say what should change: --rule, --calendar."))
    require_database()
    company = company_named(code)
    slow = _Slow(str(company))
    compared, skipped = compare_company(
        company, changes, calendar, duty, lambda done, total: slow.tell(done / (total or 1))
    )
    slow.end()
    _tell_what_if(compared, picture_to, str(company))
    if skipped:
        click.echo(
            _("{count} clock events could not have happened under the changed rule.").format(
                count=f"{skipped:,}"
            )
        )
    _tell_time(compared.today["count"], begun)


class _Slow:
    """How far something is, on the terminal of a person, once it takes longer than a second."""

    def __init__(self, label: str) -> None:
        self.label, self.begun = label, perf_counter()
        self.told = self.begun + SLOW - BETWEEN
        self.is_shown = False

    def tell(self, share: float) -> None:
        """Say which share is done."""
        now = perf_counter()
        if now - self.told < BETWEEN or not sys.stderr.isatty():
            return
        self.told, self.is_shown = now, True
        click.echo(f"\r{self.label} {share:4.0%}", err=True, nl=False)

    def end(self) -> None:
        """Done: the line goes."""
        if self.is_shown:
            click.echo("\r\x1b[K", err=True, nl=False)
