"""What case forms ask, in the trade's words; order where the signature is not enough."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.cases.actions.reception import checklists_for
from kept.cases.actions.request_steps import reported_cause
from kept.cases.models import Case, ComplaintCause, Outcome, RequestKind
from kept.cases.requests.checks import request_of
from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.kit.words import Words
from kept.parties.territory import answers_for, territory_of
from kept.people.models import Unit, UnitKind, User

declare(
    route=_("Route"),
    summary=_("Summary"),
    description=_("Description"),
    account=_("Customer"),
    contact=_("Contact"),
    caller_name=_("Caller"),
    caller_phone=_("Caller's phone"),
    caller_email=_("Caller's mail"),
    product=_("Product"),
    version=_("Version"),
    serial_unit=_("Serial unit"),
    case_kind=pgettext_lazy("of a case", "Kind"),
    priority=_("Priority"),
    sender_type=_("Sender"),
    received_at=_("Received at"),
    files=_("Files"),
    unit=_("Unit"),
    to_unit=_("To unit"),
    to_person=_("To person"),
    suggestion=_("Suggested solution"),
    reason=_("Reason"),
    owner=_("New owner"),
    level=_("Level"),
    question=_("Question"),
    answer=_("Answer"),
    could_help=_("This helps"),
    to=_("To"),
    subject=_("Subject"),
    phone=_("Phone"),
    due_at=_("By when"),
    promised=_("What is promised"),
    reached=_("Somebody was reached"),
    told=_("What was said"),
    solved=_("The customer says it is solved"),
    result=_("Result"),
    evidence=_("How they said so"),
    words=_("In their words"),
    file=_("File"),
    outcome=_("Outcome"),
    note=_("Note"),
    linked_case=_("Repeats case"),
    passed_to=_("Passed to"),
    into=_("Into case"),
    branch=_("Branch"),
    engineer=_("Engineer"),
    address=_("Address"),
    problem=_("Problem so far"),
    visited_at=_("Arrived at"),
    what=_("What is sent"),
    mailbox=_("To which mailbox"),
    expected_at=_("Expected by"),
    forum_rule=_("Forum rule"),
    request=_("What we asked"),
    email=_("Mail"),
    classification=_("Class"),
    statement=_("What was said"),
    inconsistencies=_("What does not fit"),
    call_supervisor=_("Call the supervisor"),
    other=_("Other case"),
    items=_("Done"),
    reviewer=_("Who reads it first"),
    handed_over=_("What was handed over"),
    why=_("What they did or left undone"),
    unregistered_serial=_("Serial not on file"),
    marked_because=_("Why it is taken all the same"),
)
declare(
    request_kind=_("What is asked for"),
    finished_at=_("Done at"),
    done_on=_("On the day"),
    item=_("Item"),
    fee=_("Fee"),
    cause=_("Special cause"),
)
for _verb in ("cases.request_service", "cases.fill_request"):
    declare_for(_verb, name=_("Field"), value=_("Value"))
declare_for(
    "cases.excuse_request",
    told=_("What the customer was told"),
    reference=_("Where the evidence can be seen"),
    files=_("Evidence"),
)
spec("cases.excuse_request", initial=lambda case, by: {"cause": reported_cause(case)})
declare_for("cases.note_heard", text=_("What was said"))
declare_for("cases.decline_service", ground=_("On what ground"))
declare_for("cases.call_again", words=_("What they said this time"))
declare_for("cases.hand_over", summary=_("Facts so far"))


def _units_of(case: Case, by: User):
    return Unit.objects.active().filter(company=case.company_id).exclude(kind=UnitKind.COMPANY)


def _branches_of(case: Case, by: User):
    return _units_of(case, by).filter(kind=UnitKind.BRANCH)


def _engineers_of(case: Case, by: User):
    return User.objects.staff_of(case.company)


def _territory_of(case: Case, by: User) -> dict[str, Any]:
    """Branch and engineer of the customer's territory, and where the customer is (S1.05)."""
    first = {"phone": case.caller_phone, "address": case.address}
    account = case.account
    if account is None:
        return first
    territory = territory_of(account.unit)
    row = answers_for(account)
    place = account.addresses.current().order_by("-is_main", "pk").first()
    return {
        "branch": territory.code if territory and territory.kind == UnitKind.BRANCH else "",
        "engineer": row.engineer.username if row else "",
        "phone": case.caller_phone,
        "address": case.address or (place.text if place else ""),
    }


def _not_ticked(case: Case, by: User) -> list[tuple[str, str]]:
    """What of the checklists for this way of contact is still to be done."""
    items = [item for row in checklists_for(case) for item in row.items]
    return [
        (item["code"], str(Words(item["name"])))
        for item in items
        if item["code"] not in case.ticked
    ]


def _colleagues(case: Case, by: User):
    return User.objects.staff_of(case.company_id).exclude(pk=by.pk)


def _outcomes(case: Case, by: User):
    return Outcome.objects.in_force(case.unit)


PEOPLE = {"to_unit": _units_of, "to_person": _colleagues}
spec("cases.hand_over", choices=PEOPLE, order=("to_unit", "to_person", "summary", "suggestion"))
spec("cases.ask", choices=PEOPLE, order=("level", "to_unit", "to_person", "question"))
spec("cases.reassign_owner", choices={"owner": _colleagues})
spec(
    "cases.send_branch",
    choices={"branch": _branches_of, "engineer": _engineers_of},
    order=("branch", "engineer", "phone", "address", "due_at", "problem", "suggestion"),
    initial=_territory_of,
    help={"engineer": _("Nobody: whoever of the branch takes it first.")},
)
spec(
    "cases.tick",
    choices={"items": _not_ticked},
    widgets={"items": forms.CheckboxSelectMultiple},
)
spec("cases.close", choices={"outcome": _outcomes})
spec("cases.draft_post", choices={"reviewer": _colleagues})


def _kinds(subject: None, by: User):
    return RequestKind.objects.visible_to(by).filter(superseded_at__isnull=True)


def _open_items(case: Case, by: User) -> list[tuple[str, str]]:
    request = request_of(case)
    items = request.open_items if request else []
    return [(item["code"], str(Words(item["name"]))) for item in items]


spec("cases.request_service", choices={"request_kind": _kinds}, hidden=("request_kind",))
spec(
    "cases.tick_item",
    choices={"items": _open_items},
    widgets={"items": forms.CheckboxSelectMultiple},
    help={"done_on": _("Nothing: today.")},
)
spec(
    "cases.finish_request",
    order=("result", "route", "finished_at"),
    help={
        "route": _("How the customer was told, where that is part of it."),
        "finished_at": _("Nothing: now."),
    },
)


def _who_else(cause: ComplaintCause, by: User):
    return _colleagues(cause.case, by)


spec("cases.name_cause", choices={"person": _colleagues})
spec(
    "cases.correct_cause",
    order=("person", "why", "reason"),
    choices={"person": _who_else},
    initial=lambda cause, by: {"person": cause.person.username, "why": cause.why},
)
