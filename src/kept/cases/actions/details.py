"""Notes, files, caller, class, links and corrections: what fills a case in."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.causes import require_nobody_named
from kept.cases.actions.intake import PhoneText, SerialText, credit_service, facts_of
from kept.cases.actions.ownership import ALIVE, update_sight
from kept.cases.equipment import looked_up, require_served
from kept.cases.models import Case, CaseClass, CaseKind, Priority, Route
from kept.cases.requests.checks import request_of
from kept.cases.requests.kinds import require_audience
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text, TextRule
from kept.parties.models import Account, Contact
from kept.people.models import Unit, User
from kept.products.models import Product, SerialUnit
from kept.promises import ledger
from kept.promises.models import PromiseKind
from kept.timeline.files import attach
from kept.timeline.models import Attachment
from kept.timeline.notices import tell
from kept.timeline.sight import add_sight

Version = Annotated[str, TextRule(40, many_lines=False)]


@action(
    "cases.note",
    shown=True,
    label=_("Note for colleagues"),
    right="cases.work",
    icon="sticky-note",
    adds=True,
)
def add_note(case: Case, *, by: User, note: Text, files: Sequence[Attachment] = ()) -> Case:
    """A note for own staff; the customer never sees it."""
    entry = case.record("case.noted", by=by, words={"note": note})
    attach(case.thread, files, seq=entry.seq, by=by)
    return case


@action("cases.attach", label=_("Attach files"), right="cases.work", icon="paperclip", adds=True)
def attach_files(case: Case, *, by: User, files: Sequence[Attachment], note: Line = "") -> Case:
    """Add files to the case, each with its checksum; none ever vanishes by a later step (SX.07)."""
    if not files:
        raise InvalidInput(_("Choose at least one file."), field="files")
    entry = case.record(
        "file.attached", by=by, files=[one.name for one in files], words={"note": note}
    )
    attach(case.thread, files, seq=entry.seq, by=by)
    return case


@action(
    "cases.attach_caller",
    label=_("Say who called"),
    on=ALIVE,
    right="cases.work",
    icon="user-check",
)
def attach_caller(
    case: Case,
    *,
    by: User,
    account: Account,
    contact: Contact | None = None,
    serial_unit: SerialUnit | None = None,
    unregistered_serial: SerialText = "",
    marked_because: Line = "",
) -> Case:
    """Name the customer once it is known who called, and what it is about (S0.05, S2.02)."""
    if account.company_id != case.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=account, rule="SX.01")
    if contact is not None and contact.account_id != account.pk:
        raise InvalidInput(_("This person belongs to another customer."), field="contact")
    if serial_unit is not None and serial_unit.company_id != case.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=serial_unit, rule="SX.01")
    because = marked_because or case.marked_because
    serial_unit = looked_up(case.unit, serial_unit, unregistered_serial, because)
    require_served(serial_unit, case.case_kind, because)
    if (request := request_of(case)) is not None:
        require_audience(request.kind, account)
    old = case.account
    case.account, case.contact = account, contact
    case.serial_unit = serial_unit or case.serial_unit
    case.unregistered_serial = (
        "" if case.serial_unit else unregistered_serial or case.unregistered_serial
    )
    case.marked_because = because
    case.save()
    update_sight(case)
    case.record("case.caller_known", by=by, old=old, new=account, words={"note": marked_because})
    ledger.open_promises(case).filter(to__isnull=True).update(to=account.thread)
    credit_service(case, by=by)
    return case


@action("cases.classify", label=_("Classify"), on=ALIVE, right="cases.work", icon="tags")
def classify(
    case: Case,
    *,
    by: User,
    classification: CaseClass,
    product: Product | None = None,
    version: Version = "",
) -> Case:
    """Say what the matter is: operating error, defect, requirement … (S1.46, S1.65)."""
    if product is not None and product.company_id != case.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=product, rule="SX.01")
    old, case.classification = case.classification, classification
    case.product, case.version = product or case.product, version or case.version
    case.save(update_fields=["classification", "product", "version"])
    case.record(
        "case.classified",
        by=by,
        old=old or None,
        new=classification,
        product=case.product,
        version=case.version,
    )
    return case


@action(
    "cases.flag_caller", label=_("Flag difficult call"), on=ALIVE, right="cases.work", icon="flag"
)
def flag_caller(
    case: Case,
    *,
    by: User,
    statement: Text,
    inconsistencies: Text = "",
    call_supervisor: bool = False,
) -> Case:
    """Note an unreasonable call: what was said and what does not fit; nobody quarrels (S1.59)."""
    called = _supervisor_of(case.unit, by) if call_supervisor else None
    case.is_abusive = True
    case.save(update_fields=["is_abusive"])
    case.record(
        "case.caller_flagged",
        by=by,
        supervisor=call_supervisor,
        words={"text": statement, "note": inconsistencies},
    )
    if called is not None:
        add_sight(case.thread, [called.scope_id])
        tell(
            [called],
            "case.caller_flagged",
            about=case.thread,
            key=f"flag:{case.pk}:{case.thread.length}",
            supervisor=True,
        )
    return case


def _supervisor_of(unit: Unit, by: User) -> User:
    """Who leads the unit, or the nearest above it. Raises Refused when there is nobody to call."""
    above = Unit.objects.filter(pk__in=unit.ancestor_ids).select_related("manager")
    for one in sorted(above, key=lambda unit: -unit.depth):
        if one.manager is not None and one.manager != by and one.manager.is_active:
            return one.manager
    raise Refused(
        _("Nobody leads {unit} who could be called in. Appoint a manager first."),
        unit=unit,
        rule="S1.59",
        field="call_supervisor",
        mend=unit.get_absolute_url(),
    )


@action("cases.link", label=_("Link to another case"), right="cases.work", icon="link", adds=True)
def link_cases(case: Case, *, by: User, other: Case) -> Case:
    """Two cases belong together; each shows the other."""
    if other == case:
        raise InvalidInput(_("Choose another case."), field="other")
    relate(case, other, by=by)
    return case


def relate(case: Case, other: Case, *, by: User) -> None:
    """Link two cases in both directions, once."""
    if case.related.filter(pk=other.pk).exists():
        raise Refused(_("These two are linked already."), rule="SX.06")
    case.related.add(other)
    case.record("case.linked", by=by, other=other)
    other.record("case.linked", by=by, other=case)


@action("cases.correct", label=_("Correct a fact"), on=ALIVE, right="cases.work", icon="pencil")
def correct_case(
    case: Case,
    *,
    by: User,
    reason: Line,
    summary: Line = "",
    description: Text = "",
    route: Route | None = None,
    case_kind: CaseKind | None = None,
    priority: Priority | None = None,
    caller_name: Annotated[str, TextRule(100, many_lines=False)] = "",
    caller_phone: PhoneText = "",
    address: Line = "",
) -> Case:
    """Mend a mistyped fact; old and new both stay on record (SX.05)."""
    given = {
        "summary": summary,
        "description": description,
        "route": route,
        "case_kind": case_kind,
        "priority": priority,
        "caller_name": caller_name,
        "caller_phone": caller_phone,
        "address": address,
    }
    changed = {
        name: (getattr(case, name), value)
        for name, value in given.items()
        if value and value != getattr(case, name)
    }
    if not changed:
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05")
    _require_post_stays(case, route)
    if "case_kind" in changed and case.case_kind == CaseKind.COMPLAINT:
        require_nobody_named(case)
    for name, (_old, value) in changed.items():
        setattr(case, name, value)
    require_served(case.serial_unit, case.case_kind, case.marked_because)
    case.save(update_fields=list(changed))
    if "summary" in changed:
        case.thread.title = case.summary
        case.thread.save(update_fields=["title"])
    words = {"reason": reason}
    for name, (old, new) in changed.items():
        words[f"old_{name}"], words[f"new_{name}"] = str(old), str(new)
    case.record("case.corrected", by=by, fields=sorted(changed), words=words)
    if changed.keys() & {"route", "case_kind", "priority"} and request_of(case) is None:
        clocks = (PromiseKind.REPLY, PromiseKind.SOLVE, PromiseKind.PROGRESS)
        ledger.change_rules(case, clocks, by=by, unit=case.unit, facts=facts_of(case))
    return case


def _require_post_stays(case: Case, route: Route | None) -> None:
    """A post in the forum stays one: it is answered where everybody reads it (S1.76, S1.79)."""
    if route is not None and Route.FORUM in (case.route, route) and route != case.route:
        raise Refused(
            _("A forum post stays one. What goes on elsewhere gets a case of its own."),
            rule="S1.76",
            field="route",
            mend=f"{case.get_absolute_url()}move_to_private/",
        )
