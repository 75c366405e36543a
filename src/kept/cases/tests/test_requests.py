"""Requests from the service catalogue: what is refused and by what sentence, what each step keeps,
and how a request ends.
"""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from kept.cases.actions import (
    add_item,
    attach_caller,
    charge_request,
    classify,
    close_case,
    correct_case,
    enter_result,
    erase_case,
    excuse_request,
    fill_request,
    finish_request,
    give_back,
    merge_case,
    reopen_case,
    reply,
    report_special_cause,
    take_case,
    tick_item,
    untick_item,
    waive_fee,
    withdraw_request,
)
from kept.cases.actions.request_steps import waits_for_a_notice
from kept.cases.factories import make_case, make_kind, make_request, outcome
from kept.cases.models import Case, CaseClass, Priority, Request, Route
from kept.cases.requests.values import FieldValue
from kept.kit import clock
from kept.kit.actions import get_action
from kept.kit.forms import ActionForm
from kept.kit.money import Money
from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.parties.actions import add_account, change_account, change_roles
from kept.people.actions import load_policy
from kept.people.factories import make_company, make_unit, make_user
from kept.products.factories import make_product
from kept.promises import ledger
from kept.promises.actions import excuse_promise, keep_promise
from kept.promises.models import PromiseRule
from kept.timeline.models import EntryText
from tests.stories.cast import moment, promise_of

pytestmark = pytest.mark.django_db

STEPS = [{"code": "one", "name": {"en": "First"}}, {"code": "two", "name": {"en": "Second"}}]


@pytest.fixture
def oil():
    """A lubricant maker on 8 June at nine."""
    company = make_company("RH", "Runhua", pack="lubricant")
    desk = make_unit(company, "RH-SV", "Desk")
    chief = make_user(company, "sun", "lead", name="Sun")
    zhao = make_user(desk, "zhao", "clerk", name="Zhao")
    qian = make_user(desk, "qian", "clerk", name="Qian")
    with clock.at(moment("2026-06-08 09:00")):
        garage = add_account(by=chief, unit=desk, name="Garage", phone="13800138000")
        yield SimpleNamespace(
            company=company, desk=desk, chief=chief, zhao=zhao, qian=qian, garage=garage
        )


def fill(case: Case, by, **fields: str) -> Case:
    return fill_request(case, by=by, values=[FieldValue(*pair) for pair in fields.items()])


def promise(kind, duration: str = "2 hours", **more):
    return PromiseRule.objects.create(
        unit=kind.unit,
        valid_from=kind.valid_from,
        kind=more.pop("kind", "fulfil"),
        name={"en": "Done in time"},
        duration=duration,
        applies={"request": [kind.code]},
        **more,
    )


SAMPLE = {"sample_received": "2026-06-08T08:00:00+08:00"}


# Asking


