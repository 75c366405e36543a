"""Every service the shipped packs offer: its form, what it refuses, its clock, and its end.

What is common to all of them is asked of every kind there is; what a requirement says of one kind
stands below by itself.
"""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from kept.cases.actions import (
    accept_case,
    add_note,
    close_case,
    excuse_request,
    fill_request,
    finish_request,
    hand_over,
    promise_call_back,
    reply,
    tick_item,
)
from kept.cases.factories import make_case, make_request, outcome
from kept.cases.models import Case, FieldType, Request, RequestKind, Route, WhenNeeded
from kept.cases.requests.kinds import kinds_for
from kept.cases.requests.values import FieldValue, fields_of
from kept.kit.packs import PACKS, read_pack
from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.parties.actions import add_operator
from kept.parties.factories import make_account, make_station
from kept.people.actions import appoint_manager
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.products.factories import make_product
from kept.promises.models import Promise
from kept.promises.sweep import sweep
from kept.timeline.models import Notice
from tests.stories.cast import at, moment, promise_of, the_clock_strikes

pytestmark = pytest.mark.django_db

NOW, SOON = "2026-06-08 09:00", "2026-06-09 14:00"
SHIPPED = [(pack, row["code"]) for pack in PACKS for row in read_pack(pack).get("requests", [])]


def house(pack: str) -> SimpleNamespace:
    """A company of a trade with a service desk: a clerk, a lead, a product and somebody served."""
    company = make_company("WH", "Weihua", pack=pack)
    is_split = pack == "software"  # its customers lie in the territories of branches
    desk = make_unit(company, "WH-SV", kind=UnitKind.BRANCH if is_split else UnitKind.HEADQUARTERS)
    clerk = make_user(desk, "lin", "clerk")
    lead = make_user(company, "chief", "lead", phone="13811110000")
    appoint_manager(desk, by=User.objects.system(), manager=lead)
    other = make_unit(company, "WH-SA", "Sales")
    seller = make_user(other, "mai", "clerk")
    make_product(company, "P-1")
    return SimpleNamespace(
        company=company, desk=desk, clerk=clerk, lead=lead, other=other, seller=seller
    )


def account_for(found: SimpleNamespace, kind: RequestKind):
    """Somebody who may ask for it."""
    roles, types = kind.audience.get("roles", []), kind.audience.get("org_types", [])
    if "station" in roles:
        return make_station(found.desk, "ZJ-01", found.lead)
    given = {"relationship_owner": found.lead, "region": "浙江"} if "operator" in roles else {}
    return make_account(
        found.desk,
        "Zhonghe",
        roles=roles or ["customer"],
        org_type=types[0] if types else "",
        contact_name="Ren",
        phone="13900139000",
        **given,
    )


def text_for(field, kind: RequestKind) -> str:
    """Something a field takes; the customer's time lies ahead, everything else has happened."""
    if field.type == FieldType.DATETIME:
        return moment(SOON if field.name == kind.due_by else NOW).isoformat()
    if field.type == FieldType.CHOICE:
        return field.choices[0][0]
    return {
        FieldType.DATE: "2026-06-08",
        FieldType.NUMBER: "12.5",
        FieldType.QUANTITY: "3",
        FieldType.MONEY: "400.00",
        FieldType.PERSON: "mai",
        FieldType.PRODUCT: "P-1",
    }.get(FieldType(field.type), "Words")


def texts_for(kind: RequestKind, *needed: WhenNeeded) -> dict[str, str]:
    fields = [one for one in fields_of(kind) if not needed or one.required in needed]
    return {one.name: text_for(one, kind) for one in fields}


