"""What changes is found by what it is now; the index can be built anew and proves itself."""

import json
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kept.cases.actions import (
    add_note,
    attach_caller,
    attach_files,
    call_again,
    correct_case,
    enter_result,
    give_back,
    mark_solved,
    merge_case,
)
from kept.cases.factories import make_case
from kept.cases.importing.bulk import Batch, import_cases
from kept.cases.importing.drafts import CaseDraft
from kept.cases.models import Case, Evidence, Route
from kept.kit import clock
from kept.kit.verifying import verify
from kept.parties.actions import (
    add_address,
    add_contact,
    add_phone,
    add_remark,
    change_account,
    change_contact,
    end_contact,
    end_phone,
    merge_account,
)
from kept.parties.factories import make_account
from kept.parties.models import Account, Contact, Phone, RemarkKind
from kept.people.actions import issue_token
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.products.actions import (
    add_contract,
    change_contract,
    change_product,
    change_serial_unit,
)
from kept.products.factories import make_product, make_serial
from kept.products.models import Contract, Product, SerialUnit
from kept.search import index
from kept.search.models import Document
from kept.search.queries import find, find_page
from kept.search.reindexing import reindex
from kept.timeline.erasing import erase_words
from kept.timeline.files import store
from kept.timeline.models import Entry, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.10", part="search")]


@pytest.fixture
def house(db: None) -> SimpleNamespace:
    """A company with a branch, a chief who sees and may do everything, and one of each kind."""
    company = make_company()
    branch = make_unit(company, "HN-1", "Hunan", UnitKind.BRANCH)
    chief = make_user(company, "chief", "administrator", name="总管")
    account = make_account(
        branch, "长江印务", contact_name="张伟", phone="13800138000", address="长沙五一路"
    )
    product = make_product(company, "K-100", "旧泵机")
    return SimpleNamespace(
        company=company,
        branch=branch,
        chief=chief,
        account=account,
        contact=Contact.objects.get(account=account),
        product=product,
        serial=make_serial(product, "SN-7788", account, version="旧版"),
        case=make_case(chief, branch, "旧题漏纸", caller_name="李娜", caller_phone="13911112222"),
    )


def found(house: SimpleNamespace, typed: str) -> set[int]:
    reader = User.objects.get(pk=house.chief.pk)
    return {hit.thread_id for hit in find(reader, typed, limit=50)}


def in_step() -> list[str]:
    return [str(fault) for fault in verify(only="search").faults]


def _file(house: SimpleNamespace, name: str) -> Any:
    return store(SimpleUploadedFile(name, b"%PDF-1"), by=house.chief)


def _contract(house: SimpleNamespace) -> Contract:
    return add_contract(
        by=house.chief,
        unit=house.branch,
        account=house.account,
        contract_number="HT-2026-9",
        from_on=clock.today(house.company.zone),
        until_on=clock.today(house.company.zone),
        covers="旧范围",
    )


