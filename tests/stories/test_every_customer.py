"""Every customer is served, taught, listened to: across territories and whoever sold to them."""

import pytest

from kept.cases.actions import (
    cannot_send,
    classify,
    decline_service,
    note_heard,
    reply,
    wait_for_mail,
)
from kept.cases.factories import make_case
from kept.cases.models import Case, CaseClass, CaseKind, CaseStatus, Route
from kept.kit.testing.refusing import refused
from kept.parties.actions import mark_lost, set_can_email
from kept.parties.checks import DeclineGround
from kept.parties.factories import make_account, make_dealer
from kept.parties.models import Contact, RemarkKind, TaughtSkill
from kept.parties.tests.cast import software_vendor, wall_covering_maker
from kept.people.actions import appoint_manager
from kept.people.models import User
from kept.promises.models import PromiseKind, PromiseState
from tests.stories.cast import at, moment, promise_of, software_house

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return (answer.getvalue() if answer.streaming else answer.content).decode()


def send(client, address: str, **values):
    """A form as its page sends it, each time with a fresh key."""
    send.count = getattr(send, "count", 0) + 1
    return client.post(address, {"_key": f"k{send.count}", **values})


@pytest.mark.req("S1.13")
def test_nobody_cannot_send_data_before_somebody_tried_to_teach_them(client):
    house = software_vendor()
    with at("2026-06-01 09:00"):
        account = make_account(house.hunan, "离线客户", contact_name="老王", phone="13800138000")
        contact = account.contacts.get()
        case = make_case(house.zhou, account=account, contact=contact, route=Route.LETTER)
        wait_for_mail(case, by=house.zhou, what="账套备份", mailbox="data@yunqi.example")
        client.force_login(house.zhou)
        ending = f"{case.get_absolute_url()}cannot_send/"

        # Without an attempt the step does not end that way, and nothing has changed.
        assert "Customer cannot send" in text_of(client.get(case.get_absolute_url()))
        answer = send(client, ending, reason="没有电脑")
        assert answer.status_code == 409 and "S1.13" in text_of(answer)
        with refused("S1.13"):
            set_can_email(contact, by=house.zhou, can_email=False)
        case.refresh_from_db()
        assert case.status == CaseStatus.WAITING
        assert promise_of(case, PromiseKind.CHASE_MAIL).state == PromiseState.RUNNING
        nameless = make_case(house.zhou, account=account)
        wait_for_mail(nameless, by=house.zhou, what="备份", mailbox="data@yunqi.example")
        answer = send(client, f"{nameless.get_absolute_url()}cannot_send/", reason="没有电脑")
        assert answer.status_code == 409 and "S1.13" in text_of(answer)
        with refused("S1.13"):
            cannot_send(nameless, by=house.zhou, reason="没有电脑")
        # Teaching something else is no attempt to teach this.
        teach = f"{account.get_absolute_url()}teach/"
        send(client, teach, skill="register", contact=contact.pk)
        assert send(client, ending, reason="没有电脑").status_code == 409

    with at("2026-06-01 15:00"):
        done = send(client, teach, skill="send_mail", contact=contact.pk, note="不会用邮箱")
        assert done.status_code == 302
        taught = TaughtSkill.objects.get(skill="send_mail")
        assert (taught.by, taught.taught_at) == (house.zhou, moment("2026-06-01 15:00"))
        page = text_of(client.get(account.get_absolute_url()))
        assert "sending mail with data" in page and "老王" in page and "周工" in page
        assert send(client, ending, reason="没有电脑").status_code == 302
        case.refresh_from_db()
        assert case.status == CaseStatus.OPEN
        assert promise_of(case, PromiseKind.CHASE_MAIL).state == PromiseState.CANCELLED
        assert promise_of(case, PromiseKind.REPLY).state == PromiseState.RUNNING
        assert "cannot send mail" in text_of(client.get(account.get_absolute_url()))
        # Who has learned it is flagged as able to.
        send(client, teach, skill="send_mail", contact=contact.pk, was_learned="on")
        assert Contact.objects.get(pk=contact.pk).can_email is True
        assert "can send mail" in text_of(client.get(account.get_absolute_url()))

        # Nobody is taught who is not known.
        stranger = make_case(house.zhou)
        wait_for_mail(stranger, by=house.zhou, what="备份", mailbox="data@yunqi.example")
        nobody = send(client, f"{stranger.get_absolute_url()}cannot_send/", reason="x")
        assert nobody.status_code == 409 and "S1.13" in text_of(nobody)