@pytest.mark.parametrize(("pack", "code"), SHIPPED, ids=lambda value: value)
def test_every_service_is_asked_for_on_its_page_and_ends_only_when_complete(client, pack, code):
    with at(NOW):
        found = house(pack)
        kind = next(one for one in kinds_for(found.desk) if one.code == code)
        account = account_for(found, kind)
        client.force_login(found.clerk)
        form = client.get("/cases/request_service/", {"request_kind": code}).context["form"]
        assert set(texts_for(kind)) <= set(form.fields)
        sent = {
            "request_kind": str(kind.pk), "unit": "WH-SV", "route": "phone",
            "account": account.number, "_key": "one",
        }  # fmt: skip
        start = texts_for(kind, WhenNeeded.START)
        local = {name: text.removesuffix(":00+08:00") for name, text in start.items()}
        before = Case.objects.count()
        for name in start:
            page = client.post("/cases/request_service/", {**sent, **local, name: ""})
            assert page.status_code == 422, name
            assert name in page.context["form"].errors
        assert Case.objects.count() == before
        assert client.post("/cases/request_service/", {**sent, **local}).status_code == 302
        case = Case.objects.latest("pk")
        assert case.request.kind == kind and set(case.request.values) == set(start)
        if kind.audience:
            with refused(kind.source, field="account"):
                make_request(found.clerk, kind, fields=start)
        promised = {one.kind for one in Promise.objects.filter(about=case.thread)}
        rules = [row for row in read_pack(pack)["promises"] if row["kind"] != "tell_customer"]
        asked = {row["kind"] for row in rules if code in row.get("applies", {}).get("request", [])}
        assert promised == asked | ({"fulfil"} if kind.due_by else set())
        if kind.due_by:
            assert promise_of(case, "fulfil").due_at == moment(SOON)

    with at("2026-06-08 18:00"):
        required = texts_for(kind, WhenNeeded.FINISH)
        if kind.number_field:
            required[kind.number_field] = "Y-1"
        if required or kind.checklist:
            with refused(kind.source):
                finish_request(case, by=found.clerk, result="Done", route=Route.PHONE)
        if required:
            fill(case, found.clerk, **required)
        if kind.checklist:
            with refused(kind.source):
                finish_request(case, by=found.clerk, result="Done", route=Route.PHONE)
            tick_item(case, by=found.clerk, items=[one["code"] for one in kind.checklist])
        finish_request(case, by=found.clerk, result="Done", route=Route.PHONE)
        close_case(case, by=found.clerk, outcome=outcome(case, "done"))
    case = Case.objects.get(pk=case.pk)
    assert not case.is_open
    assert {one.state for one in Promise.objects.filter(about=case.thread)} <= {"kept"}


def fill(case: Case, by: User, **fields: str) -> Case:
    return fill_request(case, by=by, values=[FieldValue(*pair) for pair in fields.items()])


def late_notices(case: Case, person: User) -> bool:
    return Notice.objects.filter(
        event="promise.breached", channel="screen", thread=case.thread, to=person
    ).exists()


# How soon each company calls back without a reason (C01)


@pytest.mark.parametrize(
    ("pack", "minutes"),
    [("handset", 60), ("software", 60), ("equipment", 1440), ("wallcovering", 60),
     ("lubricant", 240)],
)  # fmt: skip
def test_a_call_back_later_than_the_companys_answer_needs_a_reason(pack, minutes):
    with at(NOW):
        found = house(pack)
        case = make_case(found.clerk, found.desk)
        call = {"by": found.clerk, "phone": "13800138000"}
        latest = moment(NOW) + timedelta(minutes=minutes)
        with refused("S1.52", field="reason"):
            promise_call_back(case, due_at=latest + timedelta(minutes=1), **call)
        promise_call_back(case, due_at=latest, **call)
        assert promise_of(case, "call_back").due_at == latest


# S0: what stations, operators and field staff bring


@pytest.fixture
def handset():
    with at(NOW):
        found = house("handset")
        found.chen = make_user(found.desk, "chen", "field_manager", phone="13811112222")
        found.station = make_station(found.desk, "ZJ-01", found.chen)
        yield found


@pytest.mark.req("S0.31", part="a station's message is answered within 24 hours or told as late")
def test_a_station_that_asks_for_help_is_answered_within_a_day(handset):
    given = {"topic": "contact", "message": "Nobody picks up"}
    with refused("S0.31", field="account"):
        make_request(handset.chen, "station_help", fields=given)
    case = make_request(handset.chen, "station_help", account=handset.station, fields=given)
    promise = promise_of(case, "reply")
    assert (promise.due_at, promise.to) == (moment("2026-06-09 09:00"), handset.station.thread)
    other = make_request(handset.chen, "station_help", account=handset.station, fields=given)
    with at("2026-06-08 17:00"):
        reply(other, by=handset.chen, route=Route.PHONE, answer="I come on Tuesday")
    with at("2026-06-09 09:01"):
        sweep()
        assert promise_of(case, "reply").is_late
    assert promise_of(other, "reply").state == "kept"
    assert late_notices(case, handset.chen) and late_notices(case, handset.lead)
    assert not late_notices(other, handset.chen)


