"""What the worker found, in every language: whoever opens the page reads their own."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation

from kept.kit.importing.kinds import Fault
from kept.kit.importing.running import Outcome
from kept.kit.refusal import Refused
from kept.kit.words import Words

Said = dict[str, str]
LONGEST = 2_000


def said(thing: Any) -> Said:
    """A sentence in every language, without signs that no database stores."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = storable(str(thing))
    return found


def storable(text: str) -> str:
    """NUL and half characters written out."""
    text = text.replace("\0", "\\0")[:LONGEST]
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def read(sentences: Iterable[Said]) -> list[str]:
    """Kept sentences as the present reader sees them."""
    return [str(Words(one)) for one in sentences]


def fault_kept(fault: Fault) -> dict[str, Any]:
    """A fault as it is kept with the import."""
    refused = fault.refused
    return {
        "line": fault.line,
        "column": storable(fault.column),
        "value": storable(fault.value),
        "said": said(refused),
        "rule": refused.rule or "",
        "mend": refused.mend or "",
    }


def fault_read(kept: dict[str, Any]) -> dict[str, Any]:
    """A kept fault for the present reader."""
    return {**kept, "said": str(Words(kept["said"]))}


class Report:
    """What became of an attempt, as it is kept: numbers, sentences, and where refused rows lie."""

    def __init__(self, attempt: int) -> None:
        self.attempt = attempt
        self.numbers: dict[str, Any] = {}
        self.told: list[Said] = []
        self.faults: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.why_stopped: Said = {}
        self.errors_file: Any = None

    @classmethod
    def of(cls, attempt: int, outcome: Outcome) -> "Report":
        """The report on a file that was read to its end."""
        report = cls(attempt)
        names = ("rows", "made", "known", "refused", "noted")
        report.numbers = {name: getattr(outcome, name) for name in names}
        report.numbers["counted"] = dict(outcome.counted)
        report.told = [said(one) for one in outcome.told]
        report.faults = [fault_kept(one) for one in outcome.first_faults]
        report.notes = [fault_kept(one) for one in outcome.first_notes]
        return report

    @classmethod
    def stopped(cls, attempt: int, why: Refused) -> "Report":
        """The report on an attempt that did not come to the end of its file."""
        report = cls(attempt)
        report.why_stopped = said(why)
        return report
