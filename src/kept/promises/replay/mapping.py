"""How the file of another system is read: a TOML, as for imports.

title = "City of Boston 311"       what it is
zone = "America/New_York"          in which its times are written
times = ["%d/%m/%Y %H:%M"]         how they are written; ISO and the usual ways always work
month_first = true                 3/4/2024 is the fourth of March
unknown = ["?"]                    what stands for nothing
policy = "boston311"               the rules it is replayed with, unless others are named
promise = "solve"                  only rules of this kind (default: of any kind)
encoding, sheet, header_row        as for imports

[columns]                          id and received are needed, the others as far as there are any
id = "case_enquiry_id"
received = "open_local"
due = "sla_target_local"
closed = "closed_local"
verdict = "on_time"

[facts]                            what a rule's ``applies`` asks for = the column that says it
type = "type"

[verdicts]                         the file's word = kept or broken
ONTIME = "kept"

[only]                             rows that count: column = its values
status = ["Closed"]

[due]                              how the other system writes a target that falls on closing time
closing_time_as_next_opening = true

[tolerate]                         clocks that disagree: closed so many seconds too early is taken
closed_early_seconds = 60          as closed at once

[events]                           a log: several rows for one id, one for each thing that happened
at = "sys_updated_at"              when it happened
state = "incident_state"           the state from then on
pauses = ["Awaiting User Info"]    states in which the clock stands still
facts_of = "last"                  the row that says the facts: "first" or "last"
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from kept.kit.importing.tables import How
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.promises.replay.recorded import BROKEN, KEPT

SHIPPED = resources.files(__package__) / "shipped"
MAPPING_ENDING, POLICY_ENDING = ".mapping.toml", ".policy.toml"
EARLY = "closed_early_seconds"
NEEDED = ("id", "received")
COLUMNS = (*NEEDED, "due", "closed", "verdict")
EVENTS = ("at", "state", "pauses", "facts_of")
TEXTS = ("title", "zone", "policy", "promise", "encoding", "sheet")
KNOWN = {*TEXTS, "times", "month_first", "unknown", "header_row", "columns", "facts", "verdicts",
         "only", "due", "tolerate", "events"}  # fmt: skip


@dataclass(frozen=True)
class Mapping:
    """One description of another system's file (see above)."""

    name: str
    columns: dict[str, str]
    title: str = ""
    zone: str = "UTC"
    times: Sequence[str] = ()
    month_first: bool = False
    unknown: Sequence[str] = ()
    policy: str = ""
    promise: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    only: dict[str, list[str]] = field(default_factory=dict)
    closing_time_as_next_opening: bool = False
    tolerate: dict[str, int] = field(default_factory=dict)
    events: dict[str, Any] = field(default_factory=dict)
    how: How = How()  # noqa: RUF009  # frozen

    @property
    def wanted(self) -> set[str]:
        """The columns of the file that it reads."""
        at = {self.events[name] for name in ("at", "state") if name in self.events}
        return {*self.columns.values(), *self.facts.values(), *self.only, *at}


def wrong(name: str, what: Any) -> InvalidInput:
    return InvalidInput(
        _("The mapping “{name}” is wrong about: {what}"), name=name, what=what, field="mapping"
    )