@pytest.mark.req("S0.41", part="reported complete, and acknowledged within 24 hours")
def test_a_quality_problem_is_reported_whole_and_acknowledged_in_a_day(handset):
    given = {
        "product": "P-1", "serials": "A100 to A180", "symptom": "Screen goes dark",
        "frequency": "4 of 80", "found_at": moment("2026-06-08 08:00").isoformat(),
    }  # fmt: skip
    for name in given:
        with refused("S0.41", field=name):
            make_request(handset.chen, "quality_feedback", fields={**given, name: ""})
    case = make_request(handset.chen, "quality_feedback", fields=given)
    assert promise_of(case, "reply").due_at == moment("2026-06-09 09:00")
    with at("2026-06-09 10:00"):
        reply(case, by=handset.lead, route=Route.PHONE, answer="The laboratory looks at it")
    assert promise_of(case, "reply").late_by == timedelta(hours=1)


@pytest.mark.req("S0.30")
def test_a_demand_stays_open_until_headquarters_and_the_operator_were_told(handset):
    operator = add_operator(
        by=handset.chen, unit=handset.desk, name="East bureau", region="浙江",
        relationship_owner=handset.chen,
    )  # fmt: skip
    given = {
        "topic": "Loaners",
        "demand": "Ten more",
        "due": moment("2026-06-12 18:00").isoformat(),
    }
    for name in given:
        with refused("S0.30", field=name):
            make_request(
                handset.chen, "operator_demand", account=operator, fields={**given, name: ""}
            )
    case = make_request(handset.chen, "operator_demand", account=operator, fields=given)
    promise = promise_of(case, "fulfil")
    assert (promise.person, promise.due_at) == (handset.chen, moment("2026-06-12 18:00"))

    def stays_open():
        for code in ("done", "solved", "withdrawn", "not_ours"):
            with pytest.raises(Refused):
                close_case(case, by=handset.chen, outcome=outcome(case, code), note="x")
        with refused("S0.30"):
            finish_request(case, by=handset.chen, result="Told")

    stays_open()
    tick_item(case, by=handset.chen, items=["told_headquarters", "told_operator"])
    stays_open()
    fill(case, handset.chen, countermeasure="Ten loaners on Friday")
    finish_request(case, by=handset.chen, result="Told")
    close_case(case, by=handset.chen, outcome=outcome(case, "done"))
    again = make_request(handset.chen, "operator_demand", account=operator, fields=given)
    fill(again, handset.chen, countermeasure="Ten loaners on Friday")
    for told, other in (("told_headquarters", "Feedback to the operator"),):
        tick_item(again, by=handset.chen, items=[told])
        with pytest.raises(Refused, match=other):
            finish_request(again, by=handset.chen, result="Told")
    days = {one["code"]: one["done_on"] for one in Request.objects.get(case=case).items}
    assert set(days.values()) == {"2026-06-08"}
    the_clock_strikes("2026-06-12 18:01")
    assert late_notices(again, handset.chen) and not late_notices(case, handset.chen)


# S1: before the sale, for sales, and what is taken along


@pytest.fixture
def vendor():
    with at(NOW):
        found = house("software")
        found.branch = make_unit(found.company, "WH-HN", "Hunan", UnitKind.BRANCH)
        found.zhou = make_user(found.branch, "zhou", "engineer")
        found.customer = make_account(found.branch, "Xiangjiang", phone="13800138000")
        yield found


def register_of(client, person: User, **narrowed: str) -> str:
    client.force_login(person)
    found = client.get("/requests/register/", {**narrowed, "format": "csv", "all": "1"})
    return found.getvalue().decode("utf-8-sig")


def kind_number(found: SimpleNamespace, code: str) -> str:
    return str(next(one.pk for one in kinds_for(found.desk) if one.code == code))