def test_a_request_is_a_case_with_a_kind_a_register_line_and_its_own_clock(oil):
    case = make_request(oil.zhao, "oil_test", account=oil.garage, fields=SAMPLE)
    request = Request.objects.get(case=case)
    assert case.number and case.summary == "Oil test: Garage"
    assert request.kind.code == "oil_test" and request.started_at == moment("2026-06-08 08:00")
    assert case.interactions.get().happened_at == moment("2026-06-08 09:00")
    made = promise_of(case, "fulfil")
    assert made.due_at == moment("2026-06-09 08:00") and made.to == oil.garage.thread
    assert [one.kind for one in case.thread.promises.all()] == ["fulfil"], "no hotline clock"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("sample_received", "yesterday"),
        ("sample_received", "2026-06-08T08:00:00"),
        ("sample_received", "2026-06-08T09:02:00+08:00"),
        ("sample_received", "2026-06-05T08:59:00+08:00"),
        ("sample_received", "9999-12-31T23:59:59-23:59"),
        ("sample_received", ""),
        ("sample_no", "two\nlines"),
        ("sample_no", "L" * 201),
        ("nonsense", "1"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(oil, field, text):
    with refused(field=field):
        make_request(oil.zhao, "oil_test", fields={**SAMPLE, field: text})


def test_a_moment_may_lie_back_exactly_as_far_as_the_company_allows(oil):
    fields = {"sample_received": "2026-06-05T09:00:00+08:00"}
    case = make_request(oil.zhao, "oil_test", fields=fields)
    assert promise_of(case, "fulfil").due_at == moment("2026-06-06 09:00")


def test_a_sign_that_cannot_be_stored_is_refused_before_anything_is_read(oil):
    with refused(field="value"):
        make_request(oil.zhao, "oil_test", fields={**SAMPLE, "sample_no": "\x00"})


def test_the_same_field_twice_is_refused(oil):
    case = make_request(oil.zhao, "oil_test", fields=SAMPLE)
    with refused(field="oil"):
        fill_request(case, by=oil.zhao, values=[FieldValue("oil", "a"), FieldValue("oil", "b")])


@pytest.mark.parametrize(
    ("type", "text", "kept"),
    [
        ("date", "2026-06-08", "2026-06-08"),
        ("datetime", "2026-06-08T08:00+08:00", "2026-06-08T00:00:00+00:00"),
        ("number", "012.50", "12.5"),
        ("number", "-0.0", "0"),
        ("number", "1000", "1000"),
        ("money", "50", {"amount": "50.00", "currency": "CNY"}),
        ("money", "50.1 CNY", {"amount": "50.10", "currency": "CNY"}),
        ("line", "  L-1 ", "L-1"),
        ("text", "a\r\nb", "a\nb"),
        ("person", "qian", "qian"),
    ],
)
def test_values_are_kept_in_one_written_form(oil, type, text, kept):
    kind = make_kind(oil.company, fields=[{"name": "f", "label": {"en": "F"}, "type": type}])
    case = make_request(oil.zhao, kind, fields={"f": text})
    assert case.request.values == {"f": kept}


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("date", "2026-02-30"),
        ("date", "20260608"),
        ("date", "0001-01-01"),
        ("number", "1e5"),
        ("number", "٣"),
        ("number", "NaN"),
        ("number", "1.23456"),
        ("money", "-1"),
        ("money", "0.001"),
        ("money", "5 USD"),
        ("person", "nobody"),
        ("person", "li"),
        ("account", "RH-A26-999999"),
        ("product", "none"),
    ],
)
def test_what_cannot_be_a_value_is_refused(oil, type, text):
    away = make_company("ZZ", "Zz", pack="lubricant")
    make_user(make_unit(away, "ZZ-1"), "li", "clerk")
    kind = make_kind(oil.company, fields=[{"name": "f", "label": {"en": "F"}, "type": type}])
    with refused(field="f"):
        make_request(oil.zhao, kind, fields={"f": text})


def test_rows_of_another_company_are_not_there(oil):
    away = make_company("ZZ", "Zz", pack="lubricant")
    theirs = make_product(away, "K-1", "Engine")
    ours = make_product(oil.company, "K-2", "Engine")
    kind = make_kind(oil.company, fields=[{"name": "f", "label": {"en": "F"}, "type": "product"}])
    with refused(field="f"):
        make_request(oil.zhao, kind, fields={"f": theirs.code})
    assert make_request(oil.zhao, kind, fields={"f": ours.code}).request.values["f"] == "K-2"


def test_a_kind_is_for_its_audience_only(oil):
    kind = make_kind(oil.company, audience={"roles": ["agent"]}, source="S4.25")
    with refused("S4.25", field="account"):
        make_request(oil.zhao, kind, account=oil.garage)
    with refused("S4.25", field="account"):
        make_request(oil.zhao, kind)


def test_a_request_goes_to_nobody_it_is_not_for(oil):
    agent = add_account(
        by=oil.zhao,
        unit=oil.desk,
        name="Agency",
        roles=["agent"],
        contact_name="Ren",
        phone="13900139000",
    )
    with refused("S4.25", field="account"):
        attach_caller(Case.objects.get(account=agent), by=oil.zhao, account=oil.garage)


