"""From a file to records: rows are read with a mapping; the rows of a log are gathered by id."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kept.kit.importing.reading import open_table
from kept.kit.importing.tables import How, Row, Table
from kept.kit.importing.values import moment_of
from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.promises.replay.mapping import EARLY, Mapping, mapping_for
from kept.promises.replay.recorded import Pauses, Recorded, Records, Unread

Progress = Callable[[int, int], None]
"""Told how many bytes have been read, and of how many."""
TELL_EVERY = 500


class Unreadable(ValueError):
    """A value that cannot be what it stands for; the text is a sentence."""


def read_records(
    path: Path, mapping: Mapping | None = None, progress: Progress | None = None
) -> tuple[Records, Mapping]:
    """What a file holds, and the mapping it was read with: the one given, or the shipped one that
    fits. Rows that cannot be read are told, not fatal. Raises InvalidInput for what is no table,
    lacks a column or holds no record at all.
    """
    table = open_table(path, mapping.how if mapping else How())
    with table.file:
        mapping = mapping or mapping_for(table.header)
        if lacking := mapping.wanted - set(table.header):
            raise InvalidInput(
                gettext_lazy("The file lacks these columns: {columns}"),
                columns=Listed(sorted(lacking)),
                field="mapping",
            )
        records = _Reader(mapping).read(_told(table, progress))
    if not records.matters:
        raise InvalidInput(
            gettext_lazy("No row of {file} can be replayed. {why}"),
            file=path.name,
            why=records.unread[0].why if records.unread else "",
            field="file",
        )
    return records, mapping


def _told(table: Table, progress: Progress | None) -> Iterable[Row]:
    for count, row in enumerate(table.rows):
        if progress and count % TELL_EVERY == 0:
            progress(table.done, table.size)
        yield row
    if progress:
        progress(table.size, table.size)


class Moments:
    """Texts of one file as moments in UTC; the same text is read once."""

    def __init__(self, mapping: Mapping) -> None:
        self.zone, self.times = ZoneInfo(mapping.zone), mapping.times
        self.month_first = mapping.month_first
        self._known: dict[str, datetime] = {}

    def of(self, text: str) -> datetime:
        """A moment. A local time that comes twice is its first coming. Raises Unreadable."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._read(text)
        return known

    def _read(self, text: str) -> datetime:
        moment = self._parsed(text)
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise Unreadable(_("The year {year} cannot be right.").format(year=moment.year))
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return zoned.astimezone(UTC)

    def _parsed(self, text: str) -> datetime:
        for one in self.times:
            try:
                return datetime.strptime(text, one)  # noqa: DTZ007  # the mapping names the zone
            except ValueError:
                continue
        try:
            return moment_of(text, self.month_first)
        except (ValueError, OverflowError, KeyError):
            raise Unreadable(_("“{text}” is not a time.").format(text=text[:60])) from None


class _Reader:
    """Reads the rows of one file."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping, self.moments = mapping, Moments(mapping)
        self.early = timedelta(seconds=mapping.tolerate.get(EARLY, 0))
        self.unknown = {"", *mapping.unknown}
        self.only = {column: set(values) for column, values in mapping.only.items()}

    def read(self, rows: Iterable[Row]) -> Records:
        records = Records([], [])
        gathered: dict[str, list[Row]] = {}
        for row in rows:
            records.rows += 1
            if row.broken:
                records.unread.append(Unread(row.line, str(row.broken)))
            elif not self._counts(row):
                records.left_out += 1
            elif self.mapping.events:
                gathered.setdefault(self._value(row, "id"), []).append(row)
            else:
                self._take(records, [row])
        for log in gathered.values():
            self._take(records, log)
        return records

    def _counts(self, row: Row) -> bool:
        return all(row.values[column] in values for column, values in self.only.items())

    def _take(self, records: Records, log: list[Row]) -> None:
        try:
            records.matters.append(self._matter(log))
        except Unreadable as why:
            records.unread.append(Unread(log[0].line, str(why)))

    def _matter(self, log: list[Row]) -> Recorded:
        """One matter from its rows, of which the last tells how it ended."""
        moments = self._ordered(log)
        log = [row for _at, row in moments] if self.mapping.events else log
        first, last = log[0], log[-1]
        told = first if self.mapping.events.get("facts_of") == "first" else last
        number, received = self._value(first, "id"), self._moment(first, "received")
        if not number or received is None:
            raise Unreadable(_("It says no number, or not when it came in."))
        closed = self._moment(last, "closed")
        if closed is not None and received - self.early <= closed < received:
            closed = received
        if closed is not None and closed < received:
            raise Unreadable(_("It was closed before it came in."))
        word = self._value(last, "verdict")
        if word and word not in self.mapping.verdicts:
            raise Unreadable(_("“{text}” is no verdict the mapping knows.").format(text=word[:60]))
        return Recorded(
            id=number,
            line=first.line,
            received=received,
            due=self._moment(last, "due"),
            closed=closed,
            verdict=self.mapping.verdicts.get(word, ""),
            facts={name: told.values[column] for name, column in self.mapping.facts.items()},
            pauses=self._pauses(moments, received, closed),
        )

    def _ordered(self, log: list[Row]) -> list[tuple[datetime, Row]]:
        """The events of a log by their time; those that happened at once in the file's order."""
        column = self.mapping.events.get("at")
        if column is None:
            return []
        timed = [(self.moments.of(row.values[column]), row) for row in log
                 if row.values[column] not in self.unknown]  # fmt: skip
        if not timed:
            raise Unreadable(_("None of its events says when it happened."))
        return sorted(timed, key=lambda pair: pair[0])

    def _pauses(
        self, moments: list[tuple[datetime, Row]], received: datetime, closed: datetime | None
    ) -> Pauses:
        """The stretches that were spent in pausing states, until the matter was closed."""
        pausing, found = set(self.mapping.events.get("pauses", ())), []
        begun: datetime | None = None
        for at, row in moments:
            stands = row.values[self.mapping.events["state"]] in pausing
            if stands and begun is None:
                begun = max(at, received)
            elif not stands and begun is not None:
                found.append((begun, at))
                begun = None
        if begun is not None:
            found.append((begun, closed or moments[-1][0]))
        ends = closed or datetime.max.replace(tzinfo=UTC)
        return tuple((start, min(end, ends)) for start, end in found if start < min(end, ends))

    def _value(self, row: Row, name: str) -> str:
        column = self.mapping.columns.get(name)
        text = row.values[column].strip() if column else ""
        return "" if text in self.unknown else text

    def _moment(self, row: Row, name: str) -> datetime | None:
        text = self._value(row, name)
        return self.moments.of(text) if text else None
