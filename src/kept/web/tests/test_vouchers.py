"""Vouchers: each stands once in a company, whoever enters it, and is never lost (SX.07, SX.10)."""

import threading
import time
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from kept.cases.actions import (
    add_note,
    attach_files,
    call_back,
    classify,
    close_case,
    erase_case,
)
from kept.cases.factories import make_case, outcome
from kept.cases.models import CaseClass
from kept.kit import clock
from kept.kit.money import Money
from kept.kit.outage import Unavailable
from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.search.queries import find
from kept.search.reindexing import reindex
from kept.timeline.factories import make_file
from kept.timeline.housekeeping import remove_unused_files
from kept.timeline.models import Attachment
from kept.timeline.registers import registers_of
from kept.timeline.retention import erase_expired
from kept.timeline.sentences import tell
from kept.vouchers.actions import correct_voucher, erase_voucher, withdraw_voucher
from kept.vouchers.factories import voucher_file
from kept.vouchers.models import Voucher, VoucherState, VoucherType, WaitingVoucher

SHEET = b"\x89PNG\r\n\x1a\n the very same sheet"


def make_house() -> SimpleNamespace:
    """A company with two branches that do not see each other, and another company."""
    company = make_company()
    here = make_unit(company, "HN-1", "Hunan", UnitKind.BRANCH)
    there = make_unit(company, "HN-2", "Hubei", UnitKind.BRANCH)
    elsewhere = make_unit(make_company("ZZ", "Zhong"), "ZZ-1")
    lin, wang = make_user(here, "lin", "engineer"), make_user(there, "wang", "engineer")
    return SimpleNamespace(
        company=company,
        lin=lin,
        wang=wang,
        chief=make_user(company, "chief", "lead"),
        other=make_user(elsewhere, "other", "engineer"),
        case=make_case(lin, summary="Fetch the faulty unit"),
        far=make_case(wang, summary="Measure a wall"),
    )


@pytest.fixture
def house(db: None) -> SimpleNamespace:
    return make_house()


def enter(case: Any, by: User, *numbers: str, **values: Any) -> list[Voucher]:
    files = [voucher_file(by, number, **values) for number in numbers]
    attach_files(case, by=by, files=files)
    return list(Voucher.objects.filter(attachment__in=files).order_by("pk"))


@pytest.mark.req("SX.07", part="vouchers")
def test_a_voucher_is_entered_with_its_file_and_all_that_is_printed_on_it(house):
    (voucher,) = enter(
        house.case, house.lin, "№ 0451-77", voucher_type="receipt", dated_on="2026-03-02",
        place="Changsha", amount="128.50", name="taxi.png",
    )  # fmt: skip
    assert voucher.number == f"HN-V{clock.today(house.company.zone):%y}-000001"
    assert (voucher.about, voucher.company) == (house.case.thread, house.company)
    assert voucher.amount == Money.of("128.50", "CNY")
    assert (voucher.dated_on, voucher.place) == (date(2026, 3, 2), "Changsha")
    assert voucher.checksum == voucher.attachment.checksum
    assert (voucher.entered_by, voucher.status) == (house.lin, VoucherState.STANDING)
    assert not WaitingVoucher.objects.exists()
    (told,) = tell(voucher.thread.entries.select_related("by"))
    assert "receipt № 0451-77 · Changsha" in told.sentence and "128.50 CNY" in told.sentence
    (line,) = [one for one in registers_of(house.company) if one.letter == Voucher.register]
    assert line.is_unbroken and line.last == 1
    assert verify().faults == []


@pytest.mark.req("SX.10", part="duplicate vouchers")
def test_the_same_number_is_refused_and_the_sentence_says_where_and_when_it_stands(house):
    with clock.at(clock.now() - timedelta(days=3)):
        (known,) = enter(house.case, house.lin, "FP-0451")
    again = voucher_file(house.lin, "ｆｐ ０４５１")
    refusal = said_of(lambda: add_note(house.case, by=house.lin, note="Taxi", files=[again]))
    assert (refusal.rule, refusal.field) == ("SX.10", "files")
    assert refusal.mend == known.get_absolute_url()
    day = clock.local(known.entered_at, house.company.zone).date()
    for language in ("en", "zh-hans"):
        with translation.override(language):
            sentence = str(refusal)
            assert known.number in sentence and house.case.number in sentence
            assert date_format(day, "SHORT_DATE_FORMAT") in sentence
    assert Voucher.objects.get() == known
    enter(house.case, house.lin, "FP-0452")
    assert Voucher.objects.count() == 2


