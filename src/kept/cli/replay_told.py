"""What ``kept replay`` prints: tables by year, differences with examples, verdicts, a what-if."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kept.kit.exports import write_csv
from kept.promises.replay.differences import SENTENCES, Difference, Example, Kind
from kept.promises.replay.figures import GIVEN, RECORDED, Figures, Year
from kept.promises.replay.recorded import Recorded
from kept.promises.replay.running import Replayed, Run
from kept.promises.replay.spread import BANDS, COLUMNS, Outcome
from kept.promises.replay.what_if import Compared, result_of
from kept.promises.replay.worded import (
    band_words,
    hour_words,
    margin_words,
    outcome_words,
    weekday_words,
)

Cell = Any
MOST_DAYS = 5
VERDICTS = {
    "kept": gettext_lazy("kept"),
    "broken": gettext_lazy("broken"),
    "open": gettext_lazy("open, in time"),
    "none": gettext_lazy("no promise"),
    "": gettext_lazy("no verdict"),
}


def table(header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> list[str]:
    """Rows in columns as wide as they need to be: the first to the left, the others right."""
    shown = [[_text(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(_width, column)) for column in zip(*shown, strict=True)]
    return ["  ".join(_padded(row, widths)).rstrip() for row in shown]


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
        room = " " * (width - _width(cell))
        yield f"{room}{cell}" if at else f"{cell}{room}"


def _width(words: str) -> int:
    """How many columns of a terminal words take: Chinese characters two each."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)


def _text(cell: Cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _percent(value: Any) -> str | None:
    return None if value is None else f"{value} %"


def years(figures: Figures) -> list[str]:
    """How many targets are equal to the minute and how many verdicts agree, year by year."""
    header = (_("Year"), _("Rows"), _("With target"), _("Equal to the minute"), _("Share"),
              _("With verdict"), _("Agree"), _("Share"))  # fmt: skip
    return table(header, [_year(one) for one in (*figures.years.values(), figures.total)])


def _year(one: Year) -> Sequence[Cell]:
    name = _("all") if one.year is None else str(one.year)
    return (
        name, one.rows, one.with_target, one.equal, _percent(one.equal_percent),
        one.with_verdict, one.agree, _percent(one.agree_percent),
    )  # fmt: skip


def confusion(figures: Figures) -> list[str]:
    """Recorded verdicts down, those of the rules across."""
    header = (_("Verdict recorded"), *(VERDICTS[one] for one in GIVEN))
    rows = [
        (VERDICTS[said], *(figures.verdicts[said, given] for given in GIVEN))
        for said in RECORDED
        if any(figures.verdicts[said, given] for given in GIVEN)
    ]
    return table(header, rows)


def differences(found: Sequence[Difference]) -> Iterator[str]:
    """Every kind of difference: how many, why, and three of them."""
    if not found:
        yield _("Every target is equal to the minute.")
        return
    yield _("Differences:")
    for one in found:
        yield f"{one.count:>8,}  {SENTENCES[one.kind]}"
        if one.days:
            days = ", ".join(f"{day} ({n:,})" for day, n in one.days.most_common(MOST_DAYS))
            more = len(one.days) - MOST_DAYS
            yield f"{'':10}{days}" + (f" … +{more}" if more > 0 else "")
        for example in one.examples:
            yield f"{'':10}{_example(example)}"


def _example(one: Example) -> str:
    zone = ZoneInfo(one.zone)
    return _("{id}: came in {received}, recorded {recorded}, by the rule {due}").format(
        id=one.matter.id,
        received=_moment(one.matter.received, zone),
        recorded=_moment(one.matter.due, zone),
        due=_moment(one.due, zone),
    )


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}" if moment else "–"


def tables_of_what_if(compared: Compared) -> Iterator[str]:
    """Today beside the changed rules."""
    both = (compared.today, compared.changed)
    yield ""
    header = (_("What if"), _("today"), _("changed"))
    rows: list[Sequence[Cell]] = [
        (_("Promises"), *(one["count"] for one in both)),
        (_("Kept"), *(_percent(one["kept_percent"]) for one in both)),
    ]
    rows += [(outcome_words(which), *(one["outcomes"][which] for one in both)) for which in Outcome]
    rows += [
        (_("Deadlines"), *(one["deadlines"] for one in both)),
        (_("of them where nobody is on duty"), *(one["off_duty"] for one in both)),
    ]
    yield from table(header, rows)
    yield ""
    names = [*both[0]["quantiles"]] or [*both[1]["quantiles"]]
    yield from table(
        (_("Lateness"), _("today"), _("changed")),
        [(_("{percent} % by").format(percent=name), *(_quantile(one, name) for one in both))
         for name in names]
        + [(band_words(at), *(one["bands"][at] for one in both)) for at in range(len(BANDS) + 1)],
    )  # fmt: skip
    for words, one in zip((_("today"), _("changed")), both, strict=True):
        yield ""
        yield from _week(words, one["week"])


def _quantile(figures: dict[str, Any], name: str) -> str | None:
    minutes = figures["quantiles"].get(name)
    return None if minutes is None else margin_words(minutes)


def _week(words: str, week: Sequence[int]) -> list[str]:
    """Deadlines by hour and weekday; hours in which none falls are left out."""
    header = (_("Deadlines, {rules}").format(rules=words), *(weekday_words(d) for d in range(7)))
    rows = [
        (hour_words(hour), *(week[day * COLUMNS + hour] for day in range(7)))
        for hour in range(COLUMNS)
        if any(week[day * COLUMNS + hour] for day in range(7))
    ]
    return table(header, rows)


@dataclass(frozen=True)
class _Column:
    """One column of the file of rows."""

    label: str
    read: Callable[[Any], Any]

    def export_value(self, row: Any) -> Any:
        return self.read(row)


def rows_file(
    path: Path, done: Sequence[Replayed], kinds: Mapping[str, Kind], then: Run | None, zone: str
) -> None:
    """Every row with what was recorded, what the rules say and why that differs, and what changed
    rules would say.
    """
    local = ZoneInfo(zone)

    def shown(moment: datetime | None) -> str:
        return f"{moment.astimezone(local):%Y-%m-%d %H:%M:%S}" if moment else ""

    def why(matter: Recorded) -> str:
        return str(SENTENCES[kinds[matter.id]]) if matter.id in kinds else ""

    columns = [
        _Column(_("Number"), lambda row: row[0].matter.id),
        _Column(_("Came in"), lambda row: shown(row[0].matter.received)),
        _Column(_("Rule"), lambda row: row[0].rule.code if row[0].rule else ""),
        _Column(_("Due, recorded"), lambda row: shown(row[0].matter.due)),
        _Column(_("Due by the rule"), lambda row: shown(row[0].due)),
        _Column(_("Difference"), lambda row: why(row[0].matter)),
        _Column(_("Done"), lambda row: shown(row[0].matter.closed)),
        _Column(_("Verdict recorded"), lambda row: str(VERDICTS[row[0].matter.verdict])),
        _Column(_("Verdict by the rule"), lambda row: str(VERDICTS[row[0].verdict])),
    ]
    if then is not None:
        columns += [
            _Column(_("Due, changed"), lambda row: shown(row[1].due)),
            _Column(_("Outcome, changed"), lambda row: outcome_words(result_of(row[1]).outcome)),
        ]
    rows = ((one, then.one(one.matter) if then else None) for one in done)
    with path.open("w", encoding="utf-8", newline="") as file:
        for piece in write_csv(columns, rows):
            file.write(piece)