@pytest.mark.req("S1.07")
def test_advice_before_buying_is_logged_and_the_lead_handed_to_sales(vendor, client):
    given = {"product": "P-1", "question": "Does it run without a network?"}
    for name in given:
        with refused("S1.07", field=name):
            make_request(vendor.zhou, "presales_advice", fields={**given, name: ""})
    case = make_request(
        vendor.zhou, "presales_advice", caller_name="Peng", caller_phone="13800138001", fields=given
    )
    with refused("S1.07"):
        finish_request(case, by=vendor.zhou, result="It does")
    hand_over(case, by=vendor.zhou, summary="Wants a quotation", to_person=vendor.seller)
    accept_case(case, by=vendor.seller)
    fill(case, vendor.seller, salesperson="mai")
    finish_request(case, by=vendor.seller, result="It does; quotation sent")
    case = Case.objects.get(pk=case.pk)
    assert (case.handler, case.result) == (vendor.seller, "It does; quotation sent")
    line = register_of(client, vendor.lead, kind=kind_number(vendor, "presales_advice"))
    for words in ("Peng", "Does it run without a network?", "P-1", "mai"):
        assert words in line, words


@pytest.mark.req("S1.08")
def test_sales_ask_an_engineer_along_and_the_visit_has_its_day_and_result(vendor):
    for support in ("demo", "training", "advice"):
        given = {"support": support, "salesperson": "mai"}
        for name in given:
            with refused("S1.08", field=name):
                make_request(vendor.seller, "presales_visit", fields={**given, name: ""})
        case = make_request(vendor.seller, "presales_visit", fields=given, route=Route.PHONE)
        hand_over(case, by=vendor.seller, summary="Demo at the prospect's", to_person=vendor.zhou)
        accept_case(case, by=vendor.zhou)
        with refused("S1.08"):
            finish_request(case, by=vendor.zhou, result="Shown")
        fill(case, vendor.zhou, visited_on="2026-06-09")
        with refused("S1.08"):
            finish_request(case, by=vendor.zhou, result="Shown before the day")
        fill(case, vendor.zhou, visited_on="2026-06-08")
        finish_request(case, by=vendor.zhou, result="They want ten seats")
        case = Case.objects.get(pk=case.pk)
        assert (case.owner, case.handler) == (vendor.seller, vendor.zhou)
        assert case.request.values["visited_on"] == "2026-06-08"
        assert case.result == "They want ten seats"
    with refused(field="support"):
        make_request(vendor.seller, "presales_visit", fields={**given, "support": "dinner"})


@pytest.mark.req("S1.09")
def test_what_was_sent_to_whom_stands_in_the_register(vendor, client):
    with refused("S1.09", field="document"):
        make_request(vendor.zhou, "material", account=vendor.customer)
    case = make_request(
        vendor.zhou, "material", account=vendor.customer, fields={"document": "Solution paper"}
    )
    with refused("S1.09"):
        finish_request(case, by=vendor.zhou, result="Mailed")
    fill(case, vendor.zhou, doc_version="3.2")
    with refused("S1.09"):
        finish_request(case, by=vendor.zhou, result="Mailed")
    fill(case, vendor.zhou, sent_on="2026-06-08")
    finish_request(case, by=vendor.zhou, result="Mailed")
    line = register_of(client, vendor.lead, kind=kind_number(vendor, "material"), state="done")
    for words in ("Xiangjiang", "Solution paper", "3.2", "2026-06-08"):
        assert words in line, words


@pytest.mark.req("S1.15")
def test_technical_help_to_sales_is_a_ticket_with_its_result(vendor):
    given = {"salesperson": "mai", "need": "Size the server"}
    for name in given:
        with refused("S1.15", field=name):
            make_request(vendor.seller, "sales_help", fields={**given, name: ""})
    case = make_request(vendor.seller, "sales_help", account=vendor.customer, fields=given)
    hand_over(case, by=vendor.seller, summary="Size the server", to_person=vendor.zhou)
    accept_case(case, by=vendor.zhou)
    finish_request(case, by=vendor.zhou, result="Two cores")
    case = Case.objects.get(pk=case.pk)
    assert (case.account, case.result) == (vendor.customer, "Two cores")
    assert case.request.finished_by == vendor.zhou


