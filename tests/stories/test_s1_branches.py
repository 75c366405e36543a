"""Story S1, step 1: a branch, who can advise there, who answers for it, and how it serves."""

import re
from datetime import date

import pytest
from django.db.models import QuerySet

from kept.cases.actions import (
    accept_case,
    give_back,
    mark_solved,
    open_case,
    report_visit,
    see_out,
    send_branch,
    take_case,
    tick_checklist,
)
from kept.cases.models import Case, CaseKind, Evidence, Interaction, Route
from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.parties.actions import (
    add_account,
    assign_engineer,
    change_roles,
    end_engineer,
    mark_lost,
    move_account,
)
from kept.parties.models import (
    Account,
    AccountPolicy,
    AccountRole,
    TerritoryEngineer,
    TerritoryMode,
)
from kept.parties.territory import answers_for
from kept.people.actions import (
    add_unit,
    appoint_manager,
    change_unit,
    deactivate,
    hand_over,
    load_policy,
    move_user,
)
from kept.people.models import Unit, UnitKind, User
from kept.promises.models import PromiseKind
from kept.timeline.models import Entry, Notice
from kept.workforce.actions import end_consultant, name_consultant
from kept.workforce.models import Consultant, Shortage
from tests.stories.cast import (
    at,
    make_unit,
    make_user,
    moment,
    promise_of,
    software_house,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    house = software_house()
    with at("2026-05-20 09:00"):
        appoint_manager(house["company"], by=User.objects.system(), manager=house["chief"])
        for login in ("gong", "ling"):
            house[login] = make_user(house["guangxi"], login, "engineer", name=login.title())
            name_consultant(house[login], by=house["chief"], solutions="财务\n成本")
    return house


def told(user: User, event: str, unit: Unit) -> list[Notice]:
    shown = Notice.objects.filter(to=user, event=event, channel="screen")
    return list(shown.filter(thread__of_unit=unit))


@pytest.mark.req("S1.02")
def test_story_s1_step_1_a_branch_without_a_consultant(house, client):
    chief, lin, company = house["chief"], house["lin"], house["company"]
    # Hunan is created with nobody who can advise: headquarters is warned the moment it is there.
    with at("2026-06-01 09:00"):
        hunan = add_unit(
            by=chief,
            unit=company,
            code="YQ-HN",
            name={"en": "Hunan branch", "zh-hans": "湖南分公司"},
            kind=UnitKind.BRANCH,
        )
    (notice,) = told(chief, "unit.consultants_none", hunan)
    assert (notice.values["wanted"], notice.values["count"]) == (1, 0)
    client.force_login(chief)
    alert = "Below 1 consulting technician"
    for page in ("/", "/units/", hunan.get_absolute_url()):
        assert alert in client.get(page).content.decode(), page
    assert "is below 1 consulting technician" in client.get("/notices/").content.decode()
    # It lasts and is never doubled; a manager who comes later is warned as well.
    with at("2026-06-01 10:00"):
        he = make_user(hunan, "he", "engineer", "lead", name="何")
        peng = make_user(hunan, "peng", "engineer", name="彭")
        appoint_manager(hunan, by=chief, manager=he)
        load_policy(company, by=chief, pack="software")
    assert len(told(chief, "unit.consultants_none", hunan)) == 1
    assert len(told(he, "unit.consultants_none", hunan)) == 1
    client.force_login(he)
    assert alert in client.get("/").content.decode()
    client.force_login(lin)
    assert alert not in client.get("/").content.decode()
    # The first one lifts the alert; below the target of two it stays a milder one.
    with at("2026-06-02 09:00"):
        with refused(field="solutions"):
            name_consultant(peng, by=he, solutions=" ")
        name_consultant(peng, by=he, solutions="生产计划\n仓储")
    client.force_login(he)
    page = client.get(hunan.get_absolute_url()).content.decode()
    assert alert not in page
    assert "Below the target of 2 consulting technicians" in page and "生产计划, 仓储" in page
    assert len(told(he, "unit.consultants_below_target", hunan)) == 1
    # The second one ends it.
    with at("2026-06-03 09:00"):
        name_consultant(he, by=chief, solutions="财务")
    assert not Shortage.objects.current().filter(unit=hunan).exists()
    assert "Below" not in client.get("/").content.decode()
    # One may go, and it is warned of; the last one goes only for who has seen the warning.
    with at("2026-06-10 09:00"):
        end_consultant(he, by=chief, reason="leads the branch only")
        assert len(told(he, "unit.consultants_below_target", hunan)) == 2
        for step in (
            lambda: end_consultant(peng, by=he),
            lambda: move_user(peng, by=chief, unit=house["guangxi"]),
            lambda: deactivate(peng, by=chief, reason="Leaves us"),
        ):
            with refused("S1.02"):
                step()
        with pytest.raises(Refused) as caught:
            deactivate(peng, by=chief, reason="Leaves us")
        assert caught.value.mend == "/users/peng/end_consultant/"
        assert "彭" in str(caught.value) and str(hunan) in str(caught.value)
        peng.refresh_from_db()
        assert peng.is_active and peng.unit == hunan
        end_consultant(peng, by=he, reason="Leaves us", warning_seen=True)
        deactivate(peng, by=chief, reason="Leaves us")
    assert len(told(chief, "unit.consultants_none", hunan)) == 2
    # What was, stands in the history of the person and of the branch.
    entries = Entry.objects.filter(thread=peng.thread).order_by("seq")
    events = list(entries.values_list("event", flat=True))
    assert events[-3:] == [
        "person.consultant_named", "person.consultant_ended", "person.deactivated"
    ]  # fmt: skip
    assert '"warning_seen":true' in Entry.objects.get(event="person.consultant_ended",
                                                      thread=peng.thread).body  # fmt: skip
    assert Entry.objects.filter(thread=hunan.thread, event="unit.consultant_ended").count() == 2
    on_the_5th = Consultant.objects.on(date(2026, 6, 5)).below(hunan)
    assert {row.person for row in on_the_5th} == {peng, he}


@pytest.mark.req("S1.02", part="consultants who move, leave, and companies that ask for none")
def test_a_consultant_takes_it_along_and_leaves_with_it(house):
    chief, guangxi = house["chief"], house["guangxi"]
    with at("2026-06-01 09:00"):
        desk = make_unit(guangxi, "YQ-GX1", "Guilin desk")
        move_user(house["gong"], by=chief, unit=desk)
        assert not Shortage.objects.current().exists()  # the desk is part of the branch
        assert Consultant.objects.current().get(person=house["gong"]).unit == desk
        deactivate(house["gong"], by=chief, reason="Retires")
        assert not Consultant.objects.current().filter(person=house["gong"]).exists()
        assert Shortage.objects.current().get(unit=guangxi).level == "target"
        load_policy(house["company"], by=chief, pack="equipment")
    assert not Shortage.objects.current().exists()
    with at("2026-06-02 09:00"):
        end_consultant(house["ling"], by=chief)


@pytest.mark.req("S1.02", part="who knows which solution, at a glance")
def test_whoever_asks_for_advice_finds_who_can_give_it(house, client):
    client.force_login(house["lin"])
    rows = client.get("/consultants/?q=成本&format=csv").getvalue().decode()
    assert "Gong" in rows and "财务, 成本" in rows
    assert "Gong" not in client.get("/consultants/?q=仓储&format=csv").getvalue().decode()
    page = client.get("/policy/?unit=YQ-GX").content.decode()
    assert "At least 1 consulting technician in every branch; the target is 2" in page
    outsider = make_user(Unit.objects.get(code="YQ-GX"), "nobody")
    assert not Consultant.objects.visible_to(outsider).exists()


# Territory, engineer, customer (S1.05)


@pytest.fixture
def hunan(house):
    """Hunan with two engineers: Zhou for all of it, Peng for Zhuzhou alone."""
    with at("2026-05-21 09:00"):
        unit = house["hunan"] = make_unit(
            house["company"], "YQ-HN", "Hunan branch", UnitKind.BRANCH
        )
        house["zhou"] = make_user(unit, "zhou", "engineer", "clerk", name="周工", phone="1390001")
        house["peng"] = make_user(unit, "peng", "engineer", name="彭工")
        assign_engineer(unit, by=house["chief"], engineer=house["zhou"])
        assign_engineer(unit, by=house["chief"], engineer=house["peng"], places="株洲")
    return unit


def customer(house, unit, name="湘江商贸", **facts):
    return add_account(by=house["chief"], unit=unit, name=name, **facts)


@pytest.mark.req("S1.05")
def test_a_customer_goes_to_the_engineer_who_answers_for_its_territory(house, hunan, client):
    chief, lin, zhou, peng = (house[name] for name in ("chief", "lin", "zhou", "peng"))
    with at("2026-06-01 09:00"):
        # No customer without territory.
        for nowhere in ("company", "centre", "hotline", "solution"):
            with refused("S1.05", field="unit"):
                customer(house, house[nowhere])
        account = customer(house, hunan, phone="0731-88881234", address="长沙市芙蓉中路")
        there = customer(house, hunan, "株洲机械", address="株洲市天元区")
        with refused("S1.05", field="unit"):
            move_account(account, by=chief, unit=house["centre"], reason="x")
        agent = customer(house, house["centre"], "南方代理", roles=[AccountRole.AGENT])
        with refused("S1.05"):
            change_roles(agent, by=chief, roles=[AccountRole.AGENT, AccountRole.CUSTOMER])
        with refused("S1.05"):
            change_unit(hunan, by=chief, name=hunan.name, kind=UnitKind.DEPARTMENT,
                        zone=hunan.zone)  # fmt: skip
        hunan.refresh_from_db()
        # Who answers stands with the customer and beside the call.
        assert answers_for(account).engineer == zhou and answers_for(there).engineer == peng
        client.force_login(lin)
        pages = [account.get_absolute_url(), f"/intake/one/?account={account.number}"]
        for page in pages:
            shown = client.get(page).content.decode()
            assert "Territory engineer" in shown and "周工" in shown and "1390001" in shown, page
        # A case that needs a visit is offered to the territory and its engineer.
        case = open_case(
            by=lin, unit=house["hotline"], route=Route.PHONE, summary="装不上", account=there
        )
        form = client.get(f"{case.get_absolute_url()}send_branch/").content.decode()
        for chosen in ('value="YQ-HN" selected', 'value="peng" selected', "株洲市天元区"):
            assert chosen in form
        send_branch(
            case, by=lin, branch=hunan, engineer=peng, phone="0731-22", address="株洲市天元区",
            problem="装不上", due_at=moment("2026-06-02 10:00"),
        )  # fmt: skip
        assert promise_of(case, PromiseKind.VISIT).person == peng
        assert Notice.objects.filter(to=peng, event="case.handed_over").exists()
        assert Case.objects.visible_to(User.objects.get(pk=zhou.pk)).filter(pk=case.pk).exists()
        with refused("S1.58"):
            accept_case(case, by=zhou)
        accept_case(case, by=peng)
        open_case(
            by=peng, unit=hunan, route=Route.PHONE, summary="态度不好", account=account,
            case_kind=CaseKind.COMPLAINT,
        )  # fmt: skip
        # All quality figures per territory, wherever its customers were served; each leads to its
        # rows.
        open_case(
            by=lin, unit=house["hotline"], route=Route.PHONE, summary="问发票", account=account
        )
        mark_lost(customer(house, hunan, "走了"), by=chief, reason="停业")
        client.force_login(chief)
        page = client.get(hunan.get_absolute_url()).content.decode()
        assert figures(page)["Cases received"] == "3" and figures(page)["Complaints"] == "1"
        rows = client.get("/cases/?territory=YQ-HN&format=csv").getvalue().decode()
        assert "装不上" in rows and "态度不好" in rows
        assert "装不上" not in client.get("/cases/?territory=YQ-GX&format=csv").getvalue().decode()
    with at("2027-06-01 09:00"):
        client.force_login(User.objects.get(pk=chief.pk))
        rows = client.get("/churn/?unit=YQ-HN&format=csv").getvalue().decode()
        assert "周工" in rows and "Guangxi" not in rows


def figures(page: str) -> dict[str, str]:
    """Names and numbers of the panels of a page."""
    found = re.findall(r"<dt>([^<]+)</dt><dd><a[^>]*>([^<]+)</a>", page)
    return dict(found)


@pytest.mark.req("S1.05", part="who answered when, and who after them")
def test_territories_change_hands_and_history_knows_when(house, hunan, client):
    chief, zhou, peng, gong = (house[name] for name in ("chief", "zhou", "peng", "gong"))
    with at("2026-07-01 09:00"):
        with refused("S1.05", field="places"):
            assign_engineer(hunan, by=chief, engineer=gong, places="株洲\n湘潭")
        with refused("S1.05"):
            assign_engineer(house["centre"], by=chief, engineer=gong)
        assign_engineer(hunan, by=chief, engineer=gong)
    on = TerritoryEngineer.objects.filter(unit=hunan, places="").on
    assert [one.engineer for one in on(date(2026, 6, 30))] == [zhou]
    assert [one.engineer for one in on(date(2026, 7, 2))] == [gong]
    told = Notice.objects.filter(to=gong, event="person.territory_assigned", channel="screen")
    assert told.count() == 1
    with at("2026-07-02 09:00"):
        with refused("SX.17"):
            deactivate(peng, by=chief, reason="Leaves us")
        hand_over(peng, by=chief, to=zhou, reason="Leaves us")
        deactivate(peng, by=chief, reason="Leaves us")
    row = TerritoryEngineer.objects.current().get(unit=hunan, places="株洲")
    assert row.engineer == zhou
    with at("2026-07-03 09:00"):
        end_engineer(hunan, by=chief, engineer=gong, reason="Goes back")
        client.force_login(chief)
        assert "No territory engineer" in client.get("/units/").content.decode()
    events = Entry.objects.filter(thread__of_unit=hunan, event__startswith="unit.engineer")
    assert [entry.event for entry in events.order_by("seq")] == [
        "unit.engineer_assigned", "unit.engineer_ended", "unit.engineer_assigned",
        "unit.engineer_ended", "unit.engineer_ended",
    ]  # fmt: skip


@pytest.mark.req("S1.05", part="territory mode off, advise, strict")
def test_a_company_decides_how_much_it_insists_on_territories(house, client):
    company, chief = house["company"], house["chief"]
    client.force_login(chief)
    sent = {"unit": "YQ-CS", "name": "无归属", "roles": "customer"}
    policy = AccountPolicy.objects.filter(unit=company)
    policy.update(territory_mode=TerritoryMode.ADVISE)
    page = client.post("/accounts/add_account/", {**sent, "_key": "a"}, follow=True)
    account = Account.objects.get(name="无归属")
    assert "nobody answers for this customer" in page.content.decode()
    assert "In no territory" in client.get(account.get_absolute_url()).content.decode()
    rows = client.get("/accounts/?territory=no&format=csv").getvalue().decode()
    assert "无归属" in rows
    policy.update(territory_mode=TerritoryMode.OFF)
    assert "In no territory" not in client.get(account.get_absolute_url()).content.decode()
    policy.update(territory_mode=TerritoryMode.STRICT)
    answer = client.post("/accounts/add_account/", {**sent, "name": "另一家", "_key": "b"})
    assert answer.status_code == 409 and not Account.objects.filter(name="另一家").exists()


# The three daily ways of service (S1.11), and the one tool they are kept in (S1.30)


@pytest.mark.req("S1.11")
def test_calls_visits_and_walk_ins_are_served_in_the_territory_and_recorded(house, hunan, client):
    zhou, chief = house["zhou"], house["chief"]
    with at("2026-06-01 09:00"):
        account = customer(house, hunan)
        asked = {"by": zhou, "unit": hunan, "account": account}
        open_case(route=Route.PHONE, summary="月结不平", **asked)
        open_case(route=Route.WALK_IN, summary="带盘来查毒", **asked)
        visit = open_case(route=Route.PHONE, summary="请上门", **asked)
        site = {"phone": "0731-88881234", "address": "芙蓉中路88号", "problem": "要上门"}
        send_branch(visit, by=zhou, branch=hunan, due_at=moment("2026-06-01 14:00"), **site)
        accept_case(visit, by=zhou)
    with at("2026-06-01 13:50"):
        report_visit(
            visit, by=zhou, visited_at=moment("2026-06-01 13:50"), result="换了网线"
        )  # fmt: skip
        # Each contact is a numbered line of the territory's register, whichever way it came.
        lines = Interaction.objects.filter(unit=hunan)
        assert {line.route for line in lines} == {Route.PHONE, Route.ON_SITE, Route.WALK_IN}
        assert all(line.number and line.by == zhou for line in lines)
        client.force_login(zhou)
        for route, summary in (("phone", "月结不平"), ("walk_in", "带盘来查毒"),
                               ("on_site", "换了网线")):  # fmt: skip
            rows = client.get(f"/register/?within=YQ-HN&route={route}&format=csv")
            assert summary in rows.getvalue().decode(), route
        # The territory shows all three, and what is served elsewhere is not counted here.
        open_case(by=house["gong"], unit=house["guangxi"], route=Route.WALK_IN, summary="x")
        client.force_login(chief)
        shown = figures(client.get(hunan.get_absolute_url()).content.decode())
        assert (shown["Phone"], shown["On site"], shown["Walk-in"]) == ("2", "1", "1")


@pytest.mark.req("S1.30")
def test_one_tool_keeps_the_registers_of_all_branches(house, hunan, client):
    chief, zhou, gong = house["chief"], house["zhou"], house["gong"]
    branches = {hunan: zhou, house["guangxi"]: gong}
    with at("2026-06-01 09:00"):
        for number in range(3):
            for unit, engineer in branches.items():
                account = customer(house, unit, f"{unit.code} {number}")
                open_case(
                    by=engineer, unit=unit, route=Route.PHONE, summary=f"case of {unit.code}",
                    account=account,
                )  # fmt: skip
            with refused("S1.05"):
                customer(house, house["centre"])
        # One register for all branches, numbered without holes; a refusal takes no number.
        for model, letter in ((Case, "C"), (Interaction, "R"), (Account, "A")):
            numbers = sorted(model.objects.values_list("number", flat=True))
            assert numbers == [f"YQ-{letter}26-{one:06}" for one in range(1, 7)]
        # Headquarters reads every branch's registers, a branch its own.
        lists = ("/cases/", "/register/", "/accounts/")
        for reader, seen in ((chief, {"YQ-HN", "YQ-GX"}), (zhou, {"YQ-HN"}), (gong, {"YQ-GX"})):
            client.force_login(reader)
            for address in lists:
                rows = client.get(f"{address}?format=csv").getvalue().decode()
                assert {code for code in ("YQ-HN", "YQ-GX") if code in rows} == seen, address
        client.force_login(chief)
        page = client.get("/registers/").content.decode()
        for said in ("YQ-C26-000006", "YQ-R26-000006", "YQ-A26-000006", "Hunan branch 3"):
            assert said in page
        assert page.count("unbroken") == 3 and "numbers are missing" not in page
        # Nothing is kept elsewhere: no branch takes a line out, and one that is gone is seen.
        for line in (*Case.objects.all(), *Account.objects.all()):
            with pytest.raises(Refused, match="never deleted"):
                line.delete()
        past_the_rules = QuerySet(Interaction).filter(number="YQ-R26-000004")
        past_the_rules._raw_delete(past_the_rules.db)
        assert "numbers are missing" in client.get("/registers/").content.decode()
        client.force_login(zhou)
        assert "YQ-C26" not in client.get("/registers/").content.decode()


# Reception (S1.71)


@pytest.mark.req("S1.71")
def test_whoever_walks_in_is_received_and_the_queue_says_how_long_they_wait(house, hunan, client):
    zhou, peng = house["zhou"], house["peng"]
    client.force_login(zhou)
    with at("2026-06-01 09:00"):
        script = client.get("/intake/one/?route=walk_in").content.decode()
        assert "Mr or Miss" in script and "what can we do for you" in script
        first = open_case(
            by=zhou, unit=hunan, route=Route.WALK_IN, summary="读不出盘", caller_name="彭小姐"
        )
        give_back(first, by=zhou, reason="waits for her turn")
    with at("2026-06-01 09:20"):
        second = open_case(
            by=zhou, unit=hunan, route=Route.WALK_IN, summary="要学开票", caller_name="李先生"
        )
        open_case(by=zhou, unit=hunan, route=Route.PHONE, summary="电话", caller_name="王")
    with at("2026-06-01 09:45"):
        # The queue: the longest first, with what they need and how long they have been here.
        rows = client.get("/waiting/?unit=YQ-HN&format=csv").getvalue().decode().splitlines()
        assert [("彭小姐" in rows[1], "45" in rows[1]), ("李先生" in rows[2], "25" in rows[2])] == [
            (True, True), (True, True)
        ]  # fmt: skip
        assert len(rows) == 3
        page = client.get("/waiting/").content.decode()
        assert "45 min" in page and "读不出盘" in page
        desk = client.get("/").content.decode()
        assert "waits 45 min" in desk and "nobody sees to them yet" in desk
        alone = client.get("/waiting/?queue=yes&format=csv").getvalue().decode()
        assert "彭小姐" in alone and "李先生" not in alone
        client.force_login(house["gong"])
        assert "彭小姐" not in client.get("/waiting/").content.decode()
        # The checklist: what is done stands there, what is not is offered to tick.
        client.force_login(zhou)
        take_case(first, by=zhou)
        form = client.get(f"{first.get_absolute_url()}tick/").content.decode()
        assert form.count('name="items"') == 6 and "Offered a seat and tea" in form
        sent = {"items": ["nod_smile", "handshake", "tea", "opening_question"], "_key": "t"}
        assert client.post(f"{first.get_absolute_url()}tick/", sent).status_code == 302
        first.refresh_from_db()
        assert first.ticked == sent["items"]
        shown = client.get(first.get_absolute_url()).content.decode()
        assert shown.count("#circle-check") >= 4 and "Gave everything back" in shown
        with refused(field="items"):
            tick_checklist(first, by=zhou, items=["tea"])
    with at("2026-06-01 10:00"):
        # Whoever has left waits no more.
        mark_solved(first, by=zhou, evidence=Evidence.THIS_CALL, words="好了，谢谢")
        see_out(first, by=zhou, handed_over="硬盘一块")
        page = client.get("/waiting/").content.decode()
        assert "彭小姐" not in page and "李先生" in page
        assert first.time_here.total_seconds() == 60 * 60
    assert not second.departed_at and peng.is_active