def test_a_kind_that_is_no_longer_offered_is_refused(oil):
    old = make_request(oil.zhao, "oil_test", fields=SAMPLE).request
    system = oil.chief.__class__.objects.system()
    load_policy(oil.company, by=system, pack="software")
    with refused("SX.19", field="request_kind"):
        make_request(oil.zhao, old.kind, fields=SAMPLE)
    assert Request.objects.get(pk=old.pk).kind.code == "oil_test", "old requests keep their rule"
    fill(old.case, oil.zhao, sample_no="Y-1")


def test_a_kind_of_another_company_cannot_be_asked_for(oil):
    away = make_company("ZZ", "Zz", pack="lubricant")
    with pytest.raises(Refused):
        make_request(oil.zhao, make_kind(away), unit=oil.desk)


@pytest.mark.req("S2.15", part="due by the customer's own time; none is refused")
def test_the_customers_time_is_when_it_is_due():
    company = make_company("HJ", "Hengjian", pack="equipment")
    qin = make_user(make_unit(company, "HJ-SV"), "qin", "clerk")
    with clock.at(moment("2026-06-08 09:00")):
        with refused("S2.15", field="wanted_by"):
            make_request(qin, "site_visit", fields={"place": "Kiln 2"})
        with refused("S2.15", field="wanted_by"):
            late = {"place": "Kiln 2", "wanted_by": "2026-06-08T08:00:00+08:00"}
            make_request(qin, "site_visit", fields=late)
        wanted = {"place": "Kiln 2", "wanted_by": "2026-06-09T14:00:00+08:00"}
        case = make_request(qin, "site_visit", fields=wanted)
        assert promise_of(case, "fulfil").due_at == moment("2026-06-09 14:00")
        with refused("SX.05", field="wanted_by"):
            fill(case, qin, wanted_by="2026-06-10T14:00:00+08:00")
    with clock.at(moment("2026-06-09 14:05")):
        finish_request(case, by=qin, result="On site")
    assert promise_of(case, "fulfil").late_by == timedelta(minutes=5)


@pytest.mark.req("S1.10")
def test_a_full_licence_is_never_issued_as_a_demo(office):
    recipient = {"edition_version": "8.1", "recipient": "Peng"}
    with refused("S1.10", field="edition"):
        make_request(office.lin, "edition", fields=recipient)
    with refused(field="edition"):
        make_request(office.lin, "edition", fields={"edition": "full", **recipient})
    case = make_request(
        office.lin, "edition", account=office.customer, fields={"edition": "demo", **recipient}
    )
    with refused("S1.10"):
        finish_request(case, by=office.lin, result="Sent")
    fill(case, office.lin, issued_on="2026-06-01")
    finish_request(case, by=office.lin, result="Sent")
    issued = Request.objects.get(case=case)
    assert issued.values == {"edition": "demo", **recipient, "issued_on": "2026-06-01"}


# Filling in


def test_what_is_corrected_stays_on_record_with_what_stood_there(oil):
    case = make_request(oil.zhao, "oil_test", fields={**SAMPLE, "oil": "15W-40"})
    fill(case, oil.zhao, oil="10W-30", machine="Loader")
    assert case.request.values["oil"] == "10W-30"
    told = EntryText.objects.get(entry__event="case.request_filled").text
    assert "15W-40 → 10W-30" in told and "– → Loader" in told
    fill(case, oil.zhao, machine="")
    assert "machine" not in case.request.values
    with refused("SX.05"):
        fill(case, oil.zhao, oil="10W-30")


def test_the_start_of_the_clock_cannot_be_moved(oil):
    case = make_request(oil.zhao, "oil_test", fields=SAMPLE)
    with refused("SX.05", field="sample_received"):
        fill(case, oil.zhao, sample_received="2026-06-08T08:59:00+08:00")
    with refused("SX.05", field="sample_received"):
        fill(case, oil.zhao, sample_received="")


