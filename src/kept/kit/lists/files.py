"""A list as a file: the same rows in the same order, streamed, with a stated limit."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import copy_context
from itertools import chain, islice
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, override

from kept.kit import clock
from kept.kit.exports import write_csv, write_xlsx
from kept.kit.lists.columns import Column
from kept.kit.lists.order import Key, segments

CHUNK = 1_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Capped:
    """The first ``most`` rows of a list, and afterwards whether that was all of them."""

    def __init__(self, queryset: QuerySet, keys: Sequence[Key], most: int) -> None:
        self.queryset, self.keys, self.most = queryset, keys, most
        self.is_cut = False

    def __iter__(self) -> Iterator[Any]:
        parts = segments(self.keys, None, upwards=False)
        rows = chain.from_iterable(self._rows(part.of(self.queryset)) for part in parts)
        yield from islice(rows, self.most)
        self.is_cut = next(rows, None) is not None

    def _rows(self, queryset: QuerySet) -> Iterator[Any]:
        return queryset[: self.most + 1].iterator(chunk_size=CHUNK)

    def sentence(self) -> str:
        """What the file says at its end when it does not hold every row."""
        if not self.is_cut:
            return ""
        return ngettext(
            "Only the first %(most)s row is in here. Narrow the filter to get the others.",
            "Only the first %(most)s rows are in here. Narrow the filter to get the others.",
            self.most,
        ) % {"most": f"{self.most:,}"}


def csv_response(columns: Sequence[Column], rows: Capped, name: str) -> StreamingHttpResponse:
    """Sent while it is read: the first rows arrive at once and memory stays flat."""
    pieces = as_reader(write_csv(columns, rows, closing=rows.sentence))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(name, "csv")}"'
    return response


def xlsx_response(columns: Sequence[Column], rows: Capped, name: str, title: Any) -> FileResponse:
    """Written to a temporary file first: the format cannot be sent in pieces."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it is sent
    try:
        write_xlsx(columns, rows, file, title=title, closing=rows.sentence)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=file_name(name, "xlsx"), content_type=XLSX
    )


def file_name(name: str, kind: str) -> str:
    """``cases-2026-11-21.csv``, by the reader's calendar."""
    day = timezone.localtime(clock.now()).date()
    return f"{name}-{day.isoformat()}.{kind}"


def as_reader(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces made in the language, zone and business time of the request now running.

    A streamed body is made after the request has ended and its language is put back, perhaps in
    another thread.
    """
    language, zone = get_language(), timezone.get_current_timezone()
    context = copy_context()
    source = iter(pieces)

    def piece() -> str | None:
        with override(language), timezone.override(zone):
            return next(source, None)

    return iter(_sentinel(context.run, piece), None)


def _sentinel(run: Callable[..., Any], piece: Callable[[], str | None]) -> Callable[[], Any]:
    return lambda: run(piece)
