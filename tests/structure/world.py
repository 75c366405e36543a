"""A day at one company on which one of everything came to be, told through actions."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from kept.approvals.models import ApprovalRequest
from kept.cases.actions import (
    ask_question,
    attach_files,
    draft_post,
    name_cause,
    promise_customer,
)
from kept.cases.factories import make_case
from kept.cases.models import Case, CaseKind, ComplaintCause, Question, QuestionLevel, Route
from kept.field.factories import make_dispatch
from kept.field.models import Dispatch
from kept.kit import clock
from kept.parties.actions import change_own_contact, post_field_staff, serve_across
from kept.parties.factories import make_account, make_station
from kept.parties.models import (
    Account,
    Address,
    ChangeNotice,
    Contact,
    CrossRegionService,
    Phone,
    Posting,
)
from kept.people.actions import issue_token, save_view, set_absence
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import (
    Absence,
    ApiToken,
    Installation,
    Role,
    SavedView,
    Unit,
    UnitKind,
    User,
)
from kept.products.actions import add_component, add_contract
from kept.products.factories import make_product, make_serial
from kept.products.models import Component, Contract, Product, SerialUnit
from kept.promises.models import Calendar, Promise, PromiseRule, Roster
from kept.promises.rostering import make_roster
from kept.reports.factories import make_report
from kept.reports.models import Report
from kept.stations.actions import log_talk
from kept.stations.factories import make_fraud_case, make_inspection, make_sales
from kept.stations.models import (
    FraudCase,
    Inspection,
    SalesFigure,
    SettlementDispute,
    SettlementTalk,
)
from kept.timeline.factories import make_file
from kept.timeline.models import Attachment, AttachmentKind, Thread
from kept.vouchers.factories import voucher_file
from kept.vouchers.models import Voucher
from kept.workforce.factories import make_training
from kept.workforce.models import Attendee, Topic, Training


def a_day() -> SimpleNamespace:
    """The company, its people, and one case with all that can wait in it."""
    company = make_company("YQ", "Yunqi Handsets", pack="handset")
    centre = make_unit(company, "YQ-CS", "Service centre", UnitKind.HEADQUARTERS)
    hotline = make_unit(centre, "YQ-HL", "Hotline", UnitKind.HOTLINE)
    chief = make_user(company, "chief", "lead", "administrator", name="Chief")
    lin = make_user(hotline, "lin", "clerk", name="Lin")
    mei = make_user(hotline, "mei", "clerk", name="Mei", phone="13900000001")
    board = make_user(centre, "board", "moderator", name="Luo")
    outsider = make_user(make_company("SX", "Sanxin"), "zhang", "lead", "administrator")
    branch = make_unit(company, "YQ-GX", "Guangxi branch", UnitKind.BRANCH)
    reached = {"contact_name": "Peng", "phone": "13800138000", "address": "1 Wuyi Road"}
    account = make_account(hotline, "Xiangjiang Trading", **reached)
    serve_across(by=chief, unit=branch, customer=account.number, reason="They were near")
    post_field_staff(mei, by=chief, region="Hunan")
    change_own_contact(mei, by=chief, phone="13900139000")
    own_a_machine(account)
    look_after_a_station(hotline, mei, chief)
    case = make_case(lin, account=account)
    attach_files(case, by=lin, files=[voucher_file(lin, "0451")])
    soon = clock.now() + timedelta(minutes=30)
    ask_question(case, by=lin, level=QuestionLevel.COLLEAGUES, question="Known?", to_person=mei)
    promise_customer(case, by=lin, promised="The manual", due_at=soon)
    complaint = make_case(lin, summary="They kept me waiting", case_kind=CaseKind.COMPLAINT)
    name_cause(complaint, by=chief, person=mei, why="She forgot to call back")
    make_dispatch(case, chief, make_user(hotline, "li", "engineer", name="Li"))
    post = make_case(board, unit=centre, route=Route.FORUM, summary="It never worked")
    draft_post(post, by=board, answer="We are sorry.", reviewer=chief)
    away = {"start_at": soon, "end_at": soon + timedelta(days=2)}
    set_absence(lin, by=chief, deputy=mei, **away)
    save_view(by=chief, list_name="cases", title="Mine", address="/cases/", query="owner=1")
    issue_token(chief, by=chief, name="Reports")
    Installation.kept()
    make_roster(by=chief, unit=hotline, name="Hotline", from_on=clock.today(hotline.zone))
    make_report(chief, company, "monthly_report", clock.today(company.zone))
    make_file(chief)
    return SimpleNamespace(company=company, chief=chief, lin=lin, outsider=outsider, case=case)


def own_a_machine(account: Account) -> None:
    """The account has a machine with a bought-in part, under contract."""
    product = make_product(account.unit.company)
    machine = make_serial(product, "K100-0001", account)
    system = User.objects.system()
    supplier = make_account(account.unit, "Motor Works", roles=["supplier"])
    add_component(
        machine,
        by=system,
        component="Motor",
        supplier=supplier,
        commitment="Two years",
        committed_until=clock.today("UTC") + timedelta(days=600),
    )
    add_contract(
        by=system,
        unit=account.unit,
        account=account,
        contract_number="V-1",
        from_on=clock.today("UTC"),
        until_on=clock.today("UTC") + timedelta(days=365),
        serial_units=[machine],
    )


def look_after_a_station(unit: Unit, manager: User, chief: User) -> None:
    """A station with one of all that is found out about it, and what was sold beside it."""
    station = make_station(unit, "HN-01", manager, region="Hunan")
    make_inspection(station, chief)
    make_fraud_case(station, chief)
    log_talk(
        station, by=chief, persons="The owner", questions="When are we paid?",
        disputed_orders="WO-9",
    )  # fmt: skip
    make_training(station, chief, Topic.HONESTY)
    product = Product.objects.get(company=unit.company)
    make_sales(unit, product, "Hunan", clock.today("UTC"))


#: One of every model that verbs are about, out of a day.
EXAMPLES: dict[type, Callable[[SimpleNamespace], Any]] = {
    Absence: lambda day: Absence.objects.get(),
    Account: lambda day: day.case.account,
    ApiToken: lambda day: ApiToken.objects.get(),
    ApprovalRequest: lambda day: ApprovalRequest.objects.get(),
    Attachment: lambda day: Attachment.objects.get(kind=AttachmentKind.DOCUMENT),
    Attendee: lambda day: Attendee.objects.get(),
    Case: lambda day: day.case,
    Address: lambda day: Address.objects.get(),
    ChangeNotice: lambda day: ChangeNotice.objects.get(),
    ComplaintCause: lambda day: ComplaintCause.objects.get(),
    Component: lambda day: Component.objects.get(),
    Contact: lambda day: day.case.account.contacts.get(),
    Contract: lambda day: Contract.objects.get(),
    Dispatch: lambda day: Dispatch.objects.get(),
    CrossRegionService: lambda day: CrossRegionService.objects.get(),
    Phone: lambda day: Phone.objects.get(contact__account=day.case.account),
    Posting: lambda day: Posting.objects.get(),
    Product: lambda day: Product.objects.get(),
    SerialUnit: lambda day: SerialUnit.objects.get(),
    FraudCase: lambda day: FraudCase.objects.get(),
    Inspection: lambda day: Inspection.objects.get(),
    Installation: lambda day: Installation.the(),
    Calendar: lambda day: Calendar.objects.get(unit=day.company, code="office"),
    PromiseRule: lambda day: PromiseRule.objects.get(unit=day.company, code="reply"),
    Promise: lambda day: Promise.objects.filter(about=day.case.thread).latest("pk"),
    Question: lambda day: Question.objects.get(),
    Roster: lambda day: Roster.objects.get(),
    Report: lambda day: Report.objects.get(),
    Role: lambda day: Role.objects.get(company=day.company, code="clerk"),
    SalesFigure: lambda day: SalesFigure.objects.get(),
    SavedView: lambda day: SavedView.objects.get(),
    SettlementDispute: lambda day: SettlementDispute.objects.get(),
    SettlementTalk: lambda day: SettlementTalk.objects.get(),
    Thread: lambda day: day.case.thread,
    Training: lambda day: Training.objects.get(),
    Unit: lambda day: Unit.objects.get(code="YQ-HL"),
    User: lambda day: User.objects.get(username="lin"),
    Voucher: lambda day: Voucher.objects.get(),
}
