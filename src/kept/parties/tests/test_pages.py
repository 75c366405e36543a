"""The pages of accounts: what they show, what they cost, and who may open them."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kept.kit.actions import all_actions
from kept.parties.actions import (
    add_contact,
    add_remark,
    change_account,
    mark_lost,
    merge_account,
    tell_channels,
    verify_account,
)
from kept.parties.factories import make_account, make_dealer, make_station
from kept.parties.models import (
    Account,
    Address,
    ChangeNotice,
    Contact,
    FileCheck,
    Phone,
    RemarkKind,
)
from kept.parties.tests.cast import at, handset_maker, software_vendor, wall_covering_maker
from kept.parties.words import Channel
from kept.people.models import Unit, User

pytestmark = pytest.mark.django_db

ACCOUNT_PAGE_QUERIES = 28
LIST_QUERIES = 16


def text(answer) -> str:
    pieces = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(pieces).decode()


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(queries)


def test_the_account_page_shows_all_that_is_known_within_its_budget(client):
    house = software_vendor()
    account = make_account(
        house.hunan, "Huaneng", contact_name="张三", phone="13800138000", address="长沙",
        agent_name="南方代理", notes="<b>VIP</b>",
    )  # fmt: skip
    for number in range(6):
        add_contact(account, by=house.zhou, name=f"Person {number}", phone=f"1390013900{number}")
        add_remark(account, by=house.zhou, kind=RemarkKind.NEED, text=f"Need {number}")
    client.force_login(house.zhou)
    address = account.get_absolute_url()
    html = text(client.get(address))
    for shown in ("张三", "+8613800138000", "长沙", "南方代理", "Need 5", "Person 5",
                  "&lt;b&gt;VIP&lt;/b&gt;", "Not told our channels yet"):  # fmt: skip
        assert shown in html, shown
    few = queries_of(client, address)
    assert few <= ACCOUNT_PAGE_QUERIES
    for _more in range(20):
        add_remark(account, by=house.zhou, kind=RemarkKind.NEED, text="more")
    assert queries_of(client, address) == few


def test_the_page_of_the_survivor_shows_both_stories(client):
    house = software_vendor()
    one, two = make_account(house.hunan, "One"), make_account(house.hunan, "Two")
    add_contact(two, by=house.zhou, name="李四")
    merge_account(two, by=house.chief, into=one, reason="同一家")
    client.force_login(house.zhou)
    html = text(client.get(one.get_absolute_url()))
    assert two.number in html and "李四" in html and "was merged into this one" in html
    gone = text(client.get(two.get_absolute_url()))
    assert one.get_absolute_url() in gone


@pytest.mark.parametrize(
    "address",
    ["/accounts/", "/accounts/?role=dealer&role=customer&status=active&informed=no",
     "/accounts/?verified_before=2026-06-01", "/file_checks/", "/file_checks/done/",
     "/change_notices/?all=1", "/churn/", "/coverage/", "/field_staff/", "/cross_region/"],
)  # fmt: skip
def test_lists_stay_within_their_budget_and_can_be_exported(client, address):
    house = handset_maker()
    for number in range(12):
        make_account(house.east, f"Customer {number}", phone=f"138001380{number:02}",
                     since_on=date(2020, 1, 1))  # fmt: skip
    station = make_station(house.east, "ZJ-01", house.chen)
    change_account(station, by=house.chen, region="江苏")
    verify_account(station, by=house.owner)
    client.force_login(house.owner)
    assert queries_of(client, address) <= LIST_QUERIES
    joint = "&" if "?" in address else "?"
    for kind in ("csv", "xlsx", "print"):
        assert client.get(f"{address}{joint}format={kind}").status_code == 200, kind


def test_the_list_narrows_by_role_unit_level_region_status_and_last_check(client):
    house = wall_covering_maker()
    with at("2026-04-01 09:00"):
        dealer = make_dealer(house.office, "Dealer one", region="浙江")
        customer = make_account(house.office, "Customer one", region="江苏")
        verify_account(dealer, by=house.specialist)
        tell_channels(customer, by=house.specialist, channels=[Channel.HOTLINE])
        lost = make_account(house.office, "Gone", region="江苏")
        mark_lost(lost, by=house.specialist, reason="转行")
    client.force_login(house.specialist)

    def shown(query: str) -> set[str]:
        html = text(client.get(f"/accounts/?{query}"))
        return {name for name in ("Dealer one", "Customer one", "Gone") if name in html}

    assert shown("") == {"Dealer one", "Customer one", "Gone"}
    assert shown("role=dealer") == {"Dealer one"}
    assert shown("region=江苏") == {"Customer one", "Gone"}
    assert shown("status=lost") == {"Gone"}
    assert shown("verified_before=2026-04-01") == {"Customer one", "Gone"}
    assert shown("informed=yes") == {"Customer one"}
    assert shown("unit=BZ") == {"Dealer one", "Customer one", "Gone"}
    assert shown("q=Dealer") == {"Dealer one"}


@pytest.mark.req("S1.22", part="duplicate warning while typing")
@pytest.mark.req("SX.10", part="duplicate customers")
def test_likely_duplicates_appear_while_typing_and_the_same_one_is_not_saved(client):
    house = software_vendor()
    known = make_account(house.hunan, "长沙华能软件有限公司", phone="13800138000")
    hidden = make_account(house.guangxi, "华能广西", phone="13800138001")
    client.force_login(house.zhou)
    for query in ("name=长沙华能", "name=&phone=138-0013", "name=长沙华能软件股份有限公司"):
        html = text(client.get(f"/accounts/duplicates/?{query}"))
        assert known.number in html and hidden.number not in html, query
    for query in ("name=", "name=x", "phone=13", "name=无此公司"):
        assert known.number not in text(client.get(f"/accounts/duplicates/?{query}"))
    form = text(client.get("/accounts/add_account/"))
    assert 'hx-get="/accounts/duplicates/"' in form and 'id="duplicates"' in form
    sent = {"name": "长沙华能软件", "phone": "13800138000", "unit": "YQ-HN", "_key": "k1"}
    answer = client.post("/accounts/add_account/", sent)
    assert answer.status_code == 409 and known.number in text(answer)
    assert Account.objects.count() == 2
    answer = client.post("/accounts/add_account/", {**sent, "even_so": "分公司", "_key": "k2"})
    assert answer.status_code == 302 and Account.objects.count() == 3


def test_a_form_sent_twice_makes_one_account(client):
    house = software_vendor()
    client.force_login(house.zhou)
    sent = {"name": "Double", "unit": "YQ-HN", "_key": "same"}
    first, second = (client.post("/accounts/add_account/", sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Account.objects.count() == 1


@pytest.mark.req("S3.02")
def test_files_are_ticked_off_a_list_and_the_day_shows_what_was_checked(client):
    house = wall_covering_maker()
    dealers = [make_dealer(house.office, f"D0{number}") for number in range(3)]
    client.force_login(house.specialist)
    page = text(client.get("/file_checks/"))
    assert all(dealer.name in page for dealer in dealers) and "Tick as checked" in page
    picked = {"pick": [dealers[0].number, dealers[1].number, "BZ-A26-999999"]}
    assert client.post("/file_checks/tick/", picked).status_code == 302
    assert FileCheck.objects.count() == 2
    left = text(client.get("/file_checks/"))
    assert "D02" in left and "D00" not in left
    done = text(client.get("/file_checks/done/?format=csv"))
    assert "D00" in done and "客服專員" in done


def test_a_change_that_waits_says_so_and_is_answered_on_its_page(client):
    house = handset_maker()
    station = make_station(house.east, "ZJ-01", house.chen)
    client.force_login(house.chen)
    answer = client.post(
        f"{station.get_absolute_url()}change_account/",
        {"name": station.name, "code": "ZJ-01", "region": "江苏", "_key": "k"},
        follow=True,
    )
    notice = ChangeNotice.objects.get()
    assert f"{notice.number} waits to be acknowledged" in text(answer)
    client.force_login(house.owner)
    html = text(client.get(notice.get_absolute_url()))
    assert "浙江" in html and "江苏" in html and "acknowledge_change/" in html
    assert "江苏" in text(client.get(f"{notice.get_absolute_url()}print/"))
    sent = {"note": "", "_key": "k2"}
    assert client.post(f"{notice.get_absolute_url()}acknowledge_change/", sent).status_code == 302
    assert Account.objects.get(pk=station.pk).region == "江苏"
    assert queries_of(client, notice.get_absolute_url()) <= ACCOUNT_PAGE_QUERIES


def test_churn_page_shows_and_exports_the_verdict(client):
    house = software_vendor()
    with at("2026-06-10 09:00"):
        found = [
            make_account(house.hunan, f"C{number:02}", since_on=date(2024, 1, 1))
            for number in range(20)
        ]
        mark_lost(found[0], by=house.chief, reason="倒闭")
        client.force_login(house.chief)
        html = text(client.get("/churn/?until=2026-06-10"))
        assert "5.00 %" in html and "FAILS" in html and "Hunan branch" in html
        before = text(client.get("/churn/?until=2026-06-09"))
        assert "FAILS" not in before and "passes" in before
        assert client.get("/churn/?until=nonsense").status_code == 200
        answer = client.get("/churn/?until=2026-06-10&format=xlsx")
    file = b"".join(answer.streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(file)).active.values)
    assert any(row[3:5] == (20, 1) and "FAILS" in row for row in rows)
    client.force_login(house.he)
    with at("2026-06-10 09:00"):
        assert "Hunan branch" not in text(client.get("/churn/"))


def test_coverage_page_answers_for_any_day(client):
    house = handset_maker()
    with at("2026-03-02 09:00"):
        make_station(house.east, "ZJ-01", house.chen)
    client.force_login(house.owner)
    assert "陳立" in text(client.get("/coverage/?on=2026-03-02"))
    assert "陳立" not in text(client.get("/coverage/?on=2026-03-01"))
    early = text(client.get("/coverage/?on=2026-03-01"))
    assert "Regions with stations and nobody posted there" in early
    assert "陳立" in text(client.get("/field_staff/"))


def test_papers_print_on_a4(client):
    house = wall_covering_maker()
    dealer = make_dealer(house.office, "D01", address="杭州")
    client.force_login(house.specialist)
    html = text(client.get(f"{dealer.get_absolute_url()}print/"))
    assert "Dealer file" in html and "周敏" in html and "杭州" in html and 'class="paper"' in html


def test_pages_of_others_are_not_there_and_verbs_without_right_are_refused(client):
    house, other = software_vendor(), wall_covering_maker()
    theirs = make_dealer(other.office, "Theirs")
    ours = make_account(house.hunan, "Ours", contact_name="A", phone="13800138000")
    contact, phone = ours.contacts.get(), ours.contacts.get().phones.get()
    address = make_account(house.hunan, "Placed", address="x").addresses.get()
    places = [
        ours.get_absolute_url(),
        f"{ours.get_absolute_url()}print/",
        f"{ours.get_absolute_url()}change_account/",
        f"/contacts/{contact.pk}/change_contact/",
        f"/phones/{phone.pk}/end_phone/",
        f"/addresses/{address.pk}/change_address/",
    ]
    for stranger in (other.manager, house.he):
        client.force_login(stranger)
        for place in places:
            assert client.get(place).status_code == 404, (stranger, place)
    client.force_login(house.zhou)
    for place in places:
        assert client.get(place).status_code == 200, place
    assert client.get(theirs.get_absolute_url()).status_code == 404
    sent = {"unit": "YQ-GX", "reason": "x", "_key": "k"}
    assert client.post(f"{ours.get_absolute_url()}move/", sent).status_code == 403
    assert client.get("/accounts/suggest/?for=into&into=Theirs").content == b""
    assert ours.number in text(client.get("/accounts/suggest/?for=into&into=Ours"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_form_of_an_account_opens_in_both_languages(client, language):
    house = handset_maker()
    station = make_station(house.east, "ZJ-01", house.chen, address="杭州")
    User.objects.filter(pk=house.boss.pk).update(language=language)
    client.force_login(house.boss)
    for action in all_actions():
        if not action.internal and action.module == "parties":
            place = place_of(action, station, house)
            assert client.get(place).status_code == 200, place


def place_of(action, station: Account, house) -> str:
    plural = action.model.plural
    if action.creates:
        return f"/{plural}/{action.verb}/"
    return f"/{plural}/{reference(action.model, station, house)}/{action.verb}/"


def reference(model, station: Account, house) -> str:
    contact = station.contacts.get()
    if model is ChangeNotice and not ChangeNotice.objects.exists():
        change_account(station, by=house.chen, region="江苏")
    found = {
        Account: lambda: station.number,
        User: lambda: house.chen.username,
        Unit: lambda: house.east.code,
        ChangeNotice: lambda: ChangeNotice.objects.get().number,
        Contact: lambda: contact.pk,
        Phone: lambda: contact.phones.get().pk,
        Address: lambda: station.addresses.get().pk,
    }
    return str(found[model]())
