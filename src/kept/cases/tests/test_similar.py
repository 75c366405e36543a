"""Similar cases while a call is written down, and a call that belongs to one of them."""

import pytest
from django.test import Client

from kept.cases.actions import add_note, call_again
from kept.cases.factories import make_case, outcome
from kept.cases.models import Case, CaseStatus, Direction, Interaction, Route
from kept.cases.similar import similar_cases
from kept.kit.refusal import Refused
from kept.parties.factories import make_account
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Draft, UnitKind, User
from kept.products.factories import make_product, make_serial
from kept.search.similar import alike
from kept.timeline.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.10", part="duplicates of complaints")]


@pytest.fixture
def desk(db):
    """Two branches that do not see each other, and a clerk in each."""
    company = make_company()
    here = make_unit(company, "HN-1", "Hunan", UnitKind.BRANCH)
    there = make_unit(company, "HN-2", "Hubei", UnitKind.BRANCH)
    return {
        "company": company,
        "here": here,
        "clerk": make_user(here, "clerk", "clerk", name="前台"),
        "mate": make_user(here, "mate", "clerk", name="同事"),
        "far": make_user(there, "far", "clerk", name="远方"),
    }


def similar(desk, text: str, **known) -> list[str]:
    reader = User.objects.get(pk=desk["clerk"].pk)
    return [one.case.summary for one in similar_cases(reader, text, **known)]


def test_a_case_that_shares_rare_words_is_similar(desk):
    for summary in ("打印机卡纸报错E05", "打印机漏墨", "电话打不通", "装修延期"):
        make_case(desk["clerk"], summary=summary)
    assert similar(desk, "又卡纸了，显示E05")[0] == "打印机卡纸报错E05"
    assert "装修延期" not in similar(desk, "又卡纸了，显示E05")
    assert similar(desk, "龘龘龘龘") == similar(desk, "") == similar(desk, "卡") == []


def test_the_same_customer_and_product_come_first_then_open_ones_then_the_words(desk):
    product = make_product(desk["company"], "K-100", "打印机")
    account = make_account(desk["here"], "长江印务")
    other = make_case(desk["clerk"], summary="进纸口卡纸", description="进纸口卡纸")
    closed = make_case(desk["clerk"], summary="进纸口卡纸旧事", account=account)
    Case.objects.filter(pk=closed.pk).update(status=CaseStatus.CLOSED, result="清理了进纸口")
    theirs = make_case(desk["clerk"], summary="进纸不顺", account=account)
    both = make_case(desk["clerk"], summary="开不了机", account=account, product=product)
    found = similar(desk, "进纸口卡纸", account=account, product=product)
    assert found == [both.summary, theirs.summary, closed.summary, other.summary]


def test_a_unit_that_broke_before_is_similar_however_it_is_told(desk):
    product = make_product(desk["company"], "K-100", "打印机")
    account = make_account(desk["here"], "长江印务")
    serial = make_serial(product, "SN-1", account)
    before = make_case(desk["clerk"], summary="开不了机", serial_unit=serial, account=account)
    assert similar(desk, "冒烟起火", account=account, serial_unit=serial) == [before.summary]


def test_the_same_phone_is_the_same_customer_though_nobody_knows_who(desk):
    before = make_case(desk["clerk"], summary="开不了机", caller_phone="138 0013 8000")
    make_case(desk["clerk"], summary="漏墨", caller_phone="13900001111")
    assert similar(desk, "还是那件事", phone="+86 13800138000") == [before.summary]
    assert similar(desk, "还是那件事", phone="138") == []


def test_nobody_is_shown_what_they_may_not_see(desk):
    make_case(desk["far"], summary="打印机卡纸报错")
    assert similar(desk, "打印机卡纸报错") == []


def test_a_case_that_was_merged_is_not_shown_beside_the_one_it_goes_on_as(desk):
    case = make_case(desk["clerk"], summary="打印机卡纸")
    twin = make_case(desk["clerk"], summary="打印机卡纸第二回")
    Case.objects.filter(pk=twin.pk).update(duplicate_of=case)
    assert similar(desk, "打印机卡纸") == ["打印机卡纸"]