@pytest.mark.req("S1.17")
def test_customer_trainings_are_recorded_by_territory(vendor, client):
    with refused("S1.17", field="course"):
        make_request(vendor.zhou, "customer_training", account=vendor.customer)
    case = make_request(
        vendor.zhou,
        "customer_training",
        account=vendor.customer,
        fields={"course": "Closing books"},
    )
    for given in ({"held_on": "2026-06-08"}, {"attendees": "Peng and two more"}):
        with refused("S1.17"):
            finish_request(case, by=vendor.zhou, result="Held")
        fill(case, vendor.zhou, **given)
    fill(case, vendor.zhou, feedback="More exercises")
    finish_request(case, by=vendor.zhou, result="Held")
    make_request(vendor.clerk, "customer_training", fields={"course": "Elsewhere"})
    kind = kind_number(vendor, "customer_training")
    lines = register_of(client, vendor.lead, kind=kind, unit="WH-HN")
    for words in (
        "Xiangjiang",
        "Closing books",
        "2026-06-08",
        "Peng and two more",
        "More exercises",
    ):
        assert words in lines, words
    assert "Elsewhere" not in lines
    assert "Elsewhere" in register_of(client, vendor.lead, kind=kind)


@pytest.mark.req("S1.18", part="a record with project, plan and each entry")
def test_a_project_has_its_plan_and_its_entries(vendor):
    given = {"project": "Group ledger", "plan": "Three phases"}
    for name in given:
        with refused("S1.18", field=name):
            make_request(vendor.zhou, "project_service", fields={**given, name: ""})
    case = make_request(vendor.zhou, "project_service", account=vendor.customer, fields=given)
    add_note(case, by=vendor.zhou, note="Phase one installed")
    assert case.request.values == given
    assert case.thread.entries.filter(event="case.noted").exists()


@pytest.mark.req("S1.19", part="a customer is guided to the version that is installed then")
def test_guidance_ends_with_the_version_installed(vendor):
    with refused("S1.19", field="release"):
        make_request(vendor.zhou, "upgrade_guidance", account=vendor.customer)
    case = make_request(
        vendor.zhou, "upgrade_guidance", account=vendor.customer, fields={"release": "9.0"}
    )
    with refused("S1.19"):
        finish_request(case, by=vendor.zhou, result="Guided")
    fill(case, vendor.zhou, installed="9.0")
    finish_request(case, by=vendor.zhou, result="Guided")


@pytest.mark.req("S1.14")
@pytest.mark.req("S1.68", part="consent named, a time of return, told when late")
def test_no_data_are_taken_without_consent_and_a_time_of_return(vendor):
    given = {
        "content": "Ledger of May", "consent_by": "Peng, signed", "taken_on": "2026-06-08",
        "return_by": moment("2026-06-10 12:00").isoformat(),
    }  # fmt: skip
    for name in given:
        with refused("S1.68", field=name):
            make_request(
                vendor.zhou, "data_custody", account=vendor.customer, fields={**given, name: ""}
            )
    with refused("S1.68", field="return_by"):
        past = {**given, "return_by": moment("2026-06-08 08:59").isoformat()}
        make_request(vendor.zhou, "data_custody", account=vendor.customer, fields=past)
    case = make_request(vendor.zhou, "data_custody", account=vendor.customer, fields=given)
    promise = promise_of(case, "fulfil")
    assert (promise.due_at, promise.person) == (moment("2026-06-10 12:00"), vendor.zhou)
    with refused("SX.05", field="return_by"):
        fill(case, vendor.zhou, return_by=moment("2026-06-20 12:00").isoformat())
    with refused("S1.68"):
        finish_request(case, by=vendor.zhou, result="Returned")
    the_clock_strikes("2026-06-10 12:01")
    assert late_notices(case, vendor.zhou)
    with at("2026-06-11 09:00"):
        fill(case, vendor.zhou, returned_on="2026-06-11", deleted_on="2026-06-11")
        finish_request(case, by=vendor.zhou, result="Returned")
    assert promise_of(case, "fulfil").late_by == timedelta(hours=21)
    kept = Request.objects.get(case=case).values
    assert (kept["consent_by"], kept["returned_on"]) == ("Peng, signed", "2026-06-11")