def test_somebody_who_left_stays_where_they_stand(oil):
    kind = make_kind(
        oil.company,
        fields=[
            {"name": "host", "label": {"en": "Host"}, "type": "person"},
            {"name": "note", "label": {"en": "Note"}, "type": "line"},
        ],
    )
    case = make_request(oil.zhao, kind, fields={"host": "qian"})
    type(oil.qian).objects.filter(pk=oil.qian.pk).update(is_active=False)
    fill(case, oil.zhao, host="qian", note="x")
    assert case.request.values == {"host": "qian", "note": "x"}


# Checklist


@pytest.fixture
def kit(oil):
    """A request with two steps, due in two hours."""
    kind = make_kind(oil.company, "kit", checklist=STEPS, source="S4.25")
    promise(kind)
    return make_request(oil.zhao, kind, account=oil.garage)


def test_items_are_ticked_with_their_day_and_taken_back_with_the_reason(oil, kit):
    tick_item(kit, by=oil.qian, items=["one"], done_on=date(2026, 6, 8))
    assert kit.request.items[0] == {**STEPS[0], "done_on": "2026-06-08", "by": "qian"}
    with refused(field="items"):
        tick_item(kit, by=oil.qian, items=["one"])
    with refused(field="items"):
        tick_item(kit, by=oil.qian, items=["three"])
    with refused(field="items"):
        tick_item(kit, by=oil.qian, items=[])
    for day in (date(2026, 6, 9), date(2026, 6, 7)):
        with refused(field="done_on"):
            tick_item(kit, by=oil.qian, items=["two"], done_on=day)
    untick_item(kit, by=oil.qian, item="one", reason="Wrong parcel")
    assert [item["code"] for item in kit.request.open_items] == ["one", "two"]
    with refused(field="item"):
        untick_item(kit, by=oil.qian, item="one", reason="Again")


@pytest.mark.req("S4.25", part="no end with items open")
def test_nothing_ends_while_an_item_is_open(oil, kit):
    tick_item(kit, by=oil.zhao, items=["one"])
    add_item(kit, by=oil.zhao, item="Flag")
    with refused(field="item"):
        add_item(kit, by=oil.zhao, item="Flag")
    tick_item(kit, by=oil.zhao, items=["two"])
    with refused("S4.25"):
        finish_request(kit, by=oil.zhao, result="Done")
    for code in ("done", "withdrawn", "duplicate", "solved"):
        with refused("S4.25"):
            close_case(kit, by=oil.zhao, outcome=outcome(kit, code), note="x")
    tick_item(kit, by=oil.zhao, items=["contract-1"])
    with refused("S4.25"):
        close_case(kit, by=oil.zhao, outcome=outcome(kit, "withdrawn"), note="x")
    finish_request(kit, by=oil.zhao, result="Done")
    close_case(kit, by=oil.zhao, outcome=outcome(kit, "done"))
    assert not Case.objects.get(pk=kit.pk).is_open


def test_a_checklist_has_an_end(oil, kit):
    kit.request.items = [{"code": f"c{n}", "name": {"en": f"{n}"}} for n in range(100)]
    kit.request.save()
    with refused(field="item"):
        add_item(kit, by=oil.zhao, item="One more")


# Ending


def test_a_request_is_kept_by_doing_it_and_by_nothing_else(oil, kit):
    with refused("S2.16"):
        keep_promise(promise_of(kit, "fulfil"), by=oil.zhao)
    enter_result(kit, by=oil.zhao, result="Nearly")
    assert promise_of(kit, "fulfil").state == "running"
    tick_item(kit, by=oil.zhao, items=["one", "two"])
    finish_request(kit, by=oil.zhao, result="Done")
    assert promise_of(kit, "fulfil").state == "kept"
    with refused("SX.06"):
        finish_request(kit, by=oil.zhao, result="Again")
    for step in (
        lambda: fill(kit, oil.zhao, x="1"),
        lambda: withdraw_request(kit, by=oil.zhao, reason="x"),
        lambda: add_item(kit, by=oil.zhao, item="x"),
    ):
        with refused("SX.06"):
            step()