@pytest.mark.req("SX.10", part="duplicate vouchers")
def test_the_same_content_is_refused_whatever_it_is_called_but_not_as_a_document(house):
    (known,) = enter(house.case, house.lin, "", content=SHEET, name="first.png")
    again = voucher_file(house.lin, "77", content=SHEET, name="second.png")
    refusal = said_of(lambda: attach_files(house.case, by=house.lin, files=[again]))
    assert known.number in str(refusal) and refusal.rule == "SX.10"
    plain = make_file(house.lin, "second.png", SHEET)
    attach_files(house.case, by=house.lin, files=[plain])
    assert Voucher.objects.count() == 1
    two = [voucher_file(house.lin, "88", name=name) for name in ("a.png", "b.png")]
    refusal = said_of(lambda: attach_files(house.case, by=house.lin, files=two))
    assert "88" in str(refusal) and "a.png" in str(refusal)
    assert verify().faults == []


@pytest.mark.req("SX.10", part="duplicate vouchers")
def test_who_does_not_see_the_matter_learns_only_that_it_stands(house):
    (known,) = enter(house.far, house.wang, "FP-0451", place="Wuhan")
    refusal = said_of(
        lambda: attach_files(house.case, by=house.lin, files=[voucher_file(house.lin, "fp0451")])
    )
    assert refusal.rule == "SX.10" and refusal.mend is None
    for secret in (known.number, house.far.number, "Wuhan", house.wang.name):
        assert secret not in str(refusal)
    outside = make_case(house.other, summary="Of another company")
    (free,) = enter(outside, house.other, "FP-0451")
    assert free.status == VoucherState.STANDING


@pytest.mark.req("SX.10", part="duplicate vouchers")
def test_a_withdrawn_voucher_frees_its_number_and_content_and_says_why(house):
    (known,) = enter(house.case, house.lin, "FP-0451", content=SHEET)
    with refused(field="reason"):
        withdraw_voucher(known, by=house.lin, reason="")
    withdraw_voucher(known, by=house.lin, reason="It was paid in cash")
    told = tell(house.case.thread.entries.select_related("by").order_by("seq"))[-1]
    assert told.sentence == f"Voucher {known.number} withdrawn"
    assert told.words["reason"] == "It was paid in cash"
    (again,) = enter(house.case, house.lin, "FP-0451", content=SHEET)
    assert again.status == VoucherState.STANDING and again.pk != known.pk
    with refused("SX.06"):
        withdraw_voucher(known, by=house.lin, reason="Twice")
    assert Attachment.objects.get(pk=known.attachment_id).thread == house.case.thread
    assert verify().faults == []


@pytest.mark.req("SX.10", part="duplicate vouchers")
def test_a_correction_keeps_what_stood_there_and_cannot_take_a_number_that_stands(house):
    one, two = enter(house.case, house.lin, "FP-1", "FP-2")
    with refused("SX.10", field="number"):
        correct_voucher(two, by=house.lin, reason="Misread", number="fp 1")
    with refused("SX.05"):
        correct_voucher(two, by=house.lin, reason="Misread", number="FP-2")
    correct_voucher(two, by=house.lin, reason="Misread", number="FP-3", amount=Decimal("9.90"),
                    voucher_type=VoucherType.INVOICE)  # fmt: skip
    told = tell(two.thread.entries.select_related("by").order_by("seq"))[-1]
    assert "from FP-2 to: invoice FP-3" in told.sentence and "9.90 CNY" in told.sentence
    enter(house.case, house.lin, "FP-2")
    again = [voucher_file(house.lin, "FP-3")]
    with refused("SX.10", field="files"):
        attach_files(house.case, by=house.lin, files=again)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.filter(pk=one.pk).update(number_key="fp3")
    assert [hit.number for hit in find(house.lin, "FP-3", kinds=["voucher"])] == [two.number]
    assert verify().faults == []


def said_of(work: Any) -> Refused:
    """The refusal of something."""
    with pytest.raises(Refused) as caught:
        work()
    return caught.value


