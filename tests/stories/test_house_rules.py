"""What holds in every company: numbers, history, refusals, sight and rights."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from kept.cases.actions import (
    accept_case,
    call_back,
    classify,
    close_case,
    hand_over,
    open_case,
)
from kept.cases.factories import make_case
from kept.cases.models import Case, CaseClass, CaseStatus, ForumRule, Interaction, Route
from kept.kit import clock
from kept.kit.actions import actions_on
from kept.kit.refusal import OutOfSight, Refused
from kept.kit.states import HasStates
from kept.kit.testing.refusing import refused, state_of_everything
from kept.kit.verifying import verify
from kept.parties.actions import add_dealer, admit, change_contact, end_contact
from kept.parties.factories import make_account
from kept.parties.models import Account
from kept.people.actions import deactivate, issue_token, set_password, withdraw_role
from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import Role, Unit, UnitKind, User
from kept.products.factories import make_product, make_serial
from kept.promises.models import Promise
from kept.promises.sweep import sweep
from kept.timeline.models import Entry, Registered
from kept.web.tests.test_routes import body_for
from tests.stories.cast import at, moment, outcome, software_house

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def text_of(answer) -> str:
    return (answer.getvalue() if answer.streaming else answer.content).decode()


def as_read(user: User) -> User:
    return User.objects.get(pk=user.pk)


def api(user: User, address: str, body: Any = None, key: str = "a"):
    """What the API answers somebody: POST with a body, GET without."""
    token = issue_token(user, by=User.objects.system(), name=key).fresh_token
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    if body is None:
        return Client().get(f"/api/v1/{address}", headers=headers)
    return Client().post(
        f"/api/v1/{address}", body, content_type="application/json", headers=headers
    )


def finished(case: Case, by: User) -> Case:
    classify(case, by=by, classification=CaseClass.OPERATION)
    call_back(case, by=by, reached=True, told="可以了", solved=True)
    return close_case(case, by=by, outcome=outcome(case, "solved"))


@pytest.mark.req("SX.05")
def test_numbers_have_no_holes_history_says_who_changed_what_and_nothing_is_deleted(client):
    house, other = software_house(), make_company("HJ", "Hengjian", pack="equipment")
    lin, chief = house["lin"], house["chief"]
    desk = make_unit(other, "HJ-SV", kind=UnitKind.HEADQUARTERS)
    theirs = make_user(desk, "qin", "clerk")
    with at("2026-12-31 20:00"):
        for n in range(3):
            with refused("S2.14"):  # what is refused takes no number
                open_case(
                    by=lin, unit=lin.unit, route=Route.PHONE, summary="x",
                    received_at=clock.now() + timedelta(days=1),
                )  # fmt: skip
            make_case(lin, summary=f"Case {n}")
        make_case(theirs)
        account = make_account(house["guangxi"], "湘江商贸", contact_name="彭", phone="13800138000")
    with at("2027-01-01 00:30"):
        make_case(lin, summary="New year")
    # Each register, company and year counts by itself, in the company's own zone, without a hole.
    assert numbers(Case, "YQ") == [*[f"YQ-C26-00000{n}" for n in (1, 2, 3)], "YQ-C27-000001"]
    assert numbers(Interaction, "YQ") == [*[f"YQ-R26-00000{n}" for n in (1, 2, 3)], "YQ-R27-000001"]
    assert numbers(Case, "HJ") == ["HJ-C26-000001"] and numbers(Account, "YQ") == ["YQ-A26-000001"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(number="YQ-C27-000001").update(number="YQ-C26-000001")

    # A correction is a version: who, when, old and new are told; the register stays as it was.
    case = Case.objects.get(number="YQ-C26-000001")
    client.force_login(lin)
    address = case.get_absolute_url()
    with at("2027-01-02 10:15"):
        sent = {"summary": "Prints blanks", "reason": "mistyped", "_key": "k"}
        assert client.post(f"{address}correct/", sent).status_code == 302
        page = text_of(client.get(address))
        same = client.post(f"{address}correct/", {**sent, "_key": "k2"})
        assert same.status_code == 409 and "SX.05" in text_of(same)
    for word in ("Case 0", "Prints blanks", "mistyped", "林", "2027-01-02", "10:15"):
        assert word in page, word
    last = case.thread.entries.get(event="case.corrected")
    assert (last.by, last.recorded_at) == (lin, moment("2027-01-02 10:15"))
    assert Interaction.objects.filter(case=case).get().content == "Case 0"
    contact = account.contacts.get()
    change_contact(contact, by=chief, phone="13911112222", reason="换号")
    assert contact.phones.count() == 2
    end_contact(contact, by=chief, reason="离职")
    with refused("SX.05"):
        change_contact(contact, by=chief, title="经理")
    story = text_of(give_client(chief).get(account.get_absolute_url()))
    assert "+86 139 1111 2222" in story or "13911112222" in story

    # Nothing that was registered is ever deleted, by whatever way; history cannot be changed.
    for thing in (case, account, contact, Interaction.objects.first()):
        for way in (thing.delete, type(thing).objects.filter(pk=thing.pk).delete):
            with pytest.raises(Refused) as caught:
                way()
            assert caught.value.rule in ("SX.05", "S1.23")
        assert type(thing).objects.filter(pk=thing.pk).exists()
    models = [one for one in apps.get_models() if hasattr(one, "take_number")]
    registers = [one for one in models if one.register]
    assert len(registers) >= 4 and all(issubclass(one, Registered) for one in registers)
    assert client.delete(address).status_code == 405
    assert api(chief, f"cases/{case.number}").status_code == 200
    for change in (
        lambda: Entry.objects.update(body="{}"),
        lambda: Entry.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert verify().faults == []


def numbers(model: Any, company: str) -> list[str]:
    rows = model.objects.filter(number__startswith=f"{company}-")
    return sorted(rows.values_list("number", flat=True))


def give_client(user: User) -> Client:
    client = Client()
    client.force_login(as_read(user))
    return client


@pytest.mark.req("SX.06")
def test_a_refusal_names_its_rule_at_every_door_and_nothing_changes(client):
    house = software_house()
    lin, chief = house["lin"], house["chief"]

    # Every state machine knows its moves as data; any other is refused in both languages.
    machines = [one for one in apps.get_models() if issubclass(one, HasStates)]
    assert {Case, Account} <= set(machines)
    wrong = 0
    for model in machines:
        states = list(model.Status)
        for here in states:
            for there in states:
                if there in model.TRANSITIONS.get(here, set()):
                    continue
                thing = model(status=here)
                with pytest.raises(Refused) as caught:
                    thing.move_to(there)
                assert caught.value.rule == "SX.06" and thing.status == here
                for language in ("en", "zh-hans"):
                    with override(language):
                        assert str(here.label) in str(caught.value)
                wrong += 1
    assert wrong > 30

    with at("2026-06-01 09:00"):
        closed = finished(make_case(lin), lin)
        case = make_case(lin)
        client.force_login(lin)

        def unchanged(answer, status: int, *words: str):
            assert answer.status_code == status, text_of(answer)
            for word in words:
                assert word in text_of(answer), word
            assert state_of_everything() == before

        # A verb in the wrong state, on the page and in the API.
        before = state_of_everything()
        note = {"classification": "defect", "_key": "k1"}
        address = closed.get_absolute_url()
        unchanged(client.post(f"{address}classify/", note), 409, "Rule SX.06", "Classify", "closed")
        # A rule of its own: above the form, and beside the field it is about.
        ending = {"outcome": outcome(case, "solved").pk, "_key": "k2"}
        unchanged(client.post(f"{case.get_absolute_url()}close/", ending), 409, "Rule S1.46")
        late = {"phone": "110", "due_at": "2026-06-01T12:00", "_key": "k3"}
        beside = client.post(f"{case.get_absolute_url()}promise_call_back/", late)
        unchanged(beside, 422, "needs a reason", "(S1.52)")

        # Through the API every step that needs another state is refused as a problem document.
        issue_token(as_read(chief), by=User.objects.system(), name="walk")
        asked = 0
        for verb in actions_on(Case):
            if verb.on is None or CaseStatus.CLOSED in verb.on:
                continue
            answer = api(chief, f"cases/{closed.number}/{verb.verb}", body_for(verb), verb.verb)
            problem = answer.json()
            assert answer.status_code in (409, 422), (verb.name, problem)
            assert problem["detail"] and problem["status"] == answer.status_code
            if answer.status_code == 409:
                assert problem["rule"] == "SX.06", verb.name
                asked += 1
            closed.refresh_from_db()
            assert closed.status == CaseStatus.CLOSED
        assert asked > 10
        length = closed.thread.entries.count()
        with refused("SX.06"):
            classify(closed, by=lin, classification=CaseClass.DEFECT)
        assert closed.thread.entries.count() == length


@pytest.mark.req("SX.01")
def test_companies_share_an_installation_and_nothing_else(client):
    soft = make_company("YQ", "Yunqi Software", pack="software")
    wall = make_company("BZ", "Bizhi Wall Coverings", pack="wallcovering")
    branch = make_unit(soft, "YQ-HN", "Hunan branch", UnitKind.BRANCH)
    office = make_unit(wall, "BZ-OF", "Office", UnitKind.DEPARTMENT)
    zhou = make_user(branch, "zhou", "lead", name="周工")
    zhuan = make_user(office, "zhuan", "specialist", name="客服專員")
    make_user(soft, "hq", "lead")
    group = make_user(soft, "group", "lead", name="集團")
    group = give(group, "admin_manager", wall)
    with at("2026-06-01 09:00"):
        ours = make_account(branch, "湘江软件用户", phone="13800138000")
        dealer = make_account(office, "长沙壁布店", phone="13900139000")
        product = make_product(wall, "WB-1", "壁布")
        serial = make_serial(product, "BZSN-1", dealer)
        mine = make_case(zhou, branch, "账套打不开", account=ours)
        theirs = make_case(zhuan, office, "壁布有色差", account=dealer)

        # Own numbering, policy, parameters, forms and scripts.
        assert (mine.number, theirs.number) == ("YQ-C26-000001", "BZ-C26-000001")
        assert (ours.number, dealer.number) == ("YQ-A26-000001", "BZ-A26-000001")
        add_dealer(by=zhou, unit=branch, name="代理", contact_name="陈", phone="13700137000")
        with refused("S3.01", field="joined_year"):
            add_dealer(by=zhuan, unit=office, name="新店", contact_name="陈", phone="13700137000")
        assert promised(mine) != promised(theirs)
        pages = {}
        for user in (zhou, zhuan):
            client.force_login(user)
            pages[user] = text_of(client.get("/intake/x/")), text_of(client.get("/cases/?all=1"))
        client.force_login(group)
        rules = [text_of(client.get(f"/policy/?unit={one.code}")) for one in (soft, wall)]
        assert rules[0] != rules[1] and pages[zhou][0] != pages[zhuan][0]

        # A person of one company sees nothing of another: pages, lists, search, API, forms.
        client.force_login(zhou)
        for thing in (theirs, dealer, serial, product, office, zhuan):
            assert client.get(thing.get_absolute_url()).status_code == 404, thing
            ref = getattr(thing, thing.ref)
            assert api(zhou, f"{thing.plural}/{ref}", key=str(ref)).status_code == 404, thing
        words = ("壁布", "BZ-", "BZSN", "客服專員", "Bizhi")
        for address in (
            "/", "/cases/?all=1", "/accounts/?all=1&format=csv", "/register/?format=csv",
            "/serials/?format=csv", "/products/?all=1", "/users/", "/units/", "/policy/",
            "/search/?q=壁布", "/search/?q=13900139000", "/intake/x/find/?q=壁布",
            "/accounts/duplicates/?name=长沙壁布店",
        ):  # fmt: skip
            answer = client.get(address)
            if answer.status_code == 200:
                text = text_of(answer).replace("q=壁布", "").replace('value="壁布"', "")
                found = [word for word in words if word in text and word not in address]
                assert not found, (address, found)
        with pytest.raises(OutOfSight):
            classify(theirs, by=zhou, classification=CaseClass.DEFECT)
        with refused("SX.01"):
            open_case(by=zhou, unit=branch, route=Route.PHONE, summary="x", account=dealer)
        named = {"unit": "YQ-HN", "route": "phone", "summary": "x", "account": dealer.number}
        assert api(zhou, "cases", named, "named").status_code == 422

        # A group manager may be granted several, and works in each by its own rules.
        client.force_login(group)
        listed = text_of(client.get("/cases/?all=1&format=csv"))
        assert mine.number in listed and theirs.number in listed
        assert client.get(theirs.get_absolute_url()).status_code == 200
        assert make_case(group, office, "走访").number == "BZ-C26-000002"
        with refused("SX.01"):
            hand_over(mine, by=group, to_unit=office, summary="x")


def promised(case: Case) -> list:
    return sorted((one.kind, one.due_at - case.received_at) for one in case.thread.promises.all())


@pytest.mark.req("SX.02")
def test_people_sign_in_and_do_what_their_roles_allow_where_they_allow_it():
    company = make_company("JL", "Jinling Handsets", pack="handset")
    east = make_unit(company, "JL-E", "East", UnitKind.REGION)
    west = make_unit(company, "JL-W", "West", UnitKind.REGION)
    boss = make_user(company, "boss", "administrator", name="總管")
    clerk = make_user(east, "clerk", "clerk", name="文員")
    guest = make_user(company, "guest", name="站長")
    for user in (clerk, guest):
        set_password(user, by=User.objects.system(), password=PASSWORD)
    with at("2026-06-01 09:00"):
        ours = make_account(east, "ZJ-01 站")
        other = make_account(east, "ZJ-02 站")
        here = make_case(boss, east, "东区", account=ours)
        there = make_case(boss, west, "西区")
        about_other = make_case(boss, east, "别的站", account=other)
        role = Role.objects.get(company=company, code="station")
        admit(ours, by=boss, person=guest, role=role)

        # Signing in: a password opens, a wrong one and no one do not.
        client = Client()
        assert client.get("/cases/").status_code == 302
        door = reverse("account_login")
        client.post(door, {"login": "clerk", "password": "not this one"})
        assert client.get("/cases/").status_code == 302
        client.post(door, {"login": "clerk", "password": PASSWORD})
        assert client.get("/cases/").status_code == 200

        # A role counts in its unit and below: elsewhere there is nothing; what it lacks is refused.
        assert client.get(here.get_absolute_url()).status_code == 200
        assert client.get(there.get_absolute_url()).status_code == 404
        note = {"note": "x", "_key": "1"}
        assert client.post(f"{here.get_absolute_url()}note/", note).status_code == 302
        assert client.post(f"{there.get_absolute_url()}note/", note).status_code == 404
        new_owner = {"owner": "boss", "reason": "x", "_key": "2"}
        assert (
            client.post(f"{here.get_absolute_url()}reassign_owner/", new_owner).status_code == 403
        )
        body = {"owner": "boss", "reason": "x"}
        assert api(clerk, f"cases/{here.number}/reassign_owner", body).status_code == 403
        assert api(clerk, f"cases/{there.number}/reassign_owner", body, "b").status_code == 404
        listed = text_of(client.get("/cases/?all=1&format=csv"))
        assert "东区" in listed and "西区" not in listed
        more = {"role": "JL.administrator", "unit": "JL-W", "_key": "3"}
        assert client.post("/users/clerk/grant_role/", more).status_code == 403
        give(clerk, "clerk", west)
        assert client.get(there.get_absolute_url()).status_code == 200
        clerks = Role.objects.get(company=company, code="clerk")
        withdraw_role(clerk, by=boss, role=clerks, unit=west)
        assert client.get(there.get_absolute_url()).status_code == 404

        # Somebody from outside sees their own records only, and acts in no step of ours.
        station = Client()
        station.post(door, {"login": "guest", "password": PASSWORD})
        assert station.get(ours.get_absolute_url()).status_code == 200
        assert station.get(here.get_absolute_url()).status_code == 200
        for thing in (other, about_other, there):
            assert station.get(thing.get_absolute_url()).status_code == 404, thing
        for thing in (east, clerk):
            assert station.get(thing.get_absolute_url()).status_code in (403, 404), thing
        rows = text_of(station.get("/cases/?all=1&format=csv"))
        assert "东区" in rows and "别的站" not in rows and "西区" not in rows
        rows = text_of(station.get("/accounts/?all=1&format=csv"))
        assert "ZJ-01" in rows and "ZJ-02" not in rows
        assert about_other.number not in text_of(station.get("/search/?q=别的站"))
        assert station.post(f"{here.get_absolute_url()}note/", note).status_code == 403

        # Who has left is out at once.
        deactivate(clerk, by=boss, reason="离职")
        assert client.get("/cases/").status_code == 302
        client.post(door, {"login": "clerk", "password": PASSWORD})
        assert client.get("/cases/").status_code == 302


@pytest.mark.req("S1.01")
def test_headquarters_leads_its_branches_and_no_branch_hides_or_deletes_anything(client):
    company = make_company("YQ", "Yunqi Software", pack="software")
    centre = make_unit(company, "YQ-CS", "Service centre", UnitKind.HEADQUARTERS)
    boss = make_user(company, "boss", "administrator", name="韓總")
    client.force_login(boss)

    def send(address: str, **values):
        answer = client.post(address, {"_key": f"{address}{sorted(values.items())}", **values})
        assert answer.status_code == 302, text_of(answer)

    # Set up: units with type, manager, territory and staff, below the headquarters that leads them.
    for code, name, kind, parent in (
        ("YQ-HN", "湖南分公司", "branch", "YQ-CS"),
        ("YQ-GX", "广西分公司", "branch", "YQ-CS"),
        ("YQ-BU", "财务事业部", "department", "YQ-HN"),
    ):
        words = {"name_0": name, "name_1": name, "name": name}
        send("/units/add_unit/", unit=parent, code=code, kind=kind, **named(client, words))
    hunan, guangxi = (Unit.objects.get(code=code) for code in ("YQ-HN", "YQ-GX"))
    zhou = make_user(hunan, "zhou", "engineer", name="周工")
    he = make_user(guangxi, "he", "engineer", name="何工")
    head = make_user(centre, "head", "lead", name="中心助理")
    send("/units/YQ-HN/appoint_manager/", manager="zhou")
    send("/units/YQ-CS/appoint_manager/", manager="head")
    form = {"kind": "branch", "zone": "Asia/Shanghai", "territory": "长沙\n株洲"}
    send("/units/YQ-HN/change_unit/", **form, **named(client, {"name": "湖南分公司"}))
    page = text_of(client.get("/units/YQ-HN/"))
    for known in ("branch", "周工", "长沙, 株洲", "财务事业部", "Service centre"):
        assert known in page, known

    with at("2026-06-01 09:00"):
        cases = {one: make_case(one, summary=f"{one.name}的事") for one in (zhou, he)}
        job = cases[zhou]

        # Headquarters sees every branch; a branch its own, and jobs across regions.
        for reader, sees in ((head, {zhou, he}), (zhou, {zhou}), (he, {he})):
            door = give_client(reader)
            rows = text_of(door.get("/cases/?all=1&format=csv"))
            for owner, case in cases.items():
                assert (case.summary in rows) == (owner in sees)
                status = door.get(case.get_absolute_url()).status_code
                assert status == (200 if owner in sees else 404)
        hand_over(job, by=zhou, to_unit=guangxi, summary="客户在桂林")
        accept_case(job, by=he)
        for reader in (zhou, he, head):
            assert give_client(reader).get(job.get_absolute_url()).status_code == 200

        # It leads: a promise broken in a branch is told there and at headquarters.
        promise = make_case(zhou, route=Route.LETTER).thread.promises.get(kind="reply")
    with clock.at(promise.due_at + timedelta(minutes=1)):
        sweep()
        assert Promise.objects.get(pk=promise.pk).is_late
        for reader in (zhou, head):
            assert "周工的事" not in (notices := text_of(give_client(reader).get("/notices/")))
            assert "reply" in notices.casefold()

        # No branch hides or deletes: no step, no right, no deletion; headquarters goes on seeing.
        branch = give_client(zhou)
        own = Case.objects.get(number=promise.about.number)
        assert branch.delete(own.get_absolute_url()).status_code == 405
        rule = ForumRule.objects.in_force(hunan).first()
        hide = {"forum_rule": rule.pk, "reason": "x", "_key": "h"}
        assert branch.post(f"{own.get_absolute_url()}hide_post/", hide).status_code == 403
        assert branch.post(
            "/units/YQ-HN/move_unit/", {"parent": "YQ", "_key": "m"}
        ).status_code in (
            403,
            422,
        )
        with refused("SX.05"):
            own.delete()
        admin = make_user(hunan, "admin", "branch-administrator", name="分公司管理员")
        moved = give_client(admin).post("/units/YQ-HN/move_unit/", {"parent": "YQ", "_key": "m"})
        assert moved.status_code == 403
        assert Unit.objects.get(code="YQ-HN").parent == centre
        assert give_client(head).get(own.get_absolute_url()).status_code == 200


def named(client: Client, words: dict[str, str]) -> dict[str, str]:
    """The name in every language, under whatever names the form's boxes have."""
    page = text_of(client.get("/units/add_unit/"))
    boxes = [part.split('"')[0] for part in page.split('name="')[1:]]
    return {box: words["name"] for box in boxes if box.startswith("name")}