@pytest.mark.req("S3.05")
def test_what_dealers_need_and_like_is_kept_from_visits_and_complaints_and_found(client):
    house = wall_covering_maker()
    specialist = house.specialist
    client.force_login(specialist)
    with at("2026-04-01 09:00"):
        dealer = make_dealer(house.office, "长沙壁布店")
        noted = send(
            client,
            f"{dealer.get_absolute_url()}note/",
            kind="liking",
            text="喜欢钓鱼，周末不接电话",
        )
        assert noted.status_code == 302
        visit = make_case(specialist, account=dealer, route=Route.RETURN_VISIT, summary="回访")
        complaint = make_case(
            specialist, account=dealer, case_kind=CaseKind.COMPLAINT, summary="色差"
        )
        heard = (
            (visit, "need", "要新版色卡"),
            (complaint, "market", "隔壁新开无缝墙布店"),
        )
        for case, kind, text in heard:
            page = text_of(client.get(case.get_absolute_url()))
            assert "Note need or opinion" in page
            answer = send(client, f"{case.get_absolute_url()}note_heard/", kind=kind, text=text)
            assert answer.status_code == 302
        # In the file, with where it was said; in the list, narrowed by words and kind; in search.
        page = text_of(client.get(dealer.get_absolute_url()))
        for case, _kind, text in heard:
            assert text in page and case.number in page
        assert "喜欢钓鱼" in page
        row = text_of(client.get("/heard/?q=色卡&format=csv"))
        assert "要新版色卡" in row and visit.number in row and "need" in row and "钓鱼" not in row
        assert "无缝墙布" in text_of(client.get("/heard/?kind=market"))
        assert "无缝墙布" not in text_of(client.get("/heard/?kind=liking"))
        for typed in ("钓鱼", "色卡", "无缝墙布"):
            assert dealer.number in text_of(client.get(f"/search/?q={typed}")), typed
        # Of somebody not known nothing can be kept.
        unknown = make_case(specialist, caller_name="路人")
        answer = send(
            client, f"{unknown.get_absolute_url()}note_heard/", kind="need", text="要样本"
        )
        assert answer.status_code == 409 and "S3.05" in text_of(answer)
        with refused("S3.05"):
            note_heard(unknown, by=specialist, kind=RemarkKind.NEED, text="要样本")


@pytest.mark.req("S1.32")
def test_a_customer_of_another_territory_is_served_credited_and_home_is_told(client):
    house = software_vendor()
    with at("2026-06-01 09:00"):
        account = make_account(house.hunan, "出差客户", phone="13800138000")
        client.force_login(house.he)
        assert client.get(account.get_absolute_url()).status_code == 404
        taken = send(
            client, "/cross_region/serve_across/",
            unit="YQ-GX", customer="138-0013-8000", reason="出差在桂林",
        )  # fmt: skip
        assert taken.status_code == 302, text_of(taken)
        row = text_of(client.get("/cross_region/?format=csv"))
        for known in ("出差客户", "Hunan branch", "Guangxi branch", "何工", "出差在桂林"):
            assert known in row
        # The home engineer is told, though nobody was named to look after the customer.
        client.force_login(house.zhou)
        assert "Served by Guangxi branch for Hunan branch" in text_of(client.get("/notices/"))

        # The case opened there is no second service that day; the next day it is credited anew.
        client.force_login(house.he)
        call = {
            "summary": "不能打印", "route": "on_site", "unit": "YQ-GX", "case_kind": "service",
            "priority": "normal", "sender_type": "user", "account": account.number,
        }  # fmt: skip
        assert send(client, "/intake/one/", **call).status_code == 302
        case = Case.objects.get()
        assert case.unit == house.guangxi and case.owner == house.he
        assert account.cross_region_services.count() == 1
    with at("2026-06-02 09:00"):
        send(client, "/intake/two/", **call, description="又来")
        assert account.cross_region_services.count() == 2
        assert "不能打印" in text_of(client.get("/cross_region/?format=csv"))

        # Territory is no ground to decline: refused, with the rule, and nothing changes.
        classify(case, by=house.he, classification=CaseClass.OPERATION)
        decline = f"{case.get_absolute_url()}decline_service/"
        answer = send(client, decline, ground="territory", reason="不归我们管")
        assert answer.status_code == 409 and "is no reason to decline" in text_of(answer)
        with refused("S1.32", field="ground"):
            decline_service(case, by=house.he, ground=DeclineGround.TERRITORY, reason="远")
        case.refresh_from_db()
        assert case.status == CaseStatus.OPEN
        real = send(client, decline, ground="not_ours", reason="别家软件", passed_to="别家")
        assert real.status_code == 302
        case.refresh_from_db()
        assert case.outcome.code == "not_ours"


