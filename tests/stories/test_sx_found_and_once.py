"""SX.10: everything in hand finds what it belongs to, and nothing is entered twice."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from kept.cases.actions import attach_files
from kept.cases.factories import make_case
from kept.cases.models import Case, CaseKind, Interaction
from kept.kit.verifying import verify
from kept.parties.factories import make_account
from kept.parties.models import Account
from kept.people.models import User
from kept.products.factories import make_product, make_serial
from kept.products.models import SerialUnit
from kept.timeline.factories import PNG, make_file
from kept.vouchers.models import Voucher
from tests.api.caller import Caller, token_of
from tests.stories.cast import equipment_maker

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> dict[str, Any]:
    """An equipment maker with a customer, their machine, and a case about it with a report."""
    made: dict[str, Any] = equipment_maker()
    clerk, service = made["clerk"], made["service"]
    account = make_account(service, "长江钢构", contact_name="彭丽", phone="13800138000")
    serial = make_serial(make_product(made["company"], "HJ-300"), "HJ300-7788", account)
    case = make_case(
        clerk, summary="主轴异响", account=account, serial_unit=serial, case_kind=CaseKind.COMPLAINT
    )
    attach_files(case, by=clerk, files=[make_file(clerk, "检测报告.pdf", b"%PDF-1 report")])
    return {**made, "account": account, "serial": serial, "case": case}


@pytest.fixture
def clerk(house: dict[str, Any], client: Client) -> Client:
    client.force_login(User.objects.get(pk=house["clerk"].pk))
    return client


@pytest.mark.req("SX.10")
def test_all_is_found_in_one_box_and_nothing_is_entered_twice(
    house: dict[str, Any], clerk: Client
) -> None:
    everything_is_found(house, clerk)
    the_same_customer_is_not_saved(house, clerk)
    the_same_serial_is_not_saved(house, clerk)
    the_same_voucher_is_not_entered(house, clerk)
    the_same_complaint_is_entered_where_it_stands(house, clerk)
    assert verify().faults == []


def everything_is_found(house: dict[str, Any], clerk: Client) -> None:
    account, case, serial = house["account"], house["case"], house["serial"]
    wanted = {
        "长江钢构": account, "cjgg": account, "彭丽": account,
        "13800138000": account, "138-0013": account,
        case.number: case, "异响": case, "检测报告": case,
        "HJ300-7788": serial, "7788": serial,
    }  # fmt: skip
    for typed, thing in wanted.items():
        found = clerk.get("/search/", {"q": typed}).content.decode()
        assert f'href="{thing.get_absolute_url()}' in found, typed
    nothing = clerk.get("/search/", {"q": "13900139999"}).content.decode()
    assert account.number not in nothing and case.number not in nothing


def the_same_customer_is_not_saved(house: dict[str, Any], clerk: Client) -> None:
    typing = clerk.get("/accounts/duplicates/", {"name": "长江钢构", "phone": ""})
    assert house["account"].number in typing.content.decode()
    sent = {"name": "长江钢构有限公司", "phone": "13800138000", "unit": "HJ-SV", "_key": "a1"}
    answer = clerk.post("/accounts/add_account/", sent)
    assert answer.status_code == 409 and house["account"].number in answer.content.decode()
    assert Account.objects.count() == 1


def the_same_serial_is_not_saved(house: dict[str, Any], clerk: Client) -> None:
    chief = Caller(token_of(house["lead"]))
    body = {"unit": "HJ-SV", "product": "HJ-300", "serial": "ｈｊ300 7788"}
    answer = chief.post("serials/add_serial_unit", body)
    assert (answer.status_code, answer.json()["rule"]) == (422, "SX.10"), answer.content
    assert SerialUnit.objects.count() == 1


def the_same_voucher_is_not_entered(house: dict[str, Any], clerk: Client) -> None:
    case, caller = house["case"], Caller(token_of(house["clerk"]))
    first = uploaded(caller, b"one", number="FP-2026 0451", place="长沙", amount="128.50")
    assert caller.post(f"cases/{case.number}/attach", {"files": [first]}).status_code == 200
    voucher = Voucher.objects.get()
    other = make_case(house["clerk"], summary="上门测量")
    for content, number in ((b"two", "fp20260451"), (b"one", "")):
        again = uploaded(caller, content, **({"number": number} if number else {}))
        answer = caller.post(f"cases/{other.number}/attach", {"files": [again]})
        told = answer.json()
        assert (answer.status_code, told["rule"], told["field"]) == (409, "SX.10", "files")
        assert voucher.number in told["detail"] and case.number in told["detail"]
        assert told["mend"] == voucher.get_absolute_url()
    assert Voucher.objects.count() == 1
    known = clerk.get("/vouchers/known/", {"for": "files.number", "files.number": "fp 2026-0451"})
    assert voucher.number in known.content.decode()
    found = clerk.get("/search/", {"q": "20260451"}).content.decode()
    assert f'href="{voucher.get_absolute_url()}' in found
    gone = caller.post(f"vouchers/{voucher.number}/withdraw", {"reason": "Twice"})
    assert gone.status_code == 200, gone.content
    free = uploaded(caller, b"one", number="FP-2026 0451")
    assert caller.post(f"cases/{other.number}/attach", {"files": [free]}).status_code == 200


def uploaded(caller: Caller, content: bytes, **facts: str) -> str:
    """The reference of a voucher that went up over REST."""
    parts = {"file": SimpleUploadedFile("票.png", PNG + content), "kind": "voucher", **facts}
    answer = caller.post("files", parts, content_type=MULTIPART_CONTENT)
    assert answer.status_code == 201, answer.content
    return answer.json()["ref"]


def the_same_complaint_is_entered_where_it_stands(house: dict[str, Any], clerk: Client) -> None:
    case, count = house["case"], Case.objects.count()
    clerk.get("/intake/k1/?summary=主轴异响")
    shown = clerk.post("/intake/k1/similar/", {"summary": "主轴又异响了"}).content.decode()
    assert case.number in shown
    calls = Interaction.objects.filter(case=case).count()
    body = {"belongs": case.number, "summary": "主轴又异响了", "_key": "b1"}
    answer = clerk.post("/intake/k1/belongs/", body)
    assert answer.status_code in (302, 200) and Case.objects.count() == count
    assert Interaction.objects.filter(case=case).count() == calls + 1
