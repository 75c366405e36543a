"""A whole file: read, mapped, taken over in batches; refused rows go into a file of their own."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.cases.importing.bulk import MOST, Batch, import_cases
from kept.cases.importing.drafts import CaseDraft, Fault
from kept.cases.importing.mapping import Mapping, mapping_for
from kept.cases.importing.reading import Row, Table, open_table
from kept.kit.refusal import InvalidInput, Refused
from kept.people.models import Unit, User

Progress = Callable[[int, int, int], None]


@dataclass
class Outcome:
    """What became of a file. ``faults`` are kept with the rows they are about."""

    made: int = 0
    still_open: int = 0
    known: int = 0
    refused: int = 0
    faults_file: Path | None = None
    first_faults: list[Fault] = field(default_factory=list)


def import_file(
    path: Path,
    *,
    unit: Unit,
    owner: User,
    by: User,
    mapping: Mapping | None = None,
    refused_in: Path = Path(),
    progress: Progress = lambda rows, done, size: None,
) -> Outcome:
    """Take over every row of a file. Raises InvalidInput when it cannot be read as a whole.

    ``progress`` is told after every batch: rows so far, bytes read, bytes in all. What was refused
    stands in ``FILE.refused.csv`` in ``refused_in``, with line number and reason.
    """
    table = open_table(path, mapping.encoding if mapping else "")
    mapping = mapping or mapping_for(table.header)
    if missing := mapping.columns - set(table.header):
        raise InvalidInput(
            _("The file lacks these columns: {columns}"), columns=", ".join(sorted(missing))
        )
    outcome, rows = Outcome(), 0
    faults = FaultsFile(refused_in / path.name, table.header)
    with table.file, faults:
        for batch in _batches(table):
            rows += len(batch)
            _take_over(batch, mapping, outcome, faults, unit=unit, owner=owner, by=by)
            progress(rows, table.done, table.size)
    outcome.faults_file = faults.written
    return outcome


def _batches(table: Table) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in table.rows:
        batch.append(row)
        if len(batch) == MOST:
            yield batch
            batch = []
    if batch:
        yield batch


def _take_over(
    rows: list[Row], mapping: Mapping, outcome: Outcome, faults: "FaultsFile", **places: Any
) -> None:
    drafts, refused = _drafts(rows, mapping)
    done = import_cases(batch=Batch(drafts), source=mapping.source, **places)
    outcome.made += len(done.cases)
    outcome.still_open += sum(case.is_open for case in done.cases)
    outcome.known += done.known
    by_line = {row.line: row for row in rows}
    for fault in sorted([*refused, *done.faults], key=lambda one: one.line):
        outcome.refused += 1
        outcome.first_faults += [fault] if outcome.refused <= 10 else []
        faults.write(fault, by_line[fault.line])


def _drafts(rows: list[Row], mapping: Mapping) -> tuple[list[CaseDraft], list[Fault]]:
    drafts, faults = [], []
    for row in rows:
        try:
            if row.broken:
                raise row.broken
            drafts.append(mapping.draft(row.values, row.line))
        except Refused as refused:
            faults.append(Fault(row.line, refused))
    return drafts, faults


class FaultsFile:
    """``FILE.refused.csv``: made with the first refused row, so a clean run leaves none."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self.path = path.with_name(f"{path.name.removesuffix('.gz')}.refused.csv")
        self.header = header
        self.written: Path | None = None
        self._file: Any = None
        self._rows: Any = None

    def __enter__(self) -> "FaultsFile":
        return self

    def __exit__(self, *error: Any) -> None:
        if self._file:
            self._file.close()

    def write(self, fault: Fault, row: Row) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._rows = csv.writer(self._file)
            self._rows.writerow(["line", "field", "reason", *self.header])
            self.written = self.path
        refused = fault.refused
        values = [row.values.get(name, "") for name in self.header]
        self._rows.writerow([fault.line, refused.field or "", str(refused), *values])
