"""A whole file: read, mapped, taken over in batches; refused rows go into a file of their own."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from kept.cases.importing.bulk import MOST, Batch, Imported, import_cases
from kept.cases.importing.drafts import CaseDraft, Fault, Seen
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
    seen: Seen = field(default_factory=dict)


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
            try:
                _take_over(batch, mapping, outcome, faults, unit=unit, owner=owner, by=by)
            except OperationalError as error:
                raise _stopped(path, batch, error) from error
            progress(rows, table.done, table.size)
    outcome.faults_file = faults.written
    return outcome


def _stopped(path: Path, batch: list[Row], error: Exception) -> Refused:
    return Refused(
        _("{file}: lines {first} to {last} and all after them were not taken over. {error}"),
        file=path.name,
        first=batch[0].line,
        last=batch[-1].line,
        error=error,
    )


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
    for done in _taken(drafts, outcome.seen, source=mapping.source, **places):
        outcome.made += len(done.cases)
        outcome.still_open += sum(case.is_open for case in done.cases)
        outcome.known += done.known
        outcome.seen.update(done.seen)
        refused += done.faults
    by_line = {row.line: row for row in rows}
    for fault in sorted(refused, key=lambda one: one.line):
        outcome.refused += 1
        outcome.first_faults += [fault] if outcome.refused <= 10 else []
        faults.write(fault, by_line[fault.line])


def _taken(drafts: list[CaseDraft], seen: Seen, **how: Any) -> Iterator[Imported]:
    """What became of the drafts. Where nobody foresaw why they fail, their halves are tried, until
    the row to blame stands alone and is refused; nothing of a batch that fails is written.
    """
    try:
        yield import_cases(batch=Batch(drafts, seen), **how)
        return
    except (Refused, OperationalError):
        raise
    except Exception as error:
        if not drafts:
            raise
        if len(drafts) == 1:
            yield Imported(faults=[_unforeseen(drafts[0].line, error)])
            return
    half = len(drafts) // 2
    yield from _taken(drafts[:half], seen, **how)
    yield from _taken(drafts[half:], seen, **how)


def _unforeseen(line: int, error: Exception) -> Fault:
    said = f"{type(error).__name__}: {error}"
    return Fault(line, InvalidInput(_("It cannot be taken over: {error}"), error=said))


def _drafts(rows: list[Row], mapping: Mapping) -> tuple[list[CaseDraft], list[Fault]]:
    drafts, faults = [], []
    for row in rows:
        try:
            if row.broken:
                raise row.broken
            drafts.append(mapping.draft(row.values, row.line))
        except Refused as refused:
            faults.append(Fault(row.line, refused))
        except Exception as error:  # whatever a row holds, it is refused alone
            faults.append(_unforeseen(row.line, error))
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