@pytest.mark.req("S1.25", part="registered with topic, field, content and value")
def test_news_of_the_trade_is_registered_and_judged(vendor, client):
    given = {"topic": "New tax form", "area": "Finance", "content": "From January on"}
    for name in given:
        with refused("S1.25", field=name):
            make_request(vendor.zhou, "intelligence", fields={**given, name: ""})
    case = make_request(vendor.zhou, "intelligence", fields=given)
    with refused("S1.25"):
        finish_request(case, by=vendor.lead, result="Useful")
    fill(case, vendor.lead, worth="high")
    finish_request(case, by=vendor.lead, result="Useful")
    line = register_of(client, vendor.lead, kind=kind_number(vendor, "intelligence"))
    assert "New tax form" in line and "From January on" in line


@pytest.mark.req("S1.31", part="asked by a department, done, and rated")
def test_help_for_a_department_is_rated(vendor):
    given = {"requester": "mai", "need": "Man the stand at the fair"}
    for name in given:
        with refused("S1.31", field=name):
            make_request(vendor.zhou, "department_help", fields={**given, name: ""})
    case = make_request(vendor.zhou, "department_help", fields=given)
    with refused("S1.31"):
        finish_request(case, by=vendor.zhou, result="Done")
    fill(case, vendor.zhou, rating="good")
    finish_request(case, by=vendor.zhou, result="Done")


@pytest.mark.req("S1.45", part="the wish and what was decided are on record")
def test_a_wish_for_training_is_decided(vendor):
    given = {"person": "zhou", "wish": "Databases"}
    for name in given:
        with refused("S1.45", field=name):
            make_request(vendor.zhou, "training_wish", fields={**given, name: ""})
    case = make_request(vendor.zhou, "training_wish", fields=given)
    with refused("S1.45"):
        finish_request(case, by=vendor.lead, result="In July")
    fill(case, vendor.lead, decision="granted")
    finish_request(case, by=vendor.lead, result="In July")
    assert Request.objects.get(case=case).values["decision"] == "granted"


# S2: what was presented


@pytest.mark.req("S2.08")
def test_what_was_presented_is_recorded_and_a_lead_goes_to_sales():
    with at(NOW):
        found = house("equipment")
        engineer = make_user(found.desk, "gao", "engineer")
        user = make_account(found.desk, "Kiln works", phone="13800138000")
        with refused("S2.08", field="presented"):
            make_request(engineer, "sales_lead", account=user, fields={"lead": "Two pumps"})
        quiet = make_request(
            engineer, "sales_lead", account=user, fields={"presented": "Filter sets"}
        )
        finish_request(quiet, by=engineer, result="No interest")
        case = make_request(
            engineer,
            "sales_lead",
            account=user,
            fields={"presented": "Pumps", "lead": "Wants two in autumn"},
        )
        hand_over(case, by=engineer, summary="Wants two in autumn", to_unit=found.other)
        accept_case(case, by=found.seller)
        finish_request(case, by=found.seller, result="Offer made")
    assert Case.objects.get(pk=case.pk).handler == found.seller


@pytest.fixture
def maker():
    with at(NOW):
        found = house("equipment")
        found.gao = make_user(found.desk, "gao", "engineer")
        found.user = make_account(found.desk, "Kiln works", phone="13800138000")
        yield found


@pytest.mark.req("S2.06", part="all but the signature itself")
def test_an_installation_closes_inside_the_term_with_commissioning_and_training(maker):
    given = {
        "contract": "HT-7", "term": moment("2026-06-30 18:00").isoformat(), "stipulated": "yes",
        "planned_on": "2026-06-08",
    }  # fmt: skip
    for name in given:
        with refused("S2.06", field=name):
            make_request(maker.gao, "installation", account=maker.user, fields={**given, name: ""})
    case = make_request(maker.gao, "installation", account=maker.user, fields=given)
    other = make_request(maker.gao, "installation", account=maker.user, fields=given)
    assert promise_of(case, "fulfil").due_at == moment("2026-06-30 18:00")
    with refused("SX.05", field="term"):
        fill(case, maker.gao, term=moment("2026-07-30 18:00").isoformat())
    actual = {
        "commissioned_on": "2026-06-08", "trained_on": "2026-06-08", "trainees": "Ren and two",
        "persons": "2", "trips": "1", "days": "3", "cost": "4200.50", "accepted_by": "Ren",
    }  # fmt: skip
    for name in actual:
        lacks = make_request(maker.gao, "installation", account=maker.user, fields=given)
        fill(lacks, maker.gao, **{one: text for one, text in actual.items() if one != name})
        with refused("S2.06"):
            finish_request(lacks, by=maker.gao, result="Runs")
        for code in ("done", "solved"):
            with pytest.raises(Refused):
                close_case(lacks, by=maker.gao, outcome=outcome(lacks, code))
    fill(case, maker.gao, **actual)
    for name in ("persons", "trips", "days"):
        with refused(field=name):
            fill(case, maker.gao, **{name: "0"})
    finish_request(case, by=maker.gao, result="Runs")
    kept = Request.objects.get(case=case).values
    assert kept["cost"] == {"amount": "4200.50", "currency": "CNY"}
    assert (kept["persons"], kept["trips"], kept["days"]) == ("2", "1", "3")
    assert promise_of(case, "fulfil").state == "kept"
    with at("2026-06-30 18:01"):
        sweep()
        assert promise_of(other, "fulfil").is_late


