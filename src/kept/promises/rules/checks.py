"""What is wrong with a company's promises as a whole: rules that contradict each other, that can
never fit, that count working time by no calendar; channels for which nothing is promised.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import combinations, pairwise
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kept.kit.pack_faults import Fault, check
from kept.kit.words import Listed
from kept.promises.clockwork import Duration, week_of
from kept.promises.models import PromiseKind
from kept.promises.rules.facts import Fact, can_compete, fact_named, facts_known

Row = Mapping[str, Any]
#: A Monday: the week shifts are laid out on.
MONDAY = date(2024, 1, 1)
#: Facts whose every value is a way to reach the company.
CHANNELS = "route"


@check
def rules_hold_together(pack: Mapping[str, Any]) -> Iterable[Fault]:
    """Every fault of promise rules that one row alone cannot tell (SX.19, C01, C02)."""
    rows, facts = pack.get("promises", []), facts_known(None)
    for row in rows:
        yield from _of_one(row, facts)
    for one, other in combinations(rows, 2):
        asked = one.get("applies", {}), other.get("applies", {})
        if one["kind"] == other["kind"] and can_compete(*asked, facts):
            yield _contradiction(one, other)
    yield from _silent_channels(rows, facts)


def _of_one(row: Row, facts: list[Fact]) -> Iterator[Fault]:
    percent = row.get("warn_percent", 80)
    if not isinstance(percent, int) or not 1 <= percent <= 99:
        yield _fault(
            row,
            "warn_percent",
            format_lazy(_("It warns at {percent} % of its time."), percent=percent),
            _("Warn between 1 and 99 %."),
        )
    if _counts_working(row) and not row.get("calendar"):
        yield _fault(
            row,
            "no_calendar",
            _("It counts working time, but no calendar says when that is."),
            _("Name one of the calendars."),
        )
    yield from _unfit(row, facts)


def _counts_working(row: Row) -> bool:
    return Duration.of(row["duration"]).measure in ("open", "working_days")


def _unfit(row: Row, facts: list[Fact]) -> Iterator[Fault]:
    """Facts and values no matter has: the rule would never be found."""
    for name, values in row.get("applies", {}).items():
        fact = fact_named(facts, name, row["kind"])
        unknown = [value for value in values if fact is not None and not fact.has(value)]
        if fact is None:
            known = sorted({one.name for one in facts if row["kind"] in one.kinds})
            yield _never(row, name, known)
        elif not values or len(unknown) == len(values):
            yield _never(row, f"{name} = {list(values)}", sorted(fact.choices or {}))
        elif unknown:
            yield _fault(
                row,
                "unknown_value",
                format_lazy(_("No matter has {what}."), what=f"{name} = {unknown}"),
                format_lazy(_("There are: {known}."), known=Listed(sorted(fact.choices or {}))),
                is_warning=True,
            )


def _never(row: Row, what: str, known: list[str]) -> Fault:
    return _fault(
        row,
        "never_fits",
        format_lazy(_("It can never fit: no matter of its kind has {what}."), what=what),
        format_lazy(_("There are: {known}."), known=Listed(known)),
    )


def _contradiction(one: Row, other: Row) -> Fault:
    return _fault(
        one,
        "contradiction",
        format_lazy(
            _("It and “{other}” can both fit one matter, and neither asks for more."),
            other=other.get("code", ""),
        ),
        _("Let one of them ask for more, or for something the other does not."),
    )


def _silent_channels(rows: Iterable[Row], facts: list[Fact]) -> Iterator[Fault]:
    """Ways to reach the company for which it promises no answer, while it does for others."""
    replies = [row for row in rows if row["kind"] == PromiseKind.REPLY]
    channels = fact_named(facts, CHANNELS, PromiseKind.REPLY)
    if not replies or channels is None:
        return
    silent = [value for value in channels.choices or {} if not _answers(replies, value)]
    if silent:
        yield Fault(
            "promises",
            "",
            "silent_channel",
            format_lazy(
                _("No answer is promised for: {routes}."),
                routes=Listed(channels.words_of(value) for value in silent),
            ),
            _("Add a rule of the kind “reply” for them, or leave it if that is meant."),
            is_warning=True,
        )


def _answers(replies: Iterable[Row], channel: str) -> bool:
    """Whether some rule fits whatever else is true of a matter that came this way."""
    asked = (row.get("applies", {}) for row in replies)
    return any(set(one) <= {CHANNELS} and channel in one.get(CHANNELS, [channel]) for one in asked)


def _fault(row: Row, code: str, what: Any, mend: Any, *, is_warning: bool = False) -> Fault:
    return Fault("promises", str(row.get("code", "")), code, what, mend, is_warning)


@check
def shifts_follow_each_other(pack: Mapping[str, Any]) -> Iterable[Fault]:
    """No two shifts of a calendar run at the same time, not over midnight either (SX.03)."""
    for row in pack.get("calendars", []):
        periods = sorted(_periods(row["week"]))
        if any(after[0] < before[1] for before, after in pairwise(periods)):
            yield Fault(
                "calendars",
                str(row.get("code", "")),
                "shifts_overlap",
                _("Two of its shifts run at the same time."),
                _("Let one end before the next begins."),
            )
        if not periods:
            yield Fault(
                "calendars",
                str(row.get("code", "")),
                "never_open",
                _("It has no shift at all."),
                _("Give it at least one."),
            )


def _periods(week: Mapping[str, Any]) -> Iterator[tuple[datetime, datetime]]:
    """A week of shifts laid out, with the Monday after it."""
    laid_out = week_of(week)
    for number in range(8):
        midnight = datetime.combine(MONDAY + timedelta(days=number), time())
        for shift in laid_out[number % 7]:
            yield midnight + shift.opening, midnight + shift.closing
