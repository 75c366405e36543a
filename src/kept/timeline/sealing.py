"""The daily seal: all heads and lengths written down once a day, chained, and exported.

Chains prove that nothing in the middle was changed; only a seal proves that nothing at the end is
missing. The exported copy (``seals.jsonl`` in KEPT_HOME, one line a day, to be kept elsewhere as
well) proves that the seals themselves are the old ones.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kept.kit.bulk import insert_values, next_keys
from kept.kit.verifying import Report
from kept.timeline.canonical import canonical, digest
from kept.timeline.models import Entry, Seal, SealLine, Thread

EXPORT = "seals.jsonl"
BATCH = 500


def seal_if_due() -> Seal | None:
    """The worker's daily duty: seal unless today (real time, UTC) has its seal."""
    if Seal.objects.filter(on=timezone.now().date()).exists():
        return None
    return seal_now()


@transaction.atomic
def seal_now(at: datetime | None = None) -> Seal:
    """Write down length and head of every thread that grew since the seal before, and export it."""
    made_at = at or timezone.now()
    before = Seal.objects.order_by("-no").first()
    lines = _grown()
    counts = Thread.objects.aggregate(threads=Count("pk"), entries=Sum("length"))
    no = before.no + 1 if before else 1
    body = canonical(
        {
            "entries": counts["entries"] or 0,
            "lines": digest_of_lines(lines),
            "made_at": made_at,
            "no": no,
            "threads": counts["threads"],
        }
    )
    seal = Seal.objects.create(
        no=no,
        on=made_at.date(),
        made_at=made_at,
        body=body,
        hash=digest(before.hash if before else "", body),
    )
    keys = next_keys(SealLine, len(lines))
    rows = ((key, seal.pk, *line) for key, line in zip(keys, lines, strict=True))
    insert_values(SealLine, ("id", "seal_id", "thread_id", "length", "head"), rows)
    mark_sealed(seal)
    transaction.on_commit(lambda: export(seal))
    return seal


def _grown() -> list[tuple[int, int, str]]:
    """Threads that grew since the seal before, as one statement saw them, so as of one moment."""
    grown = Thread.objects.filter(length__gt=F("sealed_length"))
    return list(grown.order_by("pk").values_list("pk", "length", "head"))


def mark_sealed(seal: Seal) -> None:
    """Remember on each thread how far it is sealed, in the order in which actions lock threads."""
    line = SealLine.objects.filter(seal=seal, thread_id=OuterRef("pk")).values("length")
    rows = Thread.objects.filter(pk__in=seal.lines.values("thread_id"))
    if connection.features.has_select_for_update:
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    rows.update(sealed_length=Subquery(line))


def digest_of_lines(lines: Iterable[tuple[int, int, str]]) -> str:
    """SHA-256 over ``thread length head`` of every line, in order of threads."""
    sha = hashlib.sha256()
    for key, length, head in lines:
        sha.update(f"{key} {length} {head}\n".encode())
    return sha.hexdigest()


def export(seal: Seal) -> None:
    """Append the seal to the file of seals, for whoever keeps copies outside."""
    line = json.dumps({"no": seal.no, "body": seal.body, "hash": seal.hash}, ensure_ascii=False)
    path = export_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def export_path() -> Path:
    return Path(settings.HOME) / EXPORT


def prove_seal_chain(report: Report) -> None:
    """Seals are numbered without a gap, chained, and their lines are the ones they were made of."""
    head = ""
    for expected, seal in enumerate(Seal.objects.order_by("no"), start=1):
        report.counts["seals"] += 1
        where = f"seal {expected}"
        if seal.no != expected:
            report.fault(where, _("this seal is missing"))
            return
        lines = seal.lines.order_by("thread_id").values_list("thread_id", "length", "head")
        body = json.loads(seal.body)
        if digest(head, seal.body) != seal.hash or body["no"] != seal.no:
            report.fault(where, _("this seal is not what was recorded"))
        elif digest_of_lines(lines.iterator()) != body["lines"]:
            report.fault(where, _("the lines of this seal are not what was recorded"))
        head = seal.hash


def prove_lines(report: Report) -> None:
    """For every sealed length the thread has that entry with that head."""
    for line, found in _lines_with_heads():
        if found != line.head:
            report.fault(
                f"thread {line.thread_id}",
                _("entry {seq}, sealed on {on}, is missing or another"),
                seq=line.length,
                on=line.seal.on,
            )


def _lines_with_heads() -> Iterator[tuple[SealLine, str | None]]:
    head = Entry.objects.filter(thread=OuterRef("thread_id"), seq=OuterRef("length"))
    lines = SealLine.objects.select_related("seal").annotate(
        found=Subquery(head.values("hash")[:1])
    )
    for line in lines.order_by("pk").iterator(chunk_size=BATCH):
        yield line, line.found


def prove_exported(report: Report) -> None:
    """The exported seals are still the ones in the database."""
    path = export_path()
    if not path.exists():
        return
    stored = dict(Seal.objects.values_list("no", "hash"))
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            same = stored.get(line["no"]) == line["hash"]
        except (ValueError, KeyError, TypeError):
            same = False
        if not same:
            report.fault(
                path.name, _("line {number} is not a seal of this database"), number=number
            )