def test_when_it_was_done_may_be_said_later_but_not_when_a_customer_was_told(oil):
    kind = make_kind(oil.company, "visit")
    promise(kind)
    case = make_request(oil.zhao, kind)
    with clock.at(moment("2026-06-08 12:00")):
        for wrong in ("2026-06-08 13:00", "2026-06-08 08:00"):
            with refused(field="finished_at"):
                finish_request(case, by=oil.zhao, result="Done", finished_at=moment(wrong))
        finish_request(case, by=oil.zhao, result="Done", finished_at=moment("2026-06-08 10:30"))
    kept = promise_of(case, "fulfil")
    assert (kept.state, kept.done_at) == ("kept", moment("2026-06-08 10:30"))

    test = make_request(oil.zhao, "oil_test", fields={**SAMPLE, "sample_no": "Y-1"})
    with refused("S4.23", field="route"):
        finish_request(test, by=oil.zhao, result="Fit")
    with refused("S4.23", field="finished_at"):
        earlier = moment("2026-06-08 08:30")
        finish_request(test, by=oil.zhao, result="Fit", route=Route.PHONE, finished_at=earlier)


def test_done_later_than_the_company_reaches_back_is_refused(oil):
    case = make_request(oil.zhao, make_kind(oil.company, "visit"))
    with clock.at(moment("2026-06-20 09:00")), refused(field="finished_at"):
        finish_request(case, by=oil.zhao, result="Done", finished_at=moment("2026-06-10 09:00"))


def test_withdrawn_ends_the_promise_and_lets_the_case_close(oil, kit):
    other = make_case(oil.zhao)
    with refused("SX.05"):
        merge_case(kit, by=oil.chief, into=other, reason="Twice")
    withdraw_request(kit, by=oil.zhao, reason="Opened elsewhere")
    assert promise_of(kit, "fulfil").state == "cancelled"
    with refused(field="outcome"):
        close_case(kit, by=oil.zhao, outcome=outcome(kit, "done"))
    close_case(kit, by=oil.zhao, outcome=outcome(kit, "withdrawn"), note="Opened elsewhere")
    assert not Case.objects.get(pk=kit.pk).is_open


def test_an_ordinary_case_does_not_end_as_done_and_is_no_request(oil):
    case = make_case(oil.zhao)
    with refused("SX.06"):
        finish_request(case, by=oil.zhao, result="Done")
    classify(case, by=oil.zhao, classification=CaseClass.OTHER)
    reply(case, by=oil.zhao, route=Route.PHONE, answer="15W-40")
    with refused("S1.48", field="outcome"):
        close_case(case, by=oil.zhao, outcome=outcome(case, "done"))


def test_opened_again_it_is_owed_again(oil, kit):
    tick_item(kit, by=oil.zhao, items=["one", "two"])
    finish_request(kit, by=oil.zhao, result="Done")
    close_case(kit, by=oil.zhao, outcome=outcome(kit, "done"))
    reopen_case(kit, by=oil.chief, reason="Posters are missing")
    assert kit.request.finished_at is None
    assert promise_of(kit, "fulfil").state == "running"
    untick_item(kit, by=oil.zhao, item="two", reason="Missing")
    with refused("S4.25"):
        finish_request(kit, by=oil.zhao, result="Done")


def test_erasing_takes_the_words_of_a_request_with_it(oil):
    kind = make_kind(oil.company, fields=[{"name": "who", "label": {"en": "Who"}, "type": "line"}])
    case = make_request(oil.zhao, kind, fields={"who": "Herr Lang"})
    finish_request(case, by=oil.zhao, result="Done")
    close_case(case, by=oil.zhao, outcome=outcome(case, "done"))
    erase_case(case, by=oil.chief, ground="asked")
    assert Request.objects.get(case=case).values == {}