#: verb: (what is done, the thing it is done to, words that found it no longer do, words that do)
CHANGES: dict[str, tuple[Callable[[Any], Any], str, list[str], list[str]]] = {
    "a case's summary, caller and phone": (
        lambda h: correct_case(
            h.case, by=h.chief, reason="错", summary="新题卡纸", caller_name="王芳",
            caller_phone="13733334444",
        ),
        "case", [], ["新题卡纸", "王芳", "wf", "13733334444", "3334"],
    ),
    "a note": (
        lambda h: add_note(h.case, by=h.chief, note="内部看法"), "case", [], ["内部看法"],
    ),
    "a file with a note": (
        lambda h: add_note(h.case, by=h.chief, note="见附件", files=[_file(h, "报价单.pdf")]),
        "case", [], ["报价单", "见附件"],
    ),
    "a file": (
        lambda h: attach_files(h.case, by=h.chief, files=[_file(h, "合同扫描.pdf")]),
        "case", [], ["合同扫描"],
    ),
    "words a verb says in passing": (
        lambda h: give_back(h.case, by=h.chief, reason="不归本部"), "case", [], ["不归本部"],
    ),
    "what the customer said": (
        lambda h: mark_solved(h.case, by=h.chief, evidence=Evidence.THIS_CALL, words="好使了"),
        "case", [], ["好使了"],
    ),
    "a result": (
        lambda h: enter_result(h.case, by=h.chief, result="换了滚轮"), "case", [], ["换了滚轮"],
    ),
    "a second call": (
        lambda h: call_again(h.case, by=h.chief, words="又卡住了", route=Route.PHONE),
        "case", [], ["又卡住了"],
    ),
    "who called": (
        lambda h: attach_caller(
            h.case, by=h.chief, account=h.account, contact=h.contact, serial_unit=h.serial
        ),
        "case", [], ["长江印务", "张伟", "SN-7788", "778"],
    ),
    "an account's name": (
        lambda h: change_account(h.account, by=h.chief, name="黄河印务"),
        "account", ["长江印务", "cjyw"], ["黄河印务", "hhyw"],
    ),
    "a contact's name and phone": (
        lambda h: change_contact(h.contact, by=h.chief, name="赵敏", phone="13655556666"),
        "account", ["张伟", "13800138000"], ["赵敏", "zhaomin", "13655556666"],
    ),
    "one more contact": (
        lambda h: add_contact(h.account, by=h.chief, name="孙丽", email="sun@example.com"),
        "account", [], ["孙丽", "sun@example.com"],
    ),
    "one more phone": (
        lambda h: add_phone(h.contact, by=h.chief, phone="13577778888"),
        "account", [], ["13577778888"],
    ),
    "an address": (
        lambda h: add_address(h.account, by=h.chief, address="株洲建设路"),
        "account", [], ["株洲建设路"],
    ),
    "a remark": (
        lambda h: add_remark(h.account, by=h.chief, kind=RemarkKind.NEED, text="要新样本"),
        "account", [], ["要新样本"],
    ),
    "a serial unit's version and licence": (
        lambda h: change_serial_unit(h.serial, by=h.chief, version="新版", licence="LX-900"),
        "serial", ["旧版"], ["新版", "LX900"],
    ),
    "a product's name": (
        lambda h: change_product(h.product, by=h.chief, name={"en": "Pump", "zh-hans": "新泵机"}),
        "product", ["旧泵机"], ["新泵机", "xbj", "pump"],
    ),
    "a product's name on its units": (
        lambda h: change_product(h.product, by=h.chief, name={"en": "Pump", "zh-hans": "新泵机"}),
        "serial", ["旧泵机"], ["新泵机"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_the_old_words_no_longer_find_it_and_the_new_ones_do(house, what):
    change, thing, old, new = CHANGES[what]
    thread = getattr(house, thing).thread_id
    for typed in old:
        assert thread in found(house, typed), typed
    for typed in new:
        assert thread not in found(house, typed), typed
    change(house)
    for typed in old:
        assert thread not in found(house, typed), typed
    for typed in new:
        assert thread in found(house, typed), typed
    assert in_step() == []


def test_a_corrected_summary_stays_findable_as_what_was_said_then(house):
    """Old and new stay on record, so both find the case (SX.05)."""
    correct_case(house.case, by=house.chief, reason="错", summary="新题卡纸")
    (hit,) = find(house.chief, "旧题漏纸", kinds=["case"])
    assert str(hit.title) == "新题卡纸"


def test_a_phone_that_ended_and_a_contact_that_left_find_nobody(house):
    phone = add_phone(house.contact, by=house.chief, phone="13577778888") and Phone.objects.get(
        digits__endswith="13577778888"
    )
    end_phone(phone, by=house.chief)
    assert house.account.thread_id not in found(house, "13577778888")
    add_contact(house.account, by=house.chief, name="孙丽", phone="13644445555")
    end_contact(Contact.objects.get(name="孙丽"), by=house.chief, reason="离职")
    assert house.account.thread_id not in found(house, "孙丽")
    assert in_step() == []


def test_cases_and_contracts_are_found_by_the_new_name_of_their_customer(house):
    attach_caller(house.case, by=house.chief, account=house.account, contact=house.contact)
    contract = _contract(house)
    change_account(house.account, by=house.chief, name="黄河印务")
    assert {house.case.thread_id, contract.thread_id} <= found(house, "黄河印务")
    assert contract.thread_id not in found(house, "长江印务")
    change_contact(house.contact, by=house.chief, name="赵敏")
    assert house.case.thread_id in found(house, "赵敏")
    assert in_step() == []


def test_a_contract_is_found_by_what_it_covers_now(house):
    contract = _contract(house)
    assert contract.thread_id in found(house, "旧范围")
    change_contract(contract, by=house.chief, covers="新范围")
    assert contract.thread_id not in found(house, "旧范围")
    assert contract.thread_id in found(house, "新范围")


def test_two_that_are_one_are_found_as_one(house):
    other = make_account(house.branch, "长江印刷", phone="13622221111")
    merge_account(other, by=house.chief, into=house.account, reason="同一家")
    assert other.thread_id not in found(house, "长江印刷")
    assert house.account.thread_id in found(house, "长江印刷")
    twin = make_case(house.chief, house.branch, "旧题漏纸二")
    merge_case(twin, by=house.chief, into=house.case, reason="同一件")
    assert in_step() == []


def test_erased_words_find_nothing(house):
    add_note(house.case, by=house.chief, note="身份证四三零")
    seq = Entry.objects.filter(thread=house.case.thread_id).order_by("-seq").first().seq
    assert house.case.thread_id in found(house, "身份证")
    erase_words(house.case.thread, by=User.objects.system(), seq=seq, rule="retention")
    assert house.case.thread_id not in found(house, "身份证")
    assert in_step() == []


def test_what_is_undone_is_found_as_before(house):
    with pytest.raises(Exception, match="Nothing is different"):
        correct_case(house.case, by=house.chief, reason="错", summary="旧题漏纸")
    assert house.case.thread_id in found(house, "旧题漏纸")


def test_words_in_passing_are_written_once_at_the_end_of_an_action(house, monkeypatch):
    written: list[int] = []
    write = index.put_many

    def counting(cards, **how):
        cards = list(cards)
        written.extend(card.thread_id for card in cards)
        write(cards, **how)

    monkeypatch.setattr("kept.search.index.put_many", counting)
    case = make_case(house.chief, house.branch, "新来电")
    assert written == [case.thread_id]
    assert case.thread_id in found(house, "新来电")


def test_cases_taken_over_in_bulk_are_found_like_those_opened_one_by_one(house):
    now = clock.now()
    drafts = [
        CaseDraft("R1", "屏幕闪烁", now, description="开机就闪", caller_name="钱进",
                  caller_phone="13500001111", serial="SN-55501", closed_at=now, result="换了屏"),
        CaseDraft("R2", "键盘失灵", now),
    ]  # fmt: skip
    import_cases(
        by=User.objects.system(), unit=house.branch, owner=house.chief, source="old",
        batch=Batch(drafts),
    )  # fmt: skip
    taken = Case.objects.get(source_ref="R1")
    for typed in ("屏幕闪烁", "开机就闪", "qj", "13500001111", "555", "换了屏", "R1"):
        assert taken.thread_id in found(house, typed), typed
    assert in_step() == []


# Built anew


def stored() -> list[tuple[Any, ...]]:
    """Everything in the index but keys and times, in its order of change."""
    names = [
        field.attname
        for field in Document._meta.concrete_fields
        if field.attname not in ("id", "updated_at")
    ]
    return list(Document.objects.order_by("pk").values_list(*names))


@pytest.fixture
def lived_in(house) -> SimpleNamespace:
    """The house after some changes of everything."""
    for what in ("a case's summary, caller and phone", "an account's name", "a file with a note",
                 "a remark", "a product's name", "who called", "a result"):  # fmt: skip
        CHANGES[what][0](house)
    _contract(house)
    make_case(house.chief, house.branch, "长文", description="漏油" * 5_000)
    return house


def test_a_reindex_of_what_is_in_step_changes_nothing(lived_in):
    before = list(Document.objects.order_by("pk").values_list("pk", "updated_at"))
    done = reindex()
    assert (done.put, done.taken) == (0, 0)
    assert (
        done.seen
        == Thread.objects.filter(
            kind__in=["case", "account", "serial_unit", "contract", "product"]
        ).count()
    )
    assert list(Document.objects.order_by("pk").values_list("pk", "updated_at")) == before


def test_an_index_that_is_lost_is_built_as_it_was_oldest_change_first(lived_in):
    before = stored()
    Document.objects.all().delete()
    heard: list[tuple[int, int]] = []
    done = reindex(progress=lambda *told: heard.append(told))
    assert sorted(map(repr, stored())) == sorted(map(repr, before))
    assert done.put == len({row[0] for row in before})
    assert heard[-1] == (done.seen, done.seen)
    last = {row.thread_id: row.pk for row in Document.objects.order_by("pk")}
    changed = {
        thread: Entry.objects.filter(thread=thread).order_by("-pk").values_list("pk", flat=True)[0]
        for thread in last
    }
    assert sorted(last, key=last.__getitem__) == sorted(changed, key=changed.__getitem__)


@pytest.mark.parametrize("harm", ["other words", "other tokens", "missing", "gone", "strange"])
def test_verify_says_what_is_not_in_step_and_a_reindex_mends_it(lived_in, harm):
    assert in_step() == []
    case = lived_in.case
    if harm == "other words":
        index.put(case.thread_id, kind="case", title="别的")
    elif harm == "other tokens":
        Document.objects.filter(thread=case.thread_id).update(tokens=["c别"])
    elif harm == "missing":
        index.drop(case.thread_id)
    elif harm == "gone":
        Case.objects.filter(pk=case.pk).update(number=None)
    else:
        stray = Thread.objects.create(kind="nothing", created_at=clock.now())
        index.put(stray.pk, kind="nothing", title="旧物")
    (fault,) = in_step()
    assert "kept reindex" in fault
    done = reindex()
    assert done.put + done.taken == 1
    assert in_step() == []


def test_a_kind_can_be_built_anew_alone(lived_in):
    Document.objects.all().delete()
    assert reindex(["account"]).put == 1
    assert set(Document.objects.values_list("kind", flat=True)) == {"account"}


# Sight


def test_nobody_finds_more_or_less_than_a_scan_of_what_they_see(house):
    """Random people, random words: the same as reading everything they see."""
    chance = random.Random(11)
    units = [make_unit(house.company, f"R{n}", kind=UnitKind.BRANCH) for n in range(3)]
    people = [
        make_user(unit, f"p{n}", role, name=f"P{n}")
        for n, (unit, role) in enumerate(
            [(units[0], "clerk"), (units[1], "lead"), (units[2], "directory"),
             (house.company, "lead"), (units[0], "directory")]
        )
    ]  # fmt: skip
    words = ["漏油", "换泵", "卡纸", "A100", "异响"]
    for number in range(30):
        unit, said = chance.choice(units), chance.sample(words, 2)
        kind = chance.randrange(3)
        if kind == 0:
            make_case(house.chief, unit, f"第{number}件", description=" ".join(said))
        elif kind == 1:
            make_account(unit, f"{said[0]}{number}厂", notes=said[1])
        else:
            account = make_account(unit, f"客户{number}")
            make_serial(house.product, f"ZZ-{number:03}", account, version=said[0])
    for person in people:
        reader = User.objects.get(pk=person.pk)
        for word in words:
            assert _everything(reader, word) == _scanned(reader, word), (person, word)


def _everything(reader: User, typed: str) -> set[int]:
    threads: set[int] = set()
    after = ""
    while True:
        page = find_page(reader, typed, after=after, limit=4)
        threads |= {hit.thread_id for hit in page.hits}
        after = page.next
        if not after:
            return threads


def _scanned(reader: User, word: str) -> set[int]:
    """Threads of the rows somebody sees whose stored words hold the word."""
    models: tuple[Any, ...] = (Case, Account, SerialUnit, Contract, Product)
    seen = {
        thread
        for model in models
        for thread in model.objects.visible_to(reader).values_list("thread_id", flat=True)
    }
    return {
        row.thread_id
        for row in Document.objects.filter(thread__in=seen)
        if word in json.dumps([row.title, row.names, row.codes, row.body], ensure_ascii=False)
    }


# For other programs


def test_another_program_asks_for_similar_cases(house):
    issue_token(house.chief, by=house.chief, name="Telephone")
    headers = {"authorization": f"Bearer {house.chief.fresh_token}"}
    attach_caller(house.case, by=house.chief, account=house.account)
    asked = {"text": "又漏纸了，旧题漏纸", "account": house.account.number}
    answer = Client().get("/api/v1/cases/similar", asked, headers=headers)
    assert answer.status_code == 200, answer.content.decode()
    (item,) = answer.json()["items"]
    assert (item["ref"], item["is_same_customer"]) == (house.case.number, True)
    assert Client().get("/api/v1/cases/similar", headers=headers).json() == {"items": []}
    unknown = {"text": "又漏纸了", "product": "none"}
    assert Client().get("/api/v1/cases/similar", unknown, headers=headers).status_code == 404
    strange = Client().get("/api/v1/cases/similar", {"texts": "x"}, headers=headers)
    assert strange.status_code == 422
    assert Client().get("/api/v1/cases/similar", asked).status_code == 401


def test_the_search_page_goes_on_to_the_last(house, monkeypatch):
    monkeypatch.setattr("kept.web.finding.PAGE", 2)
    cases = [make_case(house.chief, house.branch, f"漏油第{number}件") for number in range(5)]
    client = Client()
    client.force_login(house.chief)
    address, seen = "/search/?q=漏油", []
    while address:
        page = client.get(address)
        seen += [hit.number for hit in page.context["hits"]]
        following = page.context["next_url"]
        address = f"/search/{following}" if following else ""
        assert (following in page.content.decode().replace("&amp;", "&")) or not following
    assert seen == [case.number for case in cases[::-1]]


def test_a_new_case_costs_the_search_one_statement(house):
    with CaptureQueriesContext(connection) as queries:
        make_case(house.chief, house.branch, "新来电", description="还有别的")
    asked = [one["sql"] for one in queries if "search_document" in one["sql"]]
    assert len(asked) == 1 and asked[0].startswith("INSERT")
    reread = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    assert not any("entrytext" in sql or "attachment" in sql for sql in reread)
