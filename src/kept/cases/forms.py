"""What case forms ask, in the trade's words; order where the signature is not enough."""

from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case, Outcome
from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
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
    case_kind=_("Kind"),
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
    unregistered_serial=_("Serial not on file"),
    marked_because=_("Why it is taken all the same"),
)
declare_for("cases.hand_over", summary=_("Facts so far"))


def _units_of(case: Case, by: User):
    return Unit.objects.active().filter(company=case.company_id).exclude(kind=UnitKind.COMPANY)


def _branches_of(case: Case, by: User):
    return _units_of(case, by).filter(kind=UnitKind.BRANCH)


def _colleagues(case: Case, by: User):
    return User.objects.staff_of(case.company_id).exclude(pk=by.pk)


def _outcomes(case: Case, by: User):
    return Outcome.objects.in_force(case.unit)


PEOPLE = {"to_unit": _units_of, "to_person": _colleagues}
spec("cases.hand_over", choices=PEOPLE, order=("to_unit", "to_person", "summary", "suggestion"))
spec("cases.ask", choices=PEOPLE, order=("level", "to_unit", "to_person", "question"))
spec("cases.reassign_owner", choices={"owner": _colleagues})
spec("cases.send_branch", choices={"branch": _branches_of})
spec("cases.close", choices={"outcome": _outcomes})
spec("cases.draft_post", choices={"reviewer": _colleagues})