def test_what_colleagues_noted_makes_a_case_similar_for_them_alone(desk):
    case = make_case(desk["clerk"], summary="旧事")
    add_note(case, by=desk["clerk"], note="疑似电容鼓包")
    assert similar(desk, "电容鼓包") == ["旧事"]
    seen = {"case": [desk["here"].scope_id]}
    assert [one.thread_id for one in alike(seen, "电容鼓包", inside=True)] == [case.thread_id]
    assert alike(seen, "电容鼓包") == []


def test_at_most_five_are_shown(desk):
    for number in range(8):
        make_case(desk["clerk"], summary=f"打印机卡纸第{number}回")
    assert len(similar(desk, "打印机卡纸")) == 5


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_panel_is_drawn_from_what_was_typed_and_while_typing(desk):
    case = make_case(desk["mate"], summary="打印机<卡纸>报错")
    client = _signed_in(desk["clerk"])
    page = client.get("/intake/k1/?summary=打印机卡纸报错").content.decode()
    assert case.number in page and "打印机&lt;卡纸&gt;报错" in page
    answer = client.post("/intake/k1/similar/", {"summary": "打印机卡纸", "description": "报错"})
    assert case.number in answer.content.decode()
    assert f'value="{case.number}"' in answer.content.decode()
    assert case.number not in client.post("/intake/k1/similar/", {}).content.decode()


def test_how_a_closed_one_ended_stands_there(desk):
    case = make_case(desk["clerk"], summary="打印机卡纸报错")
    Case.objects.filter(pk=case.pk).update(
        status=CaseStatus.CLOSED, result="清理了进纸口", outcome=outcome(case)
    )
    (found,) = similar_cases(desk["clerk"], "打印机卡纸")
    assert found.answer == "清理了进纸口"
    page = _signed_in(desk["clerk"]).post("/intake/k1/similar/", {"summary": "打印机卡纸"})
    assert "清理了进纸口" in page.content.decode()
    assert "/belongs/" not in page.content.decode()


@pytest.mark.req("S2.23", part="a repeated call stands in the register")
def test_a_call_that_belongs_to_a_case_opens_no_second_one(desk):
    case = make_case(desk["mate"], summary="打印机卡纸报错")
    client = _signed_in(desk["clerk"])
    Draft.objects.create(
        user=desk["clerk"], form="intake", key="k1", body={}, updated_at=case.received_at
    )
    answer = client.post(
        "/intake/k1/belongs/",
        {"belongs": case.number, "summary": "又卡纸了", "description": "第三次", "route": "mail",
         "caller_name": "张伟", "caller_phone": "13800138000", "_key": "x1"},
    )  # fmt: skip
    assert answer.status_code == 302 and answer["Location"] == case.get_absolute_url()
    assert Case.objects.count() == 1
    line = Interaction.objects.order_by("-pk").first()
    assert (line.case, line.direction, line.route) == (case, Direction.IN, Route.MAIL)
    assert (line.sender, line.phone, line.content) == ("张伟", "13800138000", "又卡纸了\n第三次")
    assert case.thread.entries.filter(event="case.called_again").count() == 1
    assert Notice.objects.filter(event="case.called_again", to=desk["mate"]).exists()
    assert not Draft.objects.filter(key="k1").exists()
    client.post(
        "/intake/k1/belongs/", {"belongs": case.number, "summary": "又卡纸了\n", "_key": "x1"}
    )
    assert Interaction.objects.filter(case=case).count() == 2


def test_a_call_never_belongs_to_a_case_out_of_sight_or_to_a_closed_one(desk):
    far = make_case(desk["far"], summary="打印机卡纸报错")
    client = _signed_in(desk["clerk"])
    body = {"summary": "又卡纸了", "route": "phone"}
    assert client.post("/intake/k1/belongs/", {**body, "belongs": far.number}).status_code == 404
    assert client.post("/intake/k1/belongs/", body).status_code == 404
    mine = make_case(desk["clerk"], summary="打印机卡纸报错")
    Case.objects.filter(pk=mine.pk).update(status=CaseStatus.CLOSED)
    with pytest.raises(Refused):
        call_again(mine, by=desk["clerk"], words="又卡纸了")
    answer = client.post("/intake/k1/belongs/", {**body, "belongs": mine.number})
    assert answer.status_code == 409
