"""Personal data: whole for who needs them, kept for a time, gone when somebody asks (SX.15)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.apps import apps
from django.test import Client
from openpyxl import load_workbook

from kept.cases.actions import (
    answer_by_mail,
    call_back,
    classify,
    close_case,
    correct_case,
    erase_case,
    promise_call_back,
)
from kept.cases.factories import make_case
from kept.cases.models import Case, CaseClass, Interaction
from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.parties.actions import (
    add_account,
    change_contact,
    erase_account,
    erase_contact,
    mark_lost,
)
from kept.parties.models import Account, Contact
from kept.people.actions import issue_token
from kept.people.models import User
from kept.promises.models import Promise
from kept.timeline.retention import erase_expired
from kept.web.worker import DUTIES
from tests.stories.cast import at, moment, outcome, software_house

pytestmark = pytest.mark.django_db

MAIL = "plq9047@example.com"
SPELLINGS = ("13800138000", "138 0013 8000", "138-0013-8000", MAIL)
NAME = "彭立群"


def text_of(answer) -> str:
    content = answer.getvalue() if answer.streaming else answer.content
    if "spreadsheetml" in answer.headers["Content-Type"]:
        rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
        return str(list(rows))
    return content.decode()


def stands_in(text: str) -> bool:
    return any(one in text for one in SPELLINGS)


def doors(account: Account, case: Case, promise: Promise) -> list[str]:
    """Every place where the phone or mail of somebody outside could be read."""
    contact = account.contacts.current().get()
    phone = contact.phones.current().get()
    files = ("", "&format=csv", "&format=xlsx", "&format=print")
    lists = ("accounts", "file_checks", "cases", "register", "change_notices", "promises")
    return [
        account.get_absolute_url(),
        f"{account.get_absolute_url()}print/",
        case.get_absolute_url(),
        f"{case.get_absolute_url()}print/",
        promise.get_absolute_url(),
        "/",
        *(f"/{one}/?all=1{kind}" for one in lists for kind in files),
        "/search/?q=1380013",
        "/search/?q=plq904",
        "/search/?q=pengli",
        "/intake/x/find/?q=1380013",
        f"/intake/x/?account={account.number}",
        "/accounts/duplicates/?phone=1380013",
        f"/contacts/{contact.pk}/change_contact/",
        f"/phones/{phone.pk}/end_phone/",
    ]


def api_titles(user: User, contact: Contact) -> str:
    token = issue_token(user, by=User.objects.system(), name="t").fresh_token
    phone = contact.phones.current().get()
    answer = Client().get(
        f"/api/v1/phones/{phone.pk}", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def everything_stored() -> str:
    """Every row of Kept's own tables."""
    tables = [one for one in apps.get_models() if one.__module__.startswith("kept.")]
    return repr([list(one._base_manager.values_list()) for one in tables])


def closed(case: Case, by: User) -> Case:
    classify(case, by=by, classification=CaseClass.OPERATION)
    call_back(case, by=by, reached=True, told=f"{NAME}：可以用了", solved=True)
    return close_case(case, by=by, outcome=outcome(case, "solved"))


