"""What is wrong with a pack: every fault, by section and row, before anything is written.

A reader stops at its first fault. Here each row is read by itself, in a savepoint that is taken
back when it fails, so that one faulty row hides no other. What a row alone cannot tell (two rules
that contradict each other) is asked of the checks which modules enter.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kept.kit.outage import outage_of
from kept.kit.packs import Loading, are_rows, read_base, read_section, sections, unknown_sections
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.words import Listed

#: What a reader raises for a value it cannot take.
UNREADABLE = (
    Refused,
    ValidationError,
    KeyError,
    TypeError,
    AttributeError,
    ValueError,
    ArithmeticError,
    Error,
)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a pack: where, which kind (``code``), what, and what to do.

    A warning says what is probably not meant; a pack with warnings only may be loaded.
    """

    section: str
    row: str
    code: str
    what: Any
    mend: Any = ""
    is_warning: bool = False

    def __str__(self) -> str:
        where = f"{self.section} “{self.row}”" if self.row else self.section
        return f"{where}: {self.what} {self.mend}".strip()


Check = Callable[[Mapping[str, Any]], Iterable[Fault]]
_checks: list[Check] = []


def check(one: Check) -> Check:
    """Enter a check over a whole pack, asked with the rows that could be read."""
    _checks.append(one)
    return one


def checked(pack: Mapping[str, Any]) -> list[Fault]:
    """What the checks of all modules say of a pack whose rows can be read."""
    return [fault for one in _checks for fault in one(pack)]


def trial(pack: Mapping[str, Any], *, company: Any, valid_from: datetime, by: Any) -> list[Fault]:
    """Every fault of a pack. It writes rows of a company that must be taken back afterwards."""
    attempt = _Trial(Loading(company, valid_from, by))
    for name in unknown_sections(pack):
        attempt.faults.append(
            Fault(
                name,
                "",
                "unknown_section",
                _("Nobody knows this section."),
                format_lazy(_("There are: {names}."), names=Listed(sorted(sections()))),
            )
        )
    for name in sections():
        if name in pack:
            attempt.read(name, pack[name])
    return [*attempt.faults, *checked(attempt.good)]


class _Trial:
    """One pack read row by row: what was wrong, and the rows that were right."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self.faults: list[Fault] = []
        self.good: dict[str, Any] = {}
        self.base = read_base()

    def read(self, name: str, data: Any) -> None:
        if are_rows(data):
            self._read_rows(name, data)
        elif isinstance(data, dict):
            self._read_table(name, data)
        elif self._attempt(name, "", data):
            self.good[name] = data

    def _read_rows(self, name: str, rows: list[dict[str, Any]]) -> None:
        seen: set[str] = set()
        for number, row in enumerate(rows, start=1):
            code = str(row.get("code", number))
            if code in seen:
                self._twice(name, code)
            seen.add(code)
            if self._attempt(name, code, [row]):
                self.good.setdefault(name, []).append(row)
            else:
                # Rows that name this one are not at fault for it.
                self.loading.made.setdefault(name, {}).setdefault(code, None)

    def _twice(self, name: str, code: str) -> None:
        self.faults.append(
            Fault(
                name,
                code,
                "code_twice",
                _("Two rows have this code."),
                _("Give one of them another code."),
            )
        )

    def _read_table(self, name: str, table: dict[str, Any]) -> None:
        """All of a table; where that fails each key by itself, over what all companies have."""
        before = len(self.faults)
        if self._attempt(name, "", table):
            self.good[name] = table
            return
        whole = self.faults[before:]
        del self.faults[before:]
        under: Any = self.base.get(name)
        for key, value in table.items() if isinstance(under, dict) else ():
            self._attempt(name, key, {**under, key: value}, keep=False)
        if len(self.faults) == before:
            self.faults += whole

    def _attempt(self, name: str, row: str, data: Any, *, keep: bool = True) -> bool:
        """Read it in a savepoint; a fault is taken down and what was written is taken back."""
        try:
            with transaction.atomic():
                read_section(self.loading, name, data)
                transaction.set_rollback(not keep)
        except UNREADABLE as error:
            if (outage := outage_of(error)) is not None:
                raise outage from error
            self.faults.append(Fault(name, row, code_of(error), worded(error), mend_of(error)))
            return False
        return True


def code_of(error: BaseException) -> str:
    """Which kind of fault an error of a reader is."""
    if isinstance(error, KeyError):
        return "missing"
    return "refused" if isinstance(error, Refused | ValidationError) else "unreadable"


def worded(error: BaseException) -> Any:
    """What a reader's error says, to somebody who writes packs."""
    if isinstance(error, KeyError):
        return format_lazy(_("“{key}” is missing."), key=str(error.args[0]) if error.args else "")
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, Refused):
        return str(error)
    return _("A value here cannot be read.")


def mend_of(error: BaseException) -> Any:
    """What to do about it, where the error itself does not say."""
    if isinstance(error, KeyError):
        return _("Write it down.")
    if isinstance(error, Refused | ValidationError):
        return ""
    return _("Compare the row with one of a shipped pack.")


def refusal_of(faults: Iterable[Fault], rule: str | None = None) -> InvalidInput:
    """All faults of a pack in one refusal; ``rule`` where a reader named one."""
    lines = [str(fault) for fault in faults if not fault.is_warning]
    return InvalidInput(
        _("This pack is not loaded. Mend it first: {faults}"),
        faults=" · ".join(lines),
        field="pack",
        rule=rule or "SX.19",
    )
