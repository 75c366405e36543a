"""Proof of the cases: status, owner and number are what the story says (SX.04, SX.05)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case, CaseStatus
from kept.kit.verifying import Report, one_moment, proves
from kept.timeline.models import Entry

BATCH = 500
STATUS_AFTER = {
    "case.opened": CaseStatus.OPEN,
    "case.imported": CaseStatus.OPEN,
    "case.waits_for_mail": CaseStatus.WAITING,
    "case.data_received": CaseStatus.OPEN,
    "case.cannot_send": CaseStatus.OPEN,
    "case.result_entered": CaseStatus.RESULT,
    "case.solved": CaseStatus.SOLVED,
    "case.closed": CaseStatus.CLOSED,
    "case.closed_before": CaseStatus.CLOSED,
    "case.merged": CaseStatus.CLOSED,
    "case.reopened": CaseStatus.OPEN,
}
"""What a case is after each line that moves it; the other lines leave it as it is."""
MOVING = {*STATUS_AFTER, "case.owner_reassigned"}


@proves("cases", _("Cases"), order=45)
def prove_cases(report: Report) -> None:
    """Each case told anew from its story equals what is stored."""
    total = Case.objects.count()
    for done, keys in enumerate(_batches(), start=1):
        with one_moment():
            _prove_batch(report, keys)
        report.progress(_("Cases"), min(done * BATCH, total), total)


def _batches() -> Iterator[list[int]]:
    last, rows = 0, Case.objects.order_by("pk").values_list("pk", flat=True)
    while keys := list(rows.filter(pk__gt=last)[:BATCH]):
        yield keys
        last = keys[-1]


def _prove_batch(report: Report, keys: list[int]) -> None:
    cases = list(Case.objects.filter(pk__in=keys).select_related("thread"))
    told: dict[int, list[Entry]] = defaultdict(list)
    threads = [case.thread_id for case in cases]
    lines = Entry.objects.filter(thread__in=threads, event__in=MOVING)
    for entry in lines.order_by("thread", "seq"):
        told[entry.thread_id].append(entry)
    for case in cases:
        report.counts["cases"] += 1
        _prove(report, case, told[case.thread_id])


def _prove(report: Report, case: Case, entries: list[Entry]) -> None:
    status, owner = status_told(entries), owner_told(entries)
    expected: dict[str, Any] = {"number": case.thread.number, "status": status}
    if owner is not None:
        expected["owner_id"] = owner
    if status is not None:
        open_now = case.thread.is_open
        if open_now != (status != CaseStatus.CLOSED):
            report.fault(case.thread.number, _("its story is open where the case is not"))
    for name, value in expected.items():
        if (stored := getattr(case, name)) != value:
            report.fault(
                case.thread.number or case.pk,
                _("{name} is stored as {stored}, its story says {value}"),
                name=name,
                stored=stored,
                value=value,
            )


def status_told(entries: Iterable[Entry]) -> str | None:
    """The status after the last line that moves the case."""
    moves = [STATUS_AFTER[one.event] for one in entries if one.event in STATUS_AFTER]
    return moves[-1] if moves else None


def owner_told(entries: Iterable[Entry]) -> int | None:
    """Who owns the case by its story; None where it came from elsewhere with its owner (S1.48)."""
    owner = None
    for entry in entries:
        if entry.event == "case.opened":
            owner = _person(entry, "owner") or entry.by_id
        elif entry.event == "case.owner_reassigned" and _person(entry, "old") == owner:
            owner = _person(entry, "new")
    return owner


def _person(entry: Entry, name: str) -> int | None:
    said = json.loads(entry.body)["values"].get(name)
    return said["id"] if said else None