# Who owes it


def test_whoever_takes_the_case_owes_the_service(oil, kit):
    give_back(kit, by=oil.zhao, reason="Off")
    take_case(kit, by=oil.qian)
    assert promise_of(kit, "fulfil").person == oil.qian


def test_a_corrected_route_leaves_the_clocks_of_a_request_alone(oil):
    case = make_request(oil.zhao, "market_help", account=oil.garage)
    before = promise_of(case, "reply").due_at
    assert before == moment("2026-06-09 09:00")
    correct_case(case, by=oil.zhao, reason="Slip", route=Route.LETTER, priority=Priority.HIGH)
    assert promise_of(case, "reply").due_at == before


def test_named_later_the_customer_is_whom_it_is_promised_to(oil, kit):
    case = make_request(oil.zhao, "oil_test", fields=SAMPLE)
    attach_caller(case, by=oil.zhao, account=oil.garage)
    assert promise_of(case, "fulfil").to == oil.garage.thread


# Fees


@pytest.mark.req("S4.22", part="no fee for what is free")
@pytest.mark.req("S4.23", part="no fee for what is free")
@pytest.mark.parametrize("code", ["oil_test", "customer_training"])
def test_what_is_free_is_charged_and_waived_by_nobody(oil, code):
    fields = SAMPLE if code == "oil_test" else {"skill": "sales"}
    case = make_request(oil.zhao, code, fields=fields)
    for by in (oil.zhao, oil.chief):
        with refused(case.request.kind.source, field="fee"):
            charge_request(case, by=by, fee=Decimal("50.00"))
    with refused(case.request.kind.source, field="fee"):
        waive_fee(case, by=oil.chief, reason="Good customer")


def test_a_fee_is_written_down_corrected_and_waived(oil):
    case = make_request(oil.zhao, make_kind(oil.company, "tuning", free="charged", source="X.1"))
    with refused("X.1"):
        finish_request(case, by=oil.zhao, result="Done")
    for wrong in ("0", "-5", "0.001", "99999999999999999"):
        with refused(field="fee"):
            charge_request(case, by=oil.zhao, fee=Decimal(wrong))
    charge_request(case, by=oil.zhao, fee=Decimal("50.00"))
    assert case.request.fee == Money.of("50.00", "CNY")
    waive_fee(case, by=oil.chief, reason="Good customer")
    waived = Request.objects.get(case=case)
    assert waived.fee is None and waived.fee_waived_by == oil.chief
    with refused("SX.06"):
        waive_fee(case, by=oil.chief, reason="Again")
    finish_request(case, by=oil.zhao, result="Done")


# A special cause


@pytest.mark.req("S4.18", part="no special cause without a customer notice")
def test_an_excuse_waits_for_the_customer_to_be_told_whatever_the_door(oil):
    fields = {"paid_at": "2026-06-08T09:00:00+08:00", "paid": "1.00"}
    case = make_request(oil.zhao, "shipment", account=oil.garage, fields=fields)
    with refused("S4.18"):
        excuse_promise(promise_of(case, "fulfil"), by=oil.chief, reason="Snow")
    with refused("S4.18", field="told"):
        excuse_request(case, by=oil.zhao, cause="Snow")
    with refused(field="route"):
        excuse_request(case, by=oil.zhao, cause="Snow", told="Later")
    excuse_request(case, by=oil.zhao, cause="Snow", told="Later", route=Route.PHONE)
    assert promise_of(case, "fulfil").state == "excused"
    with refused("SX.06"):
        excuse_request(case, by=oil.zhao, cause="Snow", told="Later", route=Route.PHONE)
    finish_request(case, by=oil.zhao, result="Shipped")


