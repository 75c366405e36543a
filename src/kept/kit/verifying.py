"""Proofs: every module may prove that its rows are what its history says (``kept verify``).

A module puts its proofs into ``verifying.py``; each is called with one Report and writes there what
it counted and every fault it found. A proof changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import module_has_submodule

Proof = Callable[["Report"], None]
MOST_FAULTS_KEPT = 1_000
_proofs: dict[str, tuple[int, Any, Proof]] = {}


@dataclass(frozen=True)
class Fault:
    """Something that is not as it must be: where, and a lazy sentence with its values."""

    where: str
    message: Any
    values: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.where}: {str(self.message).format_map(self.values)}"


@dataclass
class Report:
    """What the proofs found: how much was looked at, and what is wrong with it.

    ``remarks`` are lines a reader should know that are no faults (words erased by rule).
    """

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    remarks: list[str] = field(default_factory=list)
    progress: Callable[[Any, int, int], None] = lambda label, done, total: None

    def fault(self, where: Any, message: Any, **values: Any) -> None:
        """Put a fault on record; beyond the first thousand only their number is kept."""
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS_KEPT:
            self.faults.append(Fault(str(where), message, values))

    @property
    def is_clean(self) -> bool:
        return not self.fault_count


def proves(name: str, label: Any, *, order: int = 50) -> Callable[[Proof], Proof]:
    """Enter a proof under a name; proofs run in order."""

    def put(proof: Proof) -> Proof:
        _proofs[name] = (order, label, proof)
        return proof

    return put


def verify(report: Report | None = None, *, only: str | None = None) -> Report:
    """Run every proof there is, or the one of that name."""
    load()
    report = report or Report()
    for name, (_order, _label, proof) in sorted(_proofs.items(), key=lambda item: item[1][0]):
        if only in (None, name):
            proof(report)
    return report


def load() -> None:
    """Import the ``verifying.py`` of every module that has one."""
    for app in apps.get_app_configs():
        if app.name.startswith("kept.") and module_has_submodule(app.module, "verifying"):
            import_module(f"{app.name}.verifying")


@contextmanager
def one_moment() -> Iterator[None]:
    """Read several tables as they stood at one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