@pytest.mark.req("S2.34", part="every field named, above nothing, not past, with its number")
@pytest.mark.req("S2.37", part="open until the user confirmed what arrived, when and how")
def test_parts_are_asked_for_whole_and_end_with_the_users_receipt(maker):
    given = {
        "part": "Bearing", "model": "6205", "material": "Steel", "quantity": "4",
        "needed_by": moment("2026-06-15 18:00").isoformat(), "charge": "free",
    }  # fmt: skip
    wrong = {"quantity": ("0", "-1"), "needed_by": (moment("2026-06-08 08:00").isoformat(),)}
    for name in given:
        for text in ("", *wrong.get(name, ())):
            with refused(field=name):
                make_request(
                    maker.gao, "parts_demand", account=maker.user, fields={**given, name: text}
                )
    case = make_request(maker.gao, "parts_demand", account=maker.user, fields=given)
    assert case.number and promise_of(case, "fulfil").due_at == moment("2026-06-15 18:00")
    receipt = {
        "received_on": "2026-06-08", "received": "3", "condition": "One box wet",
        "confirmed_by": "Ren",
    }  # fmt: skip
    for name, text in receipt.items():
        with refused("S2.34"):
            finish_request(case, by=maker.gao, result="Arrived")
        fill(case, maker.gao, **{name: text})
    finish_request(case, by=maker.gao, result="Arrived, one short")


# S4: delivery


@pytest.mark.req("S4.16", part="promised by order with distance and road, late by its arrival")
@pytest.mark.req("S4.17", part="no exemption without evidence")
def test_goods_arrive_by_the_time_agreed_for_distance_and_road():
    with at(NOW):
        found = house("lubricant")
        buyer = make_account(found.desk, "Garage", phone="13800138000")
        given = {
            "order_no": "D-7", "distance": "420", "road": "Mountain road",
            "agreed_arrival": moment("2026-06-10 12:00").isoformat(),
        }  # fmt: skip
        for name in given:
            with refused("S4.16", field=name):
                make_request(found.clerk, "delivery", account=buyer, fields={**given, name: ""})
        for wrong in ("0", "-420", "far"):
            with refused(field="distance"):
                make_request(
                    found.clerk, "delivery", account=buyer, fields={**given, "distance": wrong}
                )
        late = make_request(found.clerk, "delivery", account=buyer, fields=given)
        closed = make_request(found.clerk, "delivery", account=buyer, fields=given)
        assert promise_of(late, "fulfil").due_at == moment("2026-06-10 12:00")
        with refused("S2.16", field="files"):
            excuse_request(closed, by=found.clerk, cause="The pass is closed")
        excuse_request(closed, by=found.clerk, cause="The pass is closed", reference="Notice 88")
        assert promise_of(closed, "fulfil").state == "excused"
    with at("2026-06-11 13:00"):
        sweep()
        with refused("S4.16"):
            finish_request(late, by=found.clerk, result="Arrived")
        fill(late, found.clerk, arrived_at=moment("2026-06-11 13:00").isoformat())
        finish_request(late, by=found.clerk, result="Arrived")
    assert promise_of(late, "fulfil").late_by == timedelta(hours=25)
