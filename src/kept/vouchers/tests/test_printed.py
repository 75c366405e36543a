"""What may be printed on a voucher, and when two numbers are one."""

from datetime import timedelta

import pytest

from kept.kit import clock
from kept.kit.refusal import InvalidInput
from kept.people.factories import make_company, make_user
from kept.vouchers.printed import number_key, read_facts


def test_a_number_is_the_same_however_it_is_typed():
    one = number_key("FP-2026 0451a")
    for again in ("fp20260451A", "ＦＰ－２０２６　０４５１ａ", "FP.2026/0451a", "fp—2026—0451A"):
        assert number_key(again) == one
    assert number_key("FP-2026 0452a") != one and number_key("—") == ""


@pytest.mark.django_db
def test_facts_are_read_from_text_in_the_currency_of_the_company():
    by = make_user(make_company(), "lin", "engineer")
    said = read_facts({"number": " FP-1 ", "amount": "12.5", "dated_on": "2026-03-02"}, by)
    assert (said["printed_number"], said["number_key"]) == ("FP-1", "fp1")
    assert (said["amount_minor"], said["amount_currency"]) == (1250, "CNY")
    assert read_facts({"amount": "12", "currency": "jpy"}, by)["amount_minor"] == 12
    assert read_facts({}, by)["amount_minor"] is None
    tomorrow = clock.today(by.unit.zone) + timedelta(days=1)
    for facts, field in (
        ({"number": "---"}, "number"),
        ({"number": "1" * 61}, "number"),
        ({"dated_on": tomorrow.isoformat()}, "dated_on"),
        ({"dated_on": "1821-01-01"}, "dated_on"),
        ({"dated_on": "2 March"}, "dated_on"),
        ({"amount": "0"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "12.345"}, "amount"),
        ({"amount": "9" * 30}, "amount"),
        ({"amount": "1", "currency": "XXY"}, "currency"),
        ({"voucher_type": "bill"}, "voucher_type"),
        ({"place": "x" * 101}, "place"),
    ):
        with pytest.raises(InvalidInput) as caught:
            read_facts(facts, by)
        assert caught.value.field == field, facts