@pytest.mark.req("SX.10", part="search over vouchers")
def test_a_voucher_is_found_by_its_number_in_the_one_box_by_who_sees_its_matter(house, client):
    (voucher,) = enter(house.case, house.lin, "FP-2026 0451", place="长沙", name="出租车票.png")
    for typed in ("FP-2026 0451", "fp20260451", "0451", voucher.number, "长沙", "出租车票"):
        hits = find(house.lin, typed, kinds=["voucher"])
        assert [hit.number for hit in hits] == [voucher.number], typed
        assert find(house.wang, typed, kinds=["voucher"]) == [], typed
    client.force_login(house.lin)
    assert voucher.get_absolute_url() in client.get("/search/", {"q": "20260451"}).content.decode()
    done = reindex(["voucher"])
    assert (done.seen, done.put, done.taken) == (1, 0, 0)
    Voucher.objects.filter(pk=voucher.pk).update(place="株洲")
    assert [str(one) for one in verify(only="search").faults] != []
    assert reindex(["voucher"]).put == 1 and verify(only="search").faults == []


@pytest.mark.req("SX.10", part="a warning while a voucher's number is typed")
def test_a_known_number_is_told_while_it_is_typed(house, client):
    (voucher,) = enter(house.case, house.lin, "FP-0451")
    ask = {"for": "files.number", "files.number": "ｆｐ0451"}
    for person, is_seen in ((house.lin, True), (house.wang, False)):
        client.force_login(person)
        html = client.get("/vouchers/known/", ask).content.decode()
        assert "stands as a voucher already" in html
        assert (voucher.number in html, house.case.number in html) == (is_seen, is_seen)
    client.force_login(house.other)
    assert client.get("/vouchers/known/", ask).content.strip() == b""
    client.force_login(house.lin)
    form = client.get(f"/cases/{house.case.number}/attach/").content.decode()
    assert 'hx-get="/vouchers/known/?for=files.number"' in form
    assert '<option value="voucher">voucher</option>' in form


@pytest.mark.req("SX.07", part="vouchers in forms")
def test_a_form_sends_a_voucher_with_what_is_printed_on_it(house, client: Client):
    client.force_login(house.lin)
    where = f"/cases/{house.case.number}/attach/"

    def send(key: str, *contents: bytes, **more: str) -> Any:
        files = [SimpleUploadedFile("x.png", SHEET + one) for one in contents]
        values = {f"files.{name}": value for name, value in more.items()}
        return client.post(where, {"files": files, "_key": key, **values})

    said = {"number": "A 1", "dated_on": "2026-03-02", "place": "长沙", "amount": "88"}
    assert send("k1", b"1", kind="voucher", **said).status_code == 302
    voucher = Voucher.objects.get()
    assert (voucher.printed_number, voucher.place) == ("A 1", "长沙")
    page = client.get(f"/cases/{house.case.number}/").content.decode()
    assert "voucher · " in page and "x.png" in page
    wrong = send("k2", b"2", kind="voucher", amount="much")
    assert wrong.status_code == 422 and "is no amount" in wrong.content.decode()
    assert 'value="much"' in wrong.content.decode()
    both = send("k3", b"3", b"4", kind="voucher", number="A 2")
    assert both.status_code == 422 and "one by one" in both.content.decode()
    assert send("k4", b"5", b"6", kind="voucher").status_code == 302
    assert send("k5", b"1", kind="photo", number="left in a hidden field").status_code == 302
    assert send("k6", b"7", kind="selfie").status_code == 422
    again = send("k7", b"8", kind="voucher", number="a-1")
    assert again.status_code == 409 and "SX.10" in again.content.decode()
    assert Voucher.objects.count() == 3


@pytest.mark.req("SX.08", part="vouchers")
def test_the_register_of_vouchers_is_narrowed_and_exported(house, client):
    enter(house.case, house.lin, "FP-1", place="Changsha", amount="10", dated_on="2026-03-02")
    enter(house.case, house.lin, "FP-2", place="Zhuzhou", dated_on="2026-04-02")
    (gone,) = enter(house.case, house.lin, "FP-3")
    withdraw_voucher(gone, by=house.lin, reason="Twice")
    enter(house.far, house.wang, "FP-4")
    client.force_login(house.lin)

    def shown(query: str) -> list[str]:
        html = client.get(f"/vouchers/?{query}").content.decode()
        return [one for one in ("FP-1", "FP-2", "FP-3", "FP-4") if f">{one}<" in html]

    assert shown("") == ["FP-1", "FP-2"]
    assert shown("status=withdrawn") == ["FP-3"]
    assert shown("dated_until=2026-03-31") == ["FP-1"]
    assert shown("q=Zhuzhou") == ["FP-2"] and shown("printed=fp2") == ["FP-2"]
    csv = client.get("/vouchers/?_format=csv").content.decode()
    assert "FP-1" in csv and "Zhuzhou" in csv and "FP-4" not in csv


