"""Rules and calendars of a replay: the same rows as in a policy pack, read without a database.

[[calendars]]
code = "city"
zone = "America/New_York"
week = { "mon-fri" = ["08:30-17:00"] }
closed = { "2014-01-01" = "New Year's Day" }     days of its own: the years it names, no others
opened = { "2016-01-30" = ["09:00-12:00"] }
country = "CN"                                   official days, in the years of the records

[[promises]]
code = "dead_animal"
kind = "solve"
duration = "8.5 working_hours"
calendar = "city"
applies = { type = ["Pick up Dead Animal"] }
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.promises.clockwork import Duration, Shift, WorkCalendar, always, week_of
from kept.promises.clockwork.holidays import UnknownYear, chinese_years, official_days
from kept.promises.replay.mapping import POLICY_ENDING, shipped, text_named

#: Only a fixed term can be counted again; a time somebody named stands in the records.
FIXED = "fixed"
CALENDAR_KEYS = {"code", "name", "zone", "week", "country", "closed", "opened"}
RULE_KEYS = {"code", "kind", "name", "duration", "calendar", "applies", "warn_percent",
             "reopening", "source", "time"}  # fmt: skip


@dataclass(frozen=True)
class ReplayRule:
    """A term, its calendar, and the matters it is for."""

    code: str
    kind: str
    duration: Duration
    calendar: WorkCalendar
    applies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Whether the facts meet everything the rule asks for."""
        return all(facts.get(name) in wanted for name, wanted in self.applies.items())


class ReplayPolicy:
    """Rules, those that ask for more first, and the calendars they were written with."""

    def __init__(
        self, name: str, rules: Iterable[ReplayRule], calendars: Mapping[str, WorkCalendar]
    ) -> None:
        self.name, self.calendars = name, dict(calendars)
        self.rules = sorted(rules, key=lambda rule: -len(rule.applies))
        self.asked = sorted({name for rule in self.rules for name in rule.applies})
        self._known: dict[tuple[str | None, ...], ReplayRule | None] = {}

    def rule_for(self, facts: Mapping[str, str]) -> ReplayRule | None:
        """The rule that fits and asks for most; the same facts are looked up once."""
        asked = tuple(facts.get(name) for name in self.asked)
        if asked not in self._known:
            self._known[asked] = next((rule for rule in self.rules if rule.fits(facts)), None)
        return self._known[asked]

    def calendar(self, code: str) -> WorkCalendar:
        """A calendar by its code. Raises InvalidInput."""
        if code in self.calendars:
            return self.calendars[code]
        raise InvalidInput(
            _("There is no calendar “{code}” in “{policy}”. There are: {known}."),
            code=code,
            policy=self.name,
            known=Listed(sorted(self.calendars)),
            field="calendar",
        )

    def on_duty(self, code: str = "") -> WorkCalendar | None:
        """The calendar of duty: the one named, else the only one there is; None: day and night."""
        if code:
            return self.calendar(code)
        return next(iter(self.calendars.values())) if len(self.calendars) == 1 else None

    def changed(self, durations: Mapping[str, Duration], calendar: str = "") -> "ReplayPolicy":
        """The same policy with other terms for some rules (by code or kind), or another calendar
        for those, or for all when no term changes. Raises InvalidInput.
        """
        known = {name for rule in self.rules for name in (rule.code, rule.kind)}
        if unknown := sorted(set(durations) - known):
            raise InvalidInput(
                _("There is no rule “{code}” in “{policy}”. There are: {known}."),
                code=Listed(unknown),
                policy=self.name,
                known=Listed(sorted(known)),
                field="rule",
            )
        own = self.calendar(calendar) if calendar else None
        rules = []
        for rule in self.rules:
            duration = durations.get(rule.code) or durations.get(rule.kind)
            if own is not None and (duration or not durations):
                rule = replace(rule, calendar=own)
            rules.append(replace(rule, duration=duration) if duration else rule)
        return ReplayPolicy(self.name, rules, self.calendars)


def wrong_policy(name: str, what: Any) -> InvalidInput:
    return InvalidInput(
        _("The policy “{name}” is wrong about: {what}"), name=name, what=what, field="policy"
    )


