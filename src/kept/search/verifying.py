"""Proof of the index: everything is found by exactly what it is, and nothing else is (SX.10)."""

from django.utils.translation import gettext_lazy as _

from kept.kit.verifying import Report, one_moment, proves
from kept.search.kinds import kinds
from kept.search.models import Document
from kept.search.reindexing import out_of_step, threads_by_change
from kept.timeline.models import Thread

FAULTS = {
    "missing": _("it should be found and is not in the search index; run kept reindex"),
    "otherwise": _("it is found by other words than it has; run kept reindex"),
    "gone": _("it is found, though it should not be any more; run kept reindex"),
}


@proves("search", _("Search"), order=60)
def prove_search(report: Report) -> None:
    """Every thing that is to be found is in the index as its card says; nothing else is in it."""
    found = kinds()
    total, done = Thread.objects.filter(kind__in=found).count(), 0
    for threads in threads_by_change(found):
        with one_moment():
            now = list(Thread.objects.filter(pk__in=[thread.pk for thread in threads]))
            wrong = out_of_step(now, found)
        for thread in now:
            report.counts["found"] += thread.pk not in wrong
            if fault := wrong.get(thread.pk):
                report.fault(thread.number or f"{thread.kind} {thread.pk}", FAULTS[fault])
        done += len(threads)
        report.progress(_("Search"), min(done, total), total)
    for row in Document.objects.exclude(kind__in=found).order_by("pk")[:100]:
        report.fault(row.number or f"{row.kind} {row.thread_id}", FAULTS["gone"])
