"""Pictures of a what-if as SVG: lateness in bands, and deadlines over the hours of the week.

Written by hand, without scripts. In a page they take their colours from its style sheet (classes
``pic-…``); a file of its own carries them, light and dark. Colour says a state alone: late, and
nobody on duty; how many is said by depth and by the number itself. Every field says itself in a
``title``; what the whole shows stands in ``title`` and ``desc``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from kept.promises.replay.spread import BANDS, COLUMNS, FIRST_LATE_BAND
from kept.promises.replay.worded import band_words, hour_words, weekday_words

STYLE = """
.pic { font: 12px system-ui, sans-serif; color: #1f2430; background: #fff; }
.pic-text { fill: currentColor; } .pic-soft { fill: currentColor; opacity: .68; }
.pic-line { stroke: currentColor; stroke-opacity: .18; fill: none; }
.pic-today { fill: none; stroke: currentColor; stroke-opacity: .6; }
.pic-changed { fill: currentColor; fill-opacity: .55; }
.pic-late { color: #b3261e; } .pic-off { color: #8a5200; }
.pic-field { fill: currentColor; }
@media (prefers-color-scheme: dark) {
  .pic { color: #e6e9f0; background: #171a21; }
  .pic-late { color: #ff8a80; } .pic-off { color: #f2b35e; }
}
"""
Link = Callable[[str, str, int], str]
"""The address of the rows behind a field: which rules ("today", "changed"), which figure
("band", "hour"), which field of it."""


def no_link(rules: str, figure: str, at: int) -> str:
    return ""


@dataclass(frozen=True)
class Picture:
    """A drawing and its size."""

    body: str
    width: int
    height: int
    title: str
    desc: str

    def in_page(self, name: str) -> str:
        """The picture as a part of a page; ``name`` tells its ids from those of others."""
        return self._svg(name, "")

    def in_file(self) -> str:
        """The picture as a file of its own."""
        return self._svg("picture", element("style", STYLE))

    def _svg(self, name: str, head: str) -> str:
        title = titled(self.title, id=f"{name}-title")
        told = element("desc", escape(self.desc), id=f"{name}-desc")
        return element(
            "svg",
            f"{title}{told}{head}{self.body}",
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {self.width} {self.height}",
            role="img",
            class_="pic",
            **{"aria-labelledby": f"{name}-title {name}-desc"},
        )


def element(tag: str, inner: str = "", /, **attributes: Any) -> str:
    """One element around markup; ``class_`` is its class."""
    said = "".join(
        f" {name.rstrip('_')}={quoteattr(str(value))}" for name, value in attributes.items()
    )
    return f"<{tag}{said}>{inner}</{tag}>" if inner else f"<{tag}{said}/>"


def titled(words: str, /, **attributes: Any) -> str:
    """What a field or picture says of itself to whoever points at it or cannot see it."""
    return element("title", escape(words), **attributes)


def text(x: float, y: float, words: Any, look: str = "pic-text", anchor: str = "start") -> str:
    """Words in a picture."""
    return element("text", escape(str(words)), x=x, y=y, class_=look, **{"text-anchor": anchor})


def field(shape: str, address: str) -> str:
    """A field that leads to its rows, where there are any."""
    return element("a", shape, href=address) if address else shape


# Lateness

BAR, ROW, LABELS, ROOM = 13, 36, 176, 250


def of_bands(today: dict[str, Any], changed: dict[str, Any], link: Link = no_link) -> Picture:
    """Bars for each band of lateness: outlined under the present rules, full under the changed."""
    most = max(1, *today["bands"], *changed["bands"])
    parts = [_legend()]
    for band in range(len(BANDS) + 1):
        y = 30 + band * ROW
        look = "pic-late" if band >= FIRST_LATE_BAND else ""
        parts.append(text(LABELS - 10, y + 18, band_words(band), anchor="end"))
        for at, (rules, figures) in enumerate((("today", today), ("changed", changed))):
            count = figures["bands"][band]
            shape = _bar(rules, count, most, y + at * (BAR + 2), band)
            parts.append(field(shape, link(rules, "band", band) if count else ""))
        parts[-2:] = [element("g", "".join(parts[-2:]), class_=look)]
    height = 34 + (len(BANDS) + 1) * ROW
    title = _("How early or late")
    return Picture("".join(parts), LABELS + ROOM + 60, height, title, _told_bands(today, changed))


def _legend() -> str:
    boxes = element("rect", x=LABELS, y=6, width=12, height=10, class_="pic-today")
    boxes += text(LABELS + 18, 15, _("today"), "pic-soft")
    boxes += element("rect", x=LABELS + 120, y=6, width=12, height=10, class_="pic-changed")
    return boxes + text(LABELS + 138, 15, _("changed"), "pic-soft")


def _bar(rules: str, count: int, most: int, y: float, band: int) -> str:
    width = max(round(ROOM * count / most, 1), 1 if count else 0)
    words = titled(f"{rules_words(rules)}, {band_words(band)}: {count:,}")
    bar = element("rect", words, x=LABELS, y=y, width=width, height=BAR, class_=f"pic-{rules}")
    return bar + text(LABELS + width + 6, y + BAR - 2, f"{count:,}")


def rules_words(rules: str) -> str:
    """Under which rules."""
    return _("today") if rules == "today" else _("changed")


def _told_bands(today: dict[str, Any], changed: dict[str, Any]) -> str:
    late = [sum(one["bands"][FIRST_LATE_BAND:]) for one in (today, changed)]
    return _("Of {done} done, {late} were late; under the changed rules {then}.").format(
        done=f"{today['done']:,}", late=f"{late[0]:,}", then=f"{late[1]:,}"
    )


# Hours of the week

CELL_WIDTH, CELL_HEIGHT, LEFT, TOP = 46, 17, 84, 46


def of_week(figures: dict[str, Any], rules: str, link: Link = no_link) -> Picture:
    """Deadlines by hour and weekday; those of which most find nobody on duty are marked."""
    week, missed = figures["week"], figures["missed"]
    most = max(1, *week)
    parts = [text(LEFT, 14, rules_words(rules))]
    for day in range(7):
        middle = LEFT + day * CELL_WIDTH + CELL_WIDTH / 2
        parts.append(text(middle, TOP - 10, weekday_words(day), "pic-soft", "middle"))
    for hour in range(COLUMNS):
        y = TOP + hour * CELL_HEIGHT + 12
        parts.append(text(LEFT - 8, y, hour_words(hour), "pic-soft", "end"))
        for day in range(7):
            at = day * COLUMNS + hour
            shape = _cell(day, hour, week[at], missed[at], most)
            parts.append(field(shape, link(rules, "hour", at) if week[at] else ""))
    desc = _("{count} deadlines, {off} of them where nobody is on duty.").format(
        count=f"{figures['deadlines']:,}", off=f"{figures['off_duty']:,}"
    )
    width, height = LEFT + 7 * CELL_WIDTH + 4, TOP + COLUMNS * CELL_HEIGHT + 6
    title = _("Deadlines by hour of the week, {rules}").format(rules=rules_words(rules))
    return Picture("".join(parts), width, height, title, desc)


def _cell(day: int, hour: int, count: int, missed: int, most: int) -> str:
    x, y = LEFT + day * CELL_WIDTH, TOP + hour * CELL_HEIGHT
    place = {"x": x + 1, "y": y + 1, "width": CELL_WIDTH - 2, "height": CELL_HEIGHT - 2, "rx": 2}
    frame = element("rect", **place, class_="pic-line")
    if not count:
        return frame
    said = f"{weekday_words(day)} {hour_words(hour)}: {count:,}"
    if missed:
        said += " · " + _("{count} off duty").format(count=f"{missed:,}")
    depth = round(0.08 + 0.42 * count / most, 3)
    full = titled(said) + element("rect", **place, class_="pic-field", **{"fill-opacity": depth})
    number = text(x + CELL_WIDTH / 2, y + CELL_HEIGHT - 5, short(count), anchor="middle")
    look = "pic-off" if 2 * missed > count else ""
    return element("g", full, class_=look) + number + frame


def short(count: int) -> str:
    """A number that fits a field: 999, 1.2k, 34k."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 10_000 else f"{count // 1000}k"


def whole(today: dict[str, Any], changed: dict[str, Any], title: str) -> Picture:
    """All pictures of a what-if one below the other, for a file of its own."""
    pictures = [of_bands(today, changed), of_week(today, "today"), of_week(changed, "changed")]
    parts, y = [text(16, 24, title)], 40
    for one in pictures:
        moved = element("g", one.body, transform=f"translate(16 {y})")
        parts.append(moved)
        y += one.height + 24
    width = max(one.width for one in pictures) + 32
    told = " ".join(one.desc for one in pictures)
    return Picture("".join(parts), width, y, title, told)