def policy_named(name: str, *, zone: str, years: tuple[int, int], kind: str = "") -> ReplayPolicy:
    """A policy that comes with Kept, a policy pack, or the TOML of one's own. Raises InvalidInput.

    ``years`` are those whose official days are needed; ``kind`` leaves only rules of that kind.
    """
    known = shipped(POLICY_ENDING)
    if name in packs.PACKS and name not in known:
        rows: dict[str, Any] = plain_rows(packs.read_pack(name))
    else:
        text = text_named(name, known, _("policy"), "policy")
        name = Path(name).name.removesuffix(".toml")
        try:
            rows = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise wrong_policy(name, error) from None
    return read_policy(name, rows, zone=zone, years=years, kind=kind)


def plain_rows(pack: Mapping[str, Any]) -> dict[str, Any]:
    """The calendars and rules of a pack with what a replay needs of them."""
    parts = (("calendars", CALENDAR_KEYS), ("promises", RULE_KEYS))
    return {
        part: [{key: row[key] for key in row if key in known} for row in pack.get(part, ())]
        for part, known in parts
    }


def read_policy(
    name: str, rows: Mapping[str, Any], *, zone: str, years: tuple[int, int], kind: str = ""
) -> ReplayPolicy:
    """A policy from the rows of its sections; other sections of a pack are left alone."""
    try:
        calendars = {row["code"]: _calendar(name, row, zone, years)
                     for row in rows.get("calendars", ())}  # fmt: skip
        fixed = [row for row in rows.get("promises", ()) if row.get("time", FIXED) == FIXED]
        rules = [_rule(name, row, calendars, zone) for row in fixed]
    except KeyError as missing:
        raise wrong_policy(name, missing) from None
    except (TypeError, AttributeError, ValueError) as error:
        raise wrong_policy(name, error) from None
    rules = [rule for rule in rules if not kind or rule.kind == kind]
    if not rules:
        raise wrong_policy(name, "promises")
    return ReplayPolicy(name, rules, calendars)


def _calendar(
    policy: str, row: Mapping[str, Any], zone: str, years: tuple[int, int]
) -> WorkCalendar:
    if unknown := sorted(set(row) - CALENDAR_KEYS):
        raise wrong_policy(policy, f"calendars.{unknown[0]}")
    own = row.get("zone", zone)
    if own not in available_timezones():
        raise wrong_policy(policy, own)
    calendar = WorkCalendar(own, week_of(row["week"]))
    if country := row.get("country"):
        calendar = _with_official_days(calendar, country, years)
    closed = {date.fromisoformat(day): name for day, name in row.get("closed", {}).items()}
    opened = {
        date.fromisoformat(day): tuple(map(Shift.of, shifts))
        for day, shifts in row.get("opened", {}).items()
    }
    return calendar.with_days(closed=closed, opened=opened)


def _with_official_days(
    calendar: WorkCalendar, country: str, years: tuple[int, int]
) -> WorkCalendar:
    """The calendar with a country's official days of these years, as far as they are known."""
    first, last = years
    if country == "CN":
        known = chinese_years()
        first, last = max(first, known[0]), min(last, known[-1])
        if first > last:
            return calendar
    try:
        return official_days(country, first, last).applied_to(calendar)
    except UnknownYear as unknown:
        raise ValueError(str(unknown)) from None


def _rule(
    policy: str, row: Mapping[str, Any], calendars: Mapping[str, WorkCalendar], zone: str
) -> ReplayRule:
    if unknown := sorted(set(row) - RULE_KEYS):
        raise wrong_policy(policy, f"promises.{unknown[0]}")
    code = row.get("calendar")
    if code and code not in calendars:
        raise wrong_policy(policy, code)
    applies = row.get("applies", {})
    return ReplayRule(
        code=row.get("code", row["kind"]),
        kind=row["kind"],
        duration=Duration.of(row["duration"]),
        calendar=calendars[code] if code else always(zone),
        applies={name: tuple(wanted) for name, wanted in applies.items()},
    )
