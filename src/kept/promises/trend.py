"""A picture of how many promises were kept, step by step: shapes for an inline SVG.

Made here whole, so that it needs no script: bars for what fell due, the part not kept in time on
top, and the line of the kept %. Every number is text already, in no language's own notation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kept.promises.counting import LedgerRow
from kept.promises.periods import Step

LEFT, RIGHT, TOP, BOTTOM = 44, 48, 10, 24
LEVELS = (0, 50, 100)
WIDE, NARROW = (760, 210), (340, 190)


@dataclass(frozen=True)
class Bar:
    """One step: where it stands, its two parts, its point on the line, and where it leads."""

    x: str
    width: str
    middle: str
    kept_y: str
    kept_height: str
    missed_y: str
    missed_height: str
    point_y: str
    words: str
    url: str
    label: str = ""


@dataclass(frozen=True)
class Level:
    """A line across with the kept % it stands for."""

    y: str
    words: str


@dataclass(frozen=True)
class Trend:
    """A picture of one size. ``lines`` are the stretches in which something fell due each step."""

    width: int
    height: int
    left: str
    words_x: str
    right: str
    most: str
    most_y: str
    bars: list[Bar]
    lines: list[str]
    levels: list[Level] = field(default_factory=list)


def draw(steps: Sequence[tuple[Step, LedgerRow]], size: tuple[int, int], labels: int) -> Trend:
    """The picture of some steps; at most ``labels`` of them are named below it."""
    width, height = size
    inner, tall = width - LEFT - RIGHT, height - TOP - BOTTOM
    most = max((row.figures.fell_due for _step, row in steps), default=0)
    room = inner / max(len(steps), 1)
    every = -(-len(steps) // labels) if steps else 1
    bars = [
        _bar(step, row, LEFT + n * room, room, tall, most, "" if n % every else step.short_words())
        for n, (step, row) in enumerate(steps)
    ]
    return Trend(
        width=width,
        height=height,
        left=_number(LEFT),
        words_x=_number(LEFT - 5),
        right=_number(width - RIGHT),
        most=ngettext("{count} due", "{count} due", most).format(count=most),
        most_y=_number(TOP),
        bars=bars,
        lines=_lines(bars),
        levels=[Level(_number(TOP + tall * (100 - one) / 100), f"{one} %") for one in LEVELS],
    )


def _bar(
    step: Step, row: LedgerRow, left: float, room: float, tall: float, most: int, label: str
) -> Bar:
    figures = row.figures
    unit = tall / most if most else 0.0
    kept, missed = figures.in_time * unit, (figures.fell_due - figures.in_time) * unit
    width = min(room * 0.66, 44)
    share = figures.share
    return Bar(
        x=_number(left + (room - width) / 2),
        width=_number(width),
        middle=_number(left + room / 2),
        kept_y=_number(TOP + tall - kept),
        kept_height=_number(kept),
        missed_y=_number(TOP + tall - kept - missed),
        missed_height=_number(missed),
        point_y="" if share is None else _number(TOP + tall * (100 - float(share)) / 100),
        words=_words(row),
        url=row.url_of("fell_due") if figures.fell_due else "",
        label=label,
    )


def _lines(bars: Sequence[Bar]) -> list[str]:
    """Points joined while there are any; a step with nothing due leaves a gap."""
    lines: list[list[str]] = [[]]
    for bar in bars:
        if bar.point_y:
            lines[-1].append(f"{bar.middle},{bar.point_y}")
        elif lines[-1]:
            lines.append([])
    return [" ".join(line) for line in lines if len(line) > 1]


def _words(row: LedgerRow) -> str:
    figures: Any = row.figures
    if not figures.fell_due:
        return _("{when}: nothing fell due").format(when=row.words)
    text = ngettext(
        "{when}: {share} % of {count} promise kept in time",
        "{when}: {share} % of {count} promises kept in time",
        figures.fell_due,
    )
    return text.format(when=row.words, share=figures.share, count=figures.fell_due)


def _number(value: float) -> str:
    """As SVG reads it, whatever the reader's language."""
    return f"{value:.1f}".removesuffix(".0")