def read_mapping(name: str, text: str) -> Mapping:
    """A mapping from its TOML. Raises InvalidInput saying what is wrong with it."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise wrong(name, error) from None
    _check(name, given)
    due = given.pop("due", {})
    encoding, sheet = given.pop("encoding", ""), given.pop("sheet", "")
    return Mapping(
        name=name,
        how=How(encoding, sheet, given.pop("header_row", 0), given.get("month_first", False)),
        closing_time_as_next_opening=due.get("closing_time_as_next_opening", False),
        **given,
    )


def _check(name: str, given: dict[str, Any]) -> None:
    def require(holds: bool, what: Any) -> None:
        if not holds:
            raise wrong(name, what)

    require(not (unknown := sorted(set(given) - KNOWN)), ", ".join(unknown))
    for one in TEXTS:
        require(isinstance(given.get(one, ""), str), one)
    require(given.get("zone", "UTC") in available_timezones(), given.get("zone"))
    for one in ("times", "unknown"):
        require(_is_texts(given.get(one, [])), one)
    require(isinstance(given.get("month_first", False), bool), "month_first")
    require(type(given.get("header_row", 0)) is int, "header_row")
    for one in ("columns", "facts", "verdicts", "only", "due", "tolerate", "events"):
        require(isinstance(given.get(one, {}), dict), one)
    _check_parts(given, require)


def _check_parts(given: dict[str, Any], require: Any) -> None:
    columns, events = given.get("columns", {}), given.get("events", {})
    for one in NEEDED:
        require(one in columns, f"columns.{one}")
    require(set(columns) <= set(COLUMNS), f"columns.{_other(columns, COLUMNS)}")
    for part in ("columns", "facts", "verdicts"):
        require(_is_texts([*given.get(part, {}).values()]), part)
    require(set(given.get("verdicts", {}).values()) <= {KEPT, BROKEN}, "verdicts")
    require(all(_is_texts(values) for values in given.get("only", {}).values()), "only")
    due = given.get("due", {})
    known = ("closing_time_as_next_opening",)
    require(set(due) <= set(known), f"due.{_other(due, known)}")
    require(all(isinstance(one, bool) for one in due.values()), "due")
    tolerate = given.get("tolerate", {})
    require(set(tolerate) <= {EARLY}, f"tolerate.{_other(tolerate, (EARLY,))}")
    require(all(type(one) is int and one >= 0 for one in tolerate.values()), f"tolerate.{EARLY}")
    require(set(events) <= set(EVENTS), f"events.{_other(events, EVENTS)}")
    for one in ("at", "state") if events else ():
        require(isinstance(events.get(one), str), f"events.{one}")
    require(_is_texts(events.get("pauses", [])), "events.pauses")
    require(events.get("facts_of", "last") in ("first", "last"), "events.facts_of")


def _other(given: dict[str, Any], known: Sequence[str]) -> str:
    return ", ".join(sorted(set(given) - set(known)))


def _is_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(one, str) for one in values)


def shipped(ending: str) -> dict[str, str]:
    """The texts that come with Kept, by name."""
    files = (one for one in SHIPPED.iterdir() if one.name.endswith(ending))
    return {one.name.removesuffix(ending): one.read_text(encoding="utf-8") for one in files}


def text_named(name: str, known: dict[str, str], what: Any, field: str) -> str:
    """A shipped text by its name, or one's own by its path. Raises InvalidInput."""
    if name in known:
        return known[name]
    path = Path(name)
    try:
        if path.is_file():
            return path.read_text(encoding="utf-8")
    except (UnicodeError, OSError) as error:
        raise InvalidInput(
            _("{file} cannot be read: {error}"), file=name, error=error, field=field
        ) from None
    raise InvalidInput(
        _("There is no {what} “{name}”. There are: {known}; or name a TOML file of your own."),
        what=what,
        name=name,
        known=Listed(sorted(known)),
        field=field,
    )


def mapping_named(name: str) -> Mapping:
    """A mapping that comes with Kept, or the one in a file of one's own."""
    text = text_named(name, shipped(MAPPING_ENDING), _("mapping"), "mapping")
    return read_mapping(Path(name).name.removesuffix(".toml"), text)


def mapping_for(header: Sequence[str]) -> Mapping:
    """The shipped mapping that reads most of a file's columns. Raises InvalidInput for none."""
    every = [read_mapping(name, text) for name, text in sorted(shipped(MAPPING_ENDING).items())]
    fitting = [one for one in every if one.wanted <= set(header)]
    if not fitting:
        raise InvalidInput(
            _("No mapping that comes with Kept fits this file. Write one and name it: --mapping."),
            field="mapping",
        )
    return max(fitting, key=lambda one: len(one.wanted))