@pytest.mark.req("SX.15", part="vouchers")
def test_words_of_vouchers_are_erased_with_their_matter_and_when_kept_long_enough(house):
    (one,) = enter(house.case, house.lin, "FP-1", place="Changsha", amount="10")
    classify(house.case, by=house.lin, classification=CaseClass.OPERATION)
    call_back(house.case, by=house.lin, reached=True, told="It works", solved=True)
    close_case(house.case, by=house.lin, outcome=outcome(house.case))
    erase_case(house.case, by=house.chief, ground="asked for")
    one.refresh_from_db()
    assert (one.place, one.printed_number, one.amount) == ("", "FP-1", Money.of(10, "CNY"))
    assert find(house.lin, "Changsha", kinds=["voucher"]) == []
    long_ago = clock.now() - timedelta(days=10951)
    with clock.at(long_ago):
        (old,) = enter(house.far, house.wang, "FP-2", place="Wuhan")
    (young,) = enter(house.far, house.wang, "FP-3", place="Wuhan")
    erase_expired()
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.place, young.place) == ("", "Wuhan")
    assert not old.thread.entries.filter(texts__text__contains="Wuhan").exists()
    again = [voucher_file(house.wang, "FP-2")]
    with refused("SX.10", field="files"):
        attach_files(house.far, by=house.wang, files=again)
    assert verify().faults == []


@pytest.mark.req("SX.15", part="vouchers")
def test_a_voucher_is_erased_once_under_a_rule(house):
    (voucher,) = enter(house.case, house.lin, "FP-1", place="Changsha")
    system = User.objects.system()
    with refused(field="ground"):
        erase_voucher(voucher, by=system, ground="")
    erase_voucher(voucher, by=system, ground="Request")
    told = tell(voucher.thread.entries.select_related("by").order_by("seq"))
    assert "Changsha" not in str([(one.sentence, one.words) for one in told])
    assert told[-1].sentence == "Personal data erased under Request"
    with refused("SX.15"):
        erase_voucher(voucher, by=system, ground="Request")
    assert verify().faults == []


def test_what_was_said_of_a_file_nobody_used_goes_with_it(house):
    file = voucher_file(house.lin, "FP-1")
    Attachment.objects.filter(pk=file.pk).update(uploaded_at=file.uploaded_at - timedelta(days=8))
    assert remove_unused_files() == 1
    assert not WaitingVoucher.objects.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"checksum": "0" * 64}, "does not agree with its file"),
        ({"number_key": "other"}, "not known by the number printed on it"),
    ],
)
def test_a_voucher_that_was_tampered_with_is_seen(house, change, says):
    (voucher,) = enter(house.case, house.lin, "FP-1")
    assert verify(only="vouchers").faults == []
    Voucher.objects.filter(pk=voucher.pk).update(**change)
    assert any(says in str(fault) for fault in verify(only="vouchers").faults)


def test_a_voucher_that_was_taken_out_is_seen(house):
    (voucher,) = enter(house.case, house.lin, "FP-1")
    Voucher.objects.filter(pk=voucher.pk)._raw_delete("default")
    assert "never entered" in str(verify(only="vouchers").faults[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("SX.10", part="one voucher by two at once")
def test_of_two_who_enter_one_voucher_at_once_exactly_one_has_it(db):
    house = make_house()
    for attempt in range(3):
        same = {"content": SHEET + bytes([attempt])} if attempt else {}
        number = "" if attempt else "FP-0451"
        lins, wangs = (voucher_file(one, number, **same) for one in (house.lin, house.wang))
        outcomes = at_once(
            lambda file=lins: attach_files(house.case, by=house.lin, files=[file]),
            lambda file=wangs: attach_files(house.far, by=house.wang, files=[file]),
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["Case", "Refused"], outcomes
        (lost,) = [one for one in outcomes if isinstance(one, Refused)]
        assert lost.rule == "SX.10"
        assert Voucher.objects.count() == attempt + 1
    assert verify().faults == []


def insisted(work: Any) -> Any:
    """What it gives once SQLite, which lets one write at a time, has its turn for it."""
    for _again in range(200):
        try:
            return work()
        except Unavailable:
            time.sleep(0.05)
    raise AssertionError("never had its turn")


def at_once(*works: Any) -> list[Any]:
    """Run the works in threads that begin together; what each gave or was refused with."""
    gate, outcomes = threading.Barrier(len(works)), []

    def run(work: Any) -> None:
        gate.wait()
        try:
            outcomes.append(insisted(work))
        except Refused as refusal:
            outcomes.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