@pytest.mark.req("S1.34")
def test_whoever_sold_it_the_customer_gets_the_same_service(client):
    house = software_vendor()
    zhou = house.zhou
    client.force_login(zhou)
    with at("2026-06-01 09:00"):
        form = {"unit": "YQ-HN", "roles": ["customer"]}
        sold = send(
            client, "/accounts/add_account/", **form, name="代理客户", agent_name="南方代理"
        )
        assert sold.status_code == 302
        own = make_account(house.hunan, "自有客户")
        agents = own.__class__.objects.get(name="代理客户")
        assert "Sold by 南方代理: same service as everybody" in text_of(
            client.get(agents.get_absolute_url())
        )
        assert "南方代理" in text_of(client.get("/accounts/?agent=yes&format=csv"))
        cases = [make_case(zhou, account=one, route=Route.LETTER) for one in (agents, own)]
        promised = [
            sorted((one.kind, one.due_at) for one in case.thread.promises.all()) for case in cases
        ]
        assert promised[0] == promised[1] and promised[0]
        theirs = cases[0]
        classify(theirs, by=zhou, classification=CaseClass.OPERATION)
        decline = f"{theirs.get_absolute_url()}decline_service/"
        answer = send(client, decline, ground="agent", reason="找代理去")
        assert answer.status_code == 409 and "is no reason to decline" in text_of(answer)
        with refused("S1.34", field="ground"):
            decline_service(theirs, by=zhou, ground=DeclineGround.AGENT, reason="找代理去")
        theirs.refresh_from_db()
        assert theirs.status == CaseStatus.OPEN
        reply(theirs, by=zhou, route=Route.PHONE, answer="已说明")
        assert send(client, decline, ground="withdrawn", reason="客户撤回").status_code == 302


@pytest.mark.req("S1.59")
def test_an_unreasonable_caller_is_heard_out_noted_and_the_supervisor_called_in(client):
    house = software_house()
    lin, chief, hotline = house["lin"], house["chief"], house["hotline"]
    client.force_login(lin)
    with at("2026-06-01 09:00"):
        case = make_case(lin)
        page = case.get_absolute_url()
        assert "Never quarrel" not in text_of(client.get(page))
        flag = {"statement": "你们都是骗子", "inconsistencies": "先说已付款，后说从未买过"}
        assert send(client, f"{page}flag_caller/", statement="").status_code == 422
        # A supervisor who is not there cannot be called in: refused, and nothing is flagged.
        nobody = send(client, f"{page}flag_caller/", **flag, call_supervisor="on")
        assert nobody.status_code == 409 and "Nobody leads" in text_of(nobody)
        case.refresh_from_db()
        assert not case.is_abusive
        # The nearest above leads where the unit itself has no manager.
        appoint_manager(house["centre"], by=chief, manager=house["board"])
        assert hotline.manager is None
        assert send(client, f"{page}flag_caller/", **flag, call_supervisor="on").status_code == 302
        shown = text_of(client.get(page))
        for word in ("difficult caller", "Never quarrel", "你们都是骗子", "先说已付款"):
            assert word in shown
        for rule in (
            "never interrupt",
            "only on the ground of what they said",
            "call the supervisor",
        ):
            assert rule in shown.casefold(), rule
        client.force_login(User.objects.get(pk=house["board"].pk))
        assert "Difficult call; supervisor called: yes" in text_of(client.get("/notices/"))
        assert client.get(page).status_code == 200
        paper = text_of(client.get(f"{page}print/"))
        assert "骗子" not in paper and "先说已付款" not in paper


def test_a_lost_customer_is_still_served():
    house = software_vendor()
    account = make_account(house.hunan, "已流失")
    mark_lost(account, by=house.chief, reason="转投别家")
    assert make_case(house.zhou, account=account).account == account