@pytest.mark.req("SX.15")
def test_personal_data_are_masked_kept_for_a_time_and_erased_on_request(client):
    house = software_house()
    lin, chief, board = house["lin"], house["chief"], house["board"]
    with at("2026-06-01 09:00"):
        account = add_account(
            by=chief, unit=house["guangxi"], name="湘江商贸", contact_name=NAME,
            phone="13900139000", email=MAIL,
        )  # fmt: skip
        contact = account.contacts.get()
        change_contact(contact, by=chief, phone="138 0013 8000", reason="换号")
        case = make_case(
            lin, account=account, contact=contact, caller_name=NAME, caller_phone="13900139000",
            description=f"{NAME}说打印不了",
        )  # fmt: skip
        correct_case(case, by=lin, caller_phone="13800138000", reason="mistyped")
        promise_call_back(
            case, by=lin, phone="13800138000", due_at=clock.now() + timedelta(minutes=9)
        )
        answer_by_mail(case, by=lin, to=MAIL, subject="Re", answer=f"您好，{NAME}")
        promise = case.thread.promises.get(kind="call_back")

        # Who calls people reads numbers whole; who does not reads them masked, at every door.
        shown = []
        for user, sees in ((lin, True), (board, False)):
            client.force_login(user)
            for address in doors(account, case, promise):
                answer = client.get(address)
                assert answer.status_code == 200, address
                if stands_in(text_of(answer)):
                    assert sees, f"{user.username} reads it at {address}"
                    shown.append(address)
            assert stands_in(api_titles(user, contact)) == sees
        assert len(shown) > 12
        client.force_login(board)
        assert "•••000" in text_of(client.get("/accounts/?format=csv"))
        assert "•••000" in text_of(client.get("/search/?q=13800138000"))
        for piece in ("/search/?q=1380013", "/intake/x/find/?q=1380013", "/search/?q=plq904"):
            assert account.number not in text_of(client.get(piece)), "nor is it guessed in pieces"
        for piece in ("/cases/?all=1&q=1380013", "/register/?q=1380013"):
            assert case.number not in text_of(client.get(piece)), piece
        assert account.number not in text_of(client.get("/accounts/duplicates/?phone=1380013"))

        # Somebody asks to be forgotten: under a named rule, by who holds the right, nothing open.
        erase = f"/contacts/{contact.pk}/erase_contact/"
        sent = {"ground": "Removal request 2026-06-01", "reason": "letter", "_key": "a"}
        client.force_login(lin)
        assert client.post(erase, sent).status_code == 403
        client.force_login(chief)
        open_still = client.post(erase, sent)
        assert open_still.status_code == 409 and "SX.15" in text_of(open_still)
        closed(case, lin)
        assert client.post(erase, {**sent, "ground": ""}).status_code == 422
        before = figures(client)
        assert NAME in everything_stored()
        assert client.post(erase, sent).status_code == 302
        left = everything_stored()
        assert not any(one in left for one in (*SPELLINGS, NAME, "8613800138000"))
        assert figures(client) == before
        report = verify()
        assert report.faults == []
        assert any("Removal request 2026-06-01" in one for one in report.remarks)
        assert "Removal request 2026-06-01" in text_of(client.get(account.get_absolute_url()))
        again = client.post(erase, {**sent, "_key": "b"})
        assert again.status_code == 409 and "SX.15" in text_of(again)

    # What nobody asked for goes when the company's time is over, class by class, by itself.
    assert any(duty.run is erase_expired for duty in DUTIES)
    with at("2026-07-01 09:00"):
        other = closed(make_case(lin, caller_name="钱多多", summary="钱多多来电"), lin)
        client.force_login(chief)
        assert "1825" in text_of(client.get("/policy/"))
    with clock.at(moment("2026-07-01 09:00") + timedelta(days=1825)):
        assert erase_expired() == 0 and "钱多多" in everything_stored()
    with clock.at(moment("2026-07-01 09:00") + timedelta(days=1825, seconds=1)):
        figures_before = figures(client)
        assert erase_expired() == 1 and "钱多多" not in everything_stored()
        assert erase_expired() == 0
        assert figures(client) == figures_before
    other.refresh_from_db()
    assert (other.classification, other.outcome.code) == (CaseClass.OPERATION, "solved")
    assert verify().faults == []


def figures(client) -> tuple:
    """What is counted: cases by class and outcome, contacts by route, promises by state."""
    return (
        sorted(Case.objects.values_list("number", "classification", "outcome", "closed_at")),
        sorted(Interaction.objects.values_list("number", "route", "direction")),
        sorted(Promise.objects.values_list("kind", "state", "done_at"), key=str),
        Contact.objects.count(),
        text_of(client.get("/churn/?format=csv")),
    )


def test_nobody_is_erased_without_a_rule():
    """The verbs refuse by themselves, whatever door they are used at."""
    house = software_house()
    account = add_account(
        by=house["chief"], unit=house["guangxi"], name=NAME, contact_name=NAME, notes="左撇子"
    )
    with refused(field="ground"):
        erase_contact(account.contacts.get(), by=house["chief"], ground="")
    with refused("SX.06"):
        erase_account(account, by=house["chief"], ground="Request")
    case = closed(make_case(house["lin"], account=account), house["lin"])
    with refused(field="ground"):
        erase_case(case, by=house["chief"], ground="")
    mark_lost(account, by=house["chief"], reason="moved abroad")
    with refused(field="ground"):
        erase_account(account, by=house["chief"], ground="")
    erase_account(account, by=house["chief"], ground="Request", even_name=True)
    assert NAME not in everything_stored() and "左撇子" not in everything_stored()
    assert account.lost_at is not None and verify().faults == []
    case.refresh_from_db()
    assert case.erased_at is not None and case.account == account
    with refused("SX.15"):
        erase_case(case, by=house["chief"], ground="Request")
