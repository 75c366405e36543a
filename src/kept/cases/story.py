"""What the case page tells: the story, what is waiting, and who is concerned."""

from collections import defaultdict
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from kept.cases.models import Case
from kept.cases.models.findable import OWN_STAFF
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


def story_of(case: Case) -> list[Told]:
    """The whole story in order, files with the line they came with, merged cases told along."""
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.filter(thread=case.thread_id):
        files[file.seq or 0].append(file)
    here = Q(thread=case.thread_id) | Q(thread__case__duplicate_of=case)
    entries = Entry.objects.filter(here).select_related("by")
    told = tell(entries.order_by("recorded_at", "thread", "seq"), files)
    for one in told:
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
            "label": Case._meta.get_field(name).verbose_name,
            "old": told.words.get(f"old_{name}", ""),
            "new": told.words.get(f"new_{name}", ""),
        }
        for name in fields
    ]


def promises_of(case: Case) -> list[Any]:
    """Every promise about the case that still counts, open ones first, soonest first."""
    rows = (
        Promise.objects.filter(about=case.thread_id)
        .exclude(state=Promise.State.CANCELLED)
        .select_related("person")
        .order_by("due_at")
    )
    return [shown(one) for one in sorted(rows, key=lambda one: not one.is_open)]


def facts_shown(case: Case) -> list[dict[str, Any]]:
    """Names and values at the side of the page."""
    account, serial = case.account, case.serial_unit
    facts = [
        (_("Customer"), case.customer_name, account.get_absolute_url() if account else ""),
        (_("Contact"), case.contact.name if case.contact else "", ""),
        (_("Phone"), case.caller_phone, ""),
        (_("Mail"), case.caller_email, ""),
        (_("Address"), case.address, ""),
        (_("Product"), case.product, ""),
        (_("Version"), case.version, ""),
        (_("Serial"), serial, serial.get_absolute_url() if serial else ""),
        (_("Route"), case.get_route_display(), ""),
        (_("Kind"), case.get_case_kind_display(), ""),
        (_("Priority"), case.get_priority_display(), ""),
        (_("Class"), case.get_classification_display(), ""),
        (_("Received at"), case.received_at, ""),
        (_("Unit"), case.unit.name, ""),
        (_("Outcome"), case.outcome, ""),
    ]
    return [{"label": label, "value": value, "url": url} for label, value, url in facts if value]
