"""What the case page tells: the story, what is waiting, and who is concerned."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigAutoField, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kept.cases.models import Case
from kept.cases.models.findable import OWN_STAFF
from kept.kit.prepared import Among, Given, GivenKeys, Prepared
from kept.people.models import User
from kept.people.personal import personal, personal_words
from kept.promises.models import Promise
from kept.promises.shown import shown
from kept.timeline.models import Attachment, Entry
from kept.timeline.sentences import Told, tell

FROM_CUSTOMER = {"case.opened", "case.solved", "case.data_received"}
STATES = {
    "promise.kept": "good",
    "case.solved": "good",
    "promise.breached": "late",
    "promise.broken": "late",
}


@dataclass
class CaseTold(Told):
    """A line of a case's story; ``changes`` are what a correction changed, old and new."""

    changes: list[dict[str, Any]] = field(default_factory=list)


def story_of(case: Case, reader: User) -> list[CaseTold]:
    """The whole story in order, files with the line they came with, merged cases told along; phones
    and mail only for who may read them (SX.15). People from outside are not told what is for own
    staff.
    """
    lines = _LINES if reader.is_own_staff else _LINES_OUTSIDE
    return told_to(lines.rows(threads=_threads_of(case)), reader)


def entries_of(case: Case) -> QuerySet[Entry]:
    """The lines of a case's story and of those merged into it, in no order.

    By the keys of their threads: a condition over two tables would read every line there is.
    """
    return Entry.objects.filter(thread__in=_threads_of(case)).select_related("by")


def _threads_of(case: Case) -> list[int]:
    threads = [case.thread_id]
    if getattr(case, "has_merged", True):
        threads += Case.objects.filter(duplicate_of=case).values_list("thread_id", flat=True)
    return threads


def _in_order(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    told = entries.filter(Among("thread_id", GivenKeys("threads", BigAutoField())))
    return told.select_related("by").order_by("recorded_at", "thread", "seq")


_LINES = Prepared(lambda: _in_order(Entry.objects.all()))
_LINES_OUTSIDE = Prepared(lambda: _in_order(Entry.objects.exclude(event__in=OWN_STAFF)))
_FILES = Prepared(
    lambda: Attachment.objects.filter(Among("thread_id", GivenKeys("threads", BigAutoField())))
)
_PROMISES = Prepared(
    lambda: (
        Promise.objects.filter(about=Given("thread", BigAutoField()))
        .exclude(state=Promise.State.CANCELLED)
        .select_related("person")
        .order_by("due_at")
    )
)


def told_to(entries: Iterable[Entry], reader: User) -> list[CaseTold]:
    """Lines of the story as somebody reads them."""
    entries = list(entries)
    files: dict[tuple[int | None, int], list[Attachment]] = defaultdict(list)
    for file in _FILES.rows(threads={entry.thread_id for entry in entries}):
        files[file.thread_id, file.seq or 0].append(file)
    lines = tell(entries, files)
    told = [CaseTold(**vars(line)) for line in lines]
    for one in told:
        one.words = personal_words(one.words, reader)
        one.is_own = one.event in OWN_STAFF
        one.is_from_customer = one.event in FROM_CUSTOMER
        one.state = STATES.get(one.event, "")
        one.changes = changes_of(one)
    return told


def changes_of(told: Told) -> list[dict[str, Any]]:
    """What a correction changed, old and new."""
    fields = [name.removeprefix("old_") for name in told.words if name.startswith("old_")]
    return [
        {
            "label": getattr(Case._meta.get_field(name), "verbose_name", name),
            "old": told.words.get(f"old_{name}", ""),
            "new": told.words.get(f"new_{name}", ""),
        }
        for name in fields
    ]


def promises_of(case: Case) -> list[Any]:
    """Every promise about the case that still counts, open ones first, soonest first."""
    rows = _PROMISES.rows(thread=case.thread_id)
    return [shown(one) for one in sorted(rows, key=lambda one: not one.is_open)]


def facts_shown(case: Case, reader: User) -> list[dict[str, Any]]:
    """Names and values at the side of the page."""
    account, serial = case.account, case.serial_unit
    facts = [
        (_("Customer"), case.customer_name, account.get_absolute_url() if account else ""),
        (_("Contact"), case.contact.name if case.contact else "", ""),
        (_("Phone"), personal(case.caller_phone, reader), ""),
        (_("Mail"), personal(case.caller_email, reader), ""),
        (_("Address"), case.address, ""),
        (_("Product"), case.product, ""),
        (_("Version"), case.version, ""),
        (_("Serial"), serial, serial.get_absolute_url() if serial else ""),
        (_("Serial not on file"), case.unregistered_serial, ""),
        (_("Why it is taken all the same"), case.marked_because, ""),
        (_("Route"), case.get_route_display(), ""),
        (pgettext("of a case", "Kind"), case.get_case_kind_display(), ""),
        (_("Priority"), case.get_priority_display(), ""),
        (_("Class"), case.get_classification_display(), ""),
        (_("Received at"), case.received_at, ""),
        (_("Unit"), case.unit.name, ""),
        (_("Outcome"), case.outcome, ""),
    ]
    return [{"label": label, "value": value, "url": url} for label, value, url in facts if value]
