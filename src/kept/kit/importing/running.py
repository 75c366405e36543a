"""A whole file: read, mapped, taken in batch by batch; refused rows go into a file of their own."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Values
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from kept.kit.importing import kinds
from kept.kit.importing.headers import Score, folded
from kept.kit.importing.kinds import Batch, Fault, Imported, Kind, Seen
from kept.kit.importing.mapping import (
    Mapping,
    how_of,
    mapping_for,
    require_complete,
    said,
    shipped_mappings,
    with_columns,
)
from kept.kit.importing.reading import open_table
from kept.kit.importing.refused import OWN, FaultsFile
from kept.kit.importing.tables import How, Row, Table, Told
from kept.kit.outage import Unavailable
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.words import Listed

FIRST = 10
"""Faults told at once; all of them stand in the file."""
UNNAMED = "table"
"""What references belong to where nobody says it."""
LONGEST_SHOWN = 60
SAMPLE_ROWS = 5
Progress = Callable[[int, int, int], None]


def no_progress(rows: int, done: int, size: int) -> None:
    """Nobody is told."""


@dataclass
class Outcome:
    """What became of a file. ``first_faults`` are the first ten; ``faults_file`` holds all."""

    kind: Kind
    dry_run: bool = False
    rows: int = 0
    made: int = 0
    known: int = 0
    refused: int = 0
    noted: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    faults_file: Path | None = None
    first_faults: list[Fault] = field(default_factory=list)
    first_notes: list[Fault] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    seen: Seen = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What came in, in the words of the kind."""
        return str(self.kind.tells).format_map(self.counted | Counter(made=self.made))

    def add(self, done: Imported) -> None:
        self.made += len(done.made)
        self.known += done.known
        self.counted.update(done.counted)
        self.seen.update(done.seen)


@dataclass
class Look:
    """What a file looks like before it is brought in, for the page that asks about its columns.

    ``columns`` is the column proposed for each field, ``unused`` those nobody reads, ``missing``
    required fields that no column says.
    """

    header: list[str]
    header_line: int
    sheets: list[str]
    sheet: str
    encoding: str
    told: list[Told]
    columns: dict[str, str]
    unused: list[str]
    missing: list[str]
    rows: list[Row]


def look(kind: Kind, path: Path, *, how: How | None = None, mapping: Mapping | None = None,
         columns: Sequence[str] = (), zone: str = "UTC") -> Look:  # fmt: skip
    """Read the beginning of a file. Raises InvalidInput when it is no table."""
    table = opened(kind, path, how=how, mapping=mapping, columns=columns)
    with table.file:
        found = chosen_mapping(kind, table.header, mapping, columns, zone)
        rows = list(islice(table.rows, SAMPLE_ROWS))
    named = {one.name: found.column_of(one.name) for one in kind.fields}
    fits = [one for one in found.wanted if one in table.header]
    return Look(
        header=table.header,
        header_line=table.header_line,
        sheets=table.opened.sheets,
        sheet=table.opened.sheet,
        encoding=table.opened.encoding,
        told=table.told,
        columns={name: column for name, column in named.items() if column},
        unused=[one for one in table.header if one not in fits and not one.startswith(OWN)],
        missing=found.missing(),
        rows=rows,
    )


def opened(kind: Kind, path: Path, *, how: How | None = None, mapping: Mapping | None = None,
           columns: Sequence[str] = ()) -> Table:  # fmt: skip
    """A file with its header found by the columns that are looked for."""
    score = _score(kind, mapping, said(kind, columns) if columns else None)
    return open_table(path, how_of(mapping, how or How()), score)


def _score(kind: Kind, *mappings: Mapping | None) -> Score:
    known = {folded(one) for mapping in mappings if mapping for one in mapping.wanted}
    if not known:
        known = {way for one in kind.fields for way in one.spellings}
        known |= {folded(one) for shipped in shipped_mappings(kind) for one in shipped.wanted}
    return lambda row: len({folded(cell) for cell in row if cell} & known)


def chosen_mapping(
    kind: Kind, header: Sequence[str], mapping: Mapping | None, columns: Sequence[str], zone: str
) -> Mapping:
    """The mapping somebody gave, else the one found; columns named one by one come first."""
    found = mapping or mapping_for(kind, header, zone)
    if columns:
        named = said(kind, columns, zone)
        found = with_columns(found, named.bound(header) if named.fits(header) else named)
    return found.bound(header) if found.fits(header) else found


