"""The promise ledger: kept % by rule, kind, unit, person, customer, station, week or month."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kept.kit.lists import Column, Empty
from kept.kit.lists.columns import Row, rows_for
from kept.kit.lists.files import csv_response, xlsx_response
from kept.kit.lists.spoken import chips, filter_words
from kept.kit.pages import Page
from kept.people.reader import reader_of
from kept.promises.clockwork.wording import word_time
from kept.promises.counting import Ledger, LedgerRow
from kept.promises.figures import Figures
from kept.promises.lists import promise_tabs
from kept.promises.trend import NARROW, WIDE, draw

FEW = 60
"""So many columns of a picture are still told apart; a longer period is not drawn."""


def _counted(name: str) -> Callable[[LedgerRow], int]:
    return lambda row: int(getattr(row.figures, name))


def _linked(name: str) -> Callable[[Any, LedgerRow], SafeString | int]:
    """A figure with its rows behind it; there is nothing behind a nought."""

    def show(value: int, row: LedgerRow) -> SafeString | int:
        if not value:
            return 0
        return format_html('<a class="link" href="{}">{}</a>', row.url_of(name), f"{value:,}")

    return show


def _share(row: LedgerRow) -> Any:
    return row.figures.share


def _show_share(share: Any, row: LedgerRow) -> SafeString | str:
    if share is None:
        return "–"
    return format_html('<a class="link" href="{}">{} %</a>', row.url_of("fell_due"), share)


def _show_late(name: str, outcome: str) -> Callable[[Any, LedgerRow], SafeString | str]:
    def show(value: int | None, row: LedgerRow) -> SafeString | str:
        if value is None:
            return "–"
        address = row.worst_url() if outcome == "worst" else row.url_of(outcome)
        return format_html(
            '<a class="link" href="{}">{}</a>', address, word_time(value, in_days=True)
        )

    return show


def _seconds(name: str) -> Callable[[LedgerRow], int | None]:
    return lambda row: getattr(row.figures, name)


def _count(name: str, label: Any, phone: Any = "label") -> Column:
    return Column(name, label, value=_counted(name), cell=_linked(name), align="end", phone=phone)


COLUMNS = (
    Column("group", gettext_lazy("What"), value="words", link=True, file_width=36),
    Column(
        "share",
        gettext_lazy("Kept, %"),
        value=_share,
        cell=_show_share,
        align="end",
        phone="label",
    ),
    _count("made", pgettext_lazy("how many", "Made")),
    _count("in_time", gettext_lazy("Kept in time")),
    _count("late", gettext_lazy("Kept late")),
    _count("broken", gettext_lazy("Broken or still late")),
    _count("excused", gettext_lazy("Excused")),
    _count("withdrawn", gettext_lazy("Withdrawn")),
    _count("open", gettext_lazy("Not due yet")),
    Column(
        "median",
        gettext_lazy("Late by (median)"),
        value=_seconds("median"),
        cell=_show_late("median", "late"),
        align="end",
        phone="label",
    ),
    Column(
        "worst",
        gettext_lazy("Late by (worst)"),
        value=_seconds("worst"),
        cell=_show_late("worst", "worst"),
        align="end",
        phone="label",
    ),
)
FILE_LABELS = {
    "median": gettext_lazy("Late by (median), seconds"),
    "worst": gettext_lazy("Late by (worst), seconds"),
}
FILE_COLUMNS = tuple(
    Column(
        one.key,
        FILE_LABELS.get(one.key, one.label),
        value=one.value,
        align=one.align,
        file_width=one.file_width,
    )
    for one in COLUMNS
)


class InFile:
    """The rows of a file: all there are."""

    def __init__(self, rows: list[LedgerRow]) -> None:
        self.rows = rows

    def __iter__(self) -> Iterator[LedgerRow]:
        return iter(self.rows)

    def sentence(self) -> str:
        return ""


class LedgerPage(Page):
    """Figures over promises that fall due in a period, each leading to the rows behind it (S2.16).

    ``?by=`` what it is counted by; every condition of the register narrows it; ``format=`` csv,
    xlsx or print.
    """

    template_name = "promises/ledger.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not reader_of(request).holds("promises.see"):
            raise PermissionDenied
        ledger = Ledger(request)
        wanted = request.GET.get("format", "")
        if wanted == "csv":
            return csv_response(FILE_COLUMNS, InFile(_rows(ledger)), "ledger")  # type: ignore[arg-type]
        if wanted == "xlsx":
            return xlsx_response(
                FILE_COLUMNS,
                InFile(_rows(ledger)),  # type: ignore[arg-type]
                "ledger",
                _("Promise ledger"),
            )
        return self._page(ledger, is_paper=wanted == "print")

    def _page(self, ledger: Ledger, *, is_paper: bool) -> HttpResponse:
        if is_paper:
            self.template_name = "promises/ledger_paper.html"  # type: ignore[misc]
        rows = [] if ledger.errors else _table(_rows(ledger), linked=not is_paper)
        first, last = ledger.period
        return self.show(
            {
                "title": _("Promise ledger"),
                "tabs": promise_tabs(self.request),
                "ledger": ledger,
                "errors": ledger.errors,
                "first": first,
                "last": last,
                "form": ledger.filterset.form,
                "conditions": filter_words(ledger.filterset),
                "chips": _narrower(ledger),
                "by_words": ledger.choices[ledger.by],
                "by_choices": [
                    {
                        "label": label,
                        "url": ledger.counted_by(name),
                        "is_active": name == ledger.by,
                    }
                    for name, label in ledger.choices.items()
                ],
                "stats": _stats(ledger.whole) if rows else [],
                "trends": _trends(ledger) if rows else {},
                "headings": COLUMNS,
                "empty": None if rows or ledger.errors else _nothing(ledger),
                "rows": rows,
                "csv_url": ledger.here(format="csv"),
                "xlsx_url": ledger.here(format="xlsx"),
                "print_url": ledger.here(format="print"),
                "back_url": ledger.here() if is_paper else "",
                "printed_at": ledger.now,
                "printed_by": self.request.user,
            }
        )


def _rows(ledger: Ledger) -> list[LedgerRow]:
    """The groups, and below them all together where they are all."""
    groups = ledger.groups
    return [*groups, ledger.whole] if groups and ledger.is_whole else groups


def _table(rows: list[LedgerRow], *, linked: bool) -> list[Row]:
    columns = list(COLUMNS) if linked else [_unlinked(one) for one in COLUMNS]
    return rows_for(
        rows,
        columns,
        url_of=lambda row: row.url if linked else "",
        label_of=lambda row: row.words,
        state_of=lambda row: "whole" if row.is_whole else "",
    )


def _unlinked(column: Column) -> Column:
    """The same figure on paper, where nothing can be followed."""
    shown = {
        "share": lambda value, row: "–" if value is None else f"{value} %",
        "median": _on_paper,
        "worst": _on_paper,
    }
    return Column(
        column.key,
        column.label,
        value=column.value,
        cell=shown.get(column.key),
        align=column.align,
    )


def _on_paper(seconds: int | None, row: LedgerRow) -> str:
    return "–" if seconds is None else word_time(seconds, in_days=True)


def _narrower(ledger: Ledger) -> list[Any]:
    """The conditions besides the period, each with the ledger without it."""
    kept = {"by": ledger.by}
    found = chips(ledger.filterset, ledger.asked.values, kept)
    return [one for one in found if one.name not in ("due_from", "due_until")]


def _stats(whole: LedgerRow) -> list[dict[str, Any]]:
    figures = whole.figures
    return [
        {
            "label": _("Kept"),
            "value": "–" if figures.share is None else f"{figures.share} %",
            "url": whole.url_of("in_time") if figures.in_time else "",
            "note": _("{kept} of {due} that fell due").format(
                kept=f"{figures.in_time:,}", due=f"{figures.fell_due:,}"
            ),
        },
        _stat(whole, "late", _("Kept late"), "late", _late_note(figures)),
        _stat(whole, "broken", _("Broken or still late"), "late"),
        _stat(whole, "excused", _("Excused")),
        _stat(whole, "withdrawn", _("Withdrawn")),
        _stat(whole, "open", _("Not due yet")),
    ]


def _late_note(figures: Figures) -> str:
    if figures.median is None:
        return ""
    return _("median {time} late").format(time=word_time(figures.median, in_days=True))


def _stat(whole: LedgerRow, name: str, label: str, state: str = "", note: str = "") -> dict:
    value = getattr(whole.figures, name)
    return {
        "label": label,
        "value": f"{value:,}",
        "url": whole.url_of(name) if value else "",
        "state": state if value else "",
        "note": note,
    }


def _nothing(ledger: Ledger) -> Empty:
    """That nothing fell due, and the way to where something did."""
    first, last = map(_day, ledger.period)
    title = _("Nothing fell due from {first} to {last}").format(first=first, last=last)
    edges = ledger.edges
    if edges is None:
        return Empty(title, _("No promise with a due time is there yet."), icon="handshake")
    span = {"first": _day(edges[0]), "last": _day(edges[1])}
    told = _("Promises fall due between {first} and {last}.")
    if _narrower(ledger):
        told = _("Nothing meets these conditions. All fall due between {first} and {last}.")
    return Empty(
        title,
        told.format(**span),
        f"?{urlencode({'due_from': edges[0], 'due_until': edges[1], 'by': ledger.by})}",
        _("Count all of them"),
        icon="handshake",
    )


def _day(on: date) -> str:
    return date_format(on, "SHORT_DATE_FORMAT")


def _trends(ledger: Ledger) -> dict[str, Any]:
    """The picture for a desk and paper, and the one for a phone; none where too much is in it."""
    steps = ledger.drawn
    if not 1 < len(steps) <= FEW:
        return {}
    return {"wide": draw(steps, WIDE, labels=8), "narrow": draw(steps, NARROW, labels=4)}