@pytest.mark.req("S4.18", part="a special cause sets the owner to telling the customer at once")
def test_whoever_learns_of_a_special_cause_sets_the_owner_to_tell_the_customer(oil, kit):
    fields = {"paid_at": "2026-06-08T09:00:00+08:00", "paid": "1.00"}
    case = make_request(oil.zhao, "shipment", account=oil.garage, fields=fields)
    assert waits_for_a_notice(case, oil.zhao) and not waits_for_a_notice(kit, oil.zhao)
    report_special_cause(case, by=oil.zhao, cause="Snow")
    owed = promise_of(case, "tell_customer")
    assert (owed.person, owed.text, owed.due_at) == (
        case.owner,
        "Snow",
        owed.started_at + timedelta(minutes=30),
    )
    assert promise_of(case, "fulfil").state == "running", "it excuses nothing yet"
    assert not case.request.special_cause and not waits_for_a_notice(case, oil.zhao)
    form = ActionForm(get_action("cases.excuse_request"), case, oil.zhao)
    assert form.initial["cause"] == "Snow"
    excuse_request(case, by=oil.zhao, cause="Snow", told="Later", route=Route.PHONE)
    assert promise_of(case, "tell_customer").state == "kept"
    assert promise_of(case, "fulfil").state == "excused"


def test_where_no_notice_is_needed_the_reason_has_its_evidence(oil, kit):
    with refused("S2.16", field="files"):
        excuse_request(kit, by=oil.zhao, cause="Flood")
    excuse_request(kit, by=oil.zhao, cause="Flood", reference="Warning of the weather office")
    assert promise_of(kit, "fulfil").state == "excused"


# Arising with a relation


@pytest.mark.req("S4.25", part="arises with the agency, once")
def test_an_agency_brings_its_kit_once(oil):
    agent = add_account(
        by=oil.zhao, unit=oil.desk, name="Agency", contact_name="Ren", phone="13900139000"
    )
    assert not Case.objects.filter(account=agent).exists()
    change_roles(agent, by=oil.zhao, roles=["customer", "agent"])
    change_account(agent, by=oil.zhao, notes="Second street")
    case = Case.objects.get(account=agent)
    assert (case.request.kind.code, case.owner) == ("agent_kit", oil.zhao)
    assert len(case.request.items) == 7


@pytest.mark.req("S4.27", part="arises with the kind of organisation")
def test_a_mine_or_fleet_brings_its_advice_when_it_becomes_known(oil):
    change_account(oil.garage, by=oil.zhao, org_type="车队")
    case = Case.objects.get(account=oil.garage)
    assert case.request.kind.code == "usage_advice"
    supplier = add_account(
        by=oil.zhao, unit=oil.desk, name="Quarry", org_type="mine", roles=["supplier"]
    )
    assert not Case.objects.filter(account=supplier).exists()


def test_whoever_looks_after_the_account_owes_what_arises(oil):
    mine = add_account(
        by=oil.zhao,
        unit=oil.desk,
        name="Quarry",
        org_type="mining",
        relationship_owner=oil.qian,
    )
    case = Case.objects.get(account=mine)
    assert (case.owner, promise_of(case, "fulfil").person) == (oil.qian, oil.qian)


def test_a_withdrawn_kit_arises_anew_with_the_next_change(oil):
    agent = add_account(
        by=oil.zhao,
        unit=oil.desk,
        name="Agency",
        roles=["agent"],
        contact_name="Ren",
        phone="13900139000",
    )
    first = Case.objects.get(account=agent)
    withdraw_request(first, by=oil.zhao, reason="Not yet")
    change_account(agent, by=oil.zhao, notes="Opens in May")
    assert Case.objects.filter(account=agent).count() == 2


def test_no_clock_is_ever_left_open_behind_a_closed_request(oil, kit):
    tick_item(kit, by=oil.zhao, items=["one", "two"])
    finish_request(kit, by=oil.zhao, result="Done", route=Route.PHONE)
    close_case(kit, by=oil.zhao, outcome=outcome(kit, "done"))
    assert not ledger.open_promises(kit).exists()