def import_file(
    kind: Kind,
    path: Path,
    *,
    unit: Any,
    by: Any,
    options: Values[str, Any] | None = None,
    how: How | None = None,
    mapping: Mapping | None = None,
    columns: Sequence[str] = (),
    dry_run: bool = False,
    faults_to: Path | None = None,
    source: str = "",
    progress: Progress = no_progress,
    told: Callable[[Fault], None] = lambda fault: None,
) -> Outcome:
    """Take in every row of a file. Raises InvalidInput when it cannot be read as a whole.

    ``columns`` are pairs ``Their column=our_field``; ``options`` what the kind asks for besides.
    ``progress`` is told after every batch: rows so far, bytes read, bytes in all; ``told`` of every
    fault as it is found. What was refused stands in ``faults_to`` (CSV or XLSX by its name).
    A second run adds nothing. A dry run writes nothing but that file.
    """
    table = opened(kind, path, how=how, mapping=mapping, columns=columns)
    with table.file:
        found = chosen_mapping(kind, table.header, mapping, columns, unit.zone)
        if how is not None and how.month_first:
            found = replace(found, month_first=True)
        require_complete(found, table.header)
        faults = FaultsFile(faults_to or path.with_name(f"{path.name}.refused.csv"), table.header)
        outcome = Outcome(kind, dry_run, told=[*table.told, *_unused(found, table.header)])
        places = {"unit": unit, "by": by, **(options or {})}
        if "source" in kind.options:
            places.setdefault("source", found.source or UNNAMED)
        run = Run(kind, found, outcome, faults, told, source or path.name, places)
        with faults:
            for batch in _batches(table):
                try:
                    with uncollected():
                        run.take_in(batch)
                except (OperationalError, Unavailable) as error:
                    raise _stopped(path, batch, error) from error
                progress(outcome.rows, table.done, table.size)
    outcome.faults_file = faults.written
    return outcome


def _unused(mapping: Mapping, header: Sequence[str]) -> list[Told]:
    unused = [one for one in header if one not in mapping.wanted and not one.startswith(OWN)]
    return [Told(_("Columns not read: {columns}."), columns=Listed(unused))] if unused else []


def _stopped(path: Path, batch: list[Row], error: Exception) -> Refused:
    return Refused(
        _("{file}: lines {first} to {last} and all after them were not taken over. {error}"),
        file=path.name,
        first=batch[0].line,
        last=batch[-1].line,
        error=error,
    )


@contextmanager
def uncollected() -> Iterator[None]:
    """A batch makes many things that end together: looking for garbage among them meanwhile takes a
    fifth of its time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _batches(table: Table) -> Iterator[list[Row]]:
    while batch := list(islice(table.rows, kinds.MOST)):
        yield batch


@dataclass
class Run:
    """One file on its way in: how its rows become drafts, and where faults go."""

    kind: Kind
    mapping: Mapping
    outcome: Outcome
    faults: FaultsFile
    told: Callable[[Fault], None]
    source: str
    places: dict[str, Any]

    def take_in(self, rows: list[Row]) -> None:
        """One batch: its drafts go in, its faults are told in the order of their lines."""
        outcome = self.outcome
        outcome.rows += len(rows)
        drafts, refused = self._drafts(rows)
        notes: list[Fault] = []
        for done in self._taken(drafts):
            outcome.add(done)
            refused += done.faults
            notes += done.notes
        by_line = {row.line: row for row in rows}
        for fault in sorted(refused, key=lambda one: one.line):
            self._refuse(self._placed(fault, by_line[fault.line]), by_line[fault.line])
        for note in sorted(notes, key=lambda one: one.line):
            outcome.noted += 1
            if len(outcome.first_notes) < FIRST:
                outcome.first_notes.append(self._placed(note, by_line[note.line]))

    def _refuse(self, fault: Fault, row: Row) -> None:
        self.outcome.refused += 1
        if len(self.outcome.first_faults) < FIRST:
            self.outcome.first_faults.append(fault)
        self.faults.write(fault, row)
        self.told(fault)

    def _placed(self, fault: Fault, row: Row) -> Fault:
        """The fault with the column it is about and what stands there."""
        column = self.mapping.column_of(fault.refused.field or "")
        value = " ".join(row.values.get(one, "") for one in column.split(", ")) if column else ""
        return Fault(fault.line, fault.refused, column, shown(value))

    def _drafts(self, rows: list[Row]) -> tuple[list[Any], list[Fault]]:
        drafts, faults = [], []
        for row in rows:
            try:
                if row.broken:
                    raise row.broken
                drafts.append(self.mapping.draft(row))
            except Refused as refused:
                faults.append(Fault(row.line, refused))
            except Exception as error:  # whatever a row holds, it is refused alone
                faults.append(unforeseen(row.line, error))
        return drafts, faults

    def _taken(self, drafts: list[Any]) -> Iterator[Imported]:
        """What became of the drafts. Where nobody foresaw why they fail, their halves are tried,
        until the row to blame stands alone and is refused; of a batch that fails nothing is kept.
        """
        if not drafts:
            return
        batch = Batch(drafts, self.outcome.seen, dry_run=self.outcome.dry_run, source=self.source)
        try:
            yield self.kind.verb(batch=batch, **self.places)
            return
        except (Refused, OperationalError):
            raise
        except Exception as error:
            if len(drafts) == 1:
                yield Imported(faults=[unforeseen(drafts[0].line, error)])
                return
        half = len(drafts) // 2
        yield from self._taken(drafts[:half])
        yield from self._taken(drafts[half:])


def unforeseen(line: int, error: Exception) -> Fault:
    said = f"{type(error).__name__}: {error}"
    return Fault(line, InvalidInput(_("It cannot be taken over: {error}"), error=said))


def shown(value: str) -> str:
    """A value as it can be printed anywhere: short, on one line, broken signs written out."""
    text = " ".join(value.split())
    if len(text) > LONGEST_SHOWN:
        text = text[: LONGEST_SHOWN - 1] + "…"
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode("utf-8")
