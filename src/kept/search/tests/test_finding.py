"""What is found, in which order, and how it is shown."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kept.search.queries import find_in, suggest_in

pytestmark = [pytest.mark.django_db, pytest.mark.req("SX.10", part="search")]


@pytest.mark.parametrize(
    "typed",
    ["漏", "油", "漏油", "液压漏油", "ＰＵＭＰ", "pum", "泵", "漏油 pump", "漏油pump", "油，泵"],
)
def test_text_is_found_from_one_character_and_by_the_beginning_of_a_word(put, found, typed):
    thread = put("来电", texts=["液压漏油。换泵 Pump"])
    put("别的", texts=["油路漏气"])
    assert thread in found(typed)


def test_characters_count_in_their_order_and_unbroken(put, found):
    put("来电", texts=["油漏了，漏，油"])
    assert found("漏油") == []


@pytest.mark.parametrize(
    "typed",
    [
        "张",
        "张伟",
        "zw",
        "ZW",
        "zhangwei",
        "zhang wei",
        "zhang w",
        "zhangw",
        "zhang",
        "wei",
        "张 伟",
    ],
)
def test_a_person_is_found_by_name_initials_and_pinyin(put, found, typed):
    thread = put("来电", names=["张伟"])
    put("来电", names=["李娜"])
    assert found(typed) == [thread]


@pytest.mark.parametrize("typed", ["单伟", "sw", "dw", "shanwei", "danwei"])
def test_every_reading_of_a_name_finds_it(put, found, typed):
    thread = put("来电", names=["单伟"])
    assert found(typed) == [thread]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("重庆长安", ["cqca", "zqca", "chongqing", "zhongqing", "cq", "changan", "ca"]),
        ("曾大重", ["zdc", "cdz", "zengda", "cengda", "dachong", "dazhong"]),
        ("吕绿", ["lvlv", "lulu", "ll", "lv"]),
        ("Müller Łódź", ["muller", "mu", "MÜLLER", "lodz", "ml", "mullerl"]),
        ("ＡＢＣ科技", ["abc", "ＡＢＣ", "kj", "keji"]),
    ],
)
def test_readings_accents_and_full_width_all_find_a_name(put, found, name, typed):
    thread = put("来电", names=[name])
    put("来电", names=["李娜"])
    assert {one: found(one) for one in typed} == {key: [thread] for key in typed}


@pytest.mark.parametrize("typed", ["重庆华东机床", "华东", "cqhd", "hdjc", "huadong", "重庆"])
def test_a_company_is_found_from_its_middle_too(put, found, typed):
    thread = put("重庆华东机床有限公司", kind="account", names=["重庆华东机床有限公司"])
    assert found(typed) == [thread]


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+8613800138000", "008613800138000",
     "8613800138000", "138", "1380", "8000", "0013", "１３８００１３８０００"],
)  # fmt: skip
@pytest.mark.parametrize("stored", ["+86 138 0013 8000", "13800138000"])
def test_a_phone_is_found_whole_and_by_three_digits_however_it_is_written(
    put, found, stored, typed
):
    thread = put("来电", codes=[stored])
    put("来电", codes=["+86 159 7777 6666"])
    assert found(typed) == [thread]


@pytest.mark.parametrize("typed", ["+86 571 8888 9999", "0571-88889999", "88889999", "8888 9999"])
def test_a_landline_is_found_with_and_without_its_area_code(put, found, typed):
    thread = put("来电", codes=["0571-8888 9999"])
    assert found(typed) == [thread]


@pytest.mark.parametrize("typed", ["SN-AB12345", "ab12345", "b123", "345", "snab", "sn ab12345"])
def test_a_serial_is_found_by_any_three_signs(put, found, typed):
    thread = put("空调", codes=["SN-AB12345"])
    put("空调", codes=["SN-AC99887"])
    assert thread in found(typed)
    assert len(found(typed)) == (2 if typed == "sn" else 1)


def test_all_words_count_wherever_they_stand(put, found):
    thread = put("漏油", names=["张伟"], codes=["13800138000"], texts=["已换泵"])
    put("漏油", names=["李娜"])
    assert found("张伟 漏油 8000 泵") == [thread]
    assert found("张伟 漏油 8000 车") == []


def test_exactly_this_comes_before_beginnings_and_those_before_the_rest(put, found):
    exact = put("来电", names=["张伟"])
    begins = put("来电", names=["张伟强"])
    text = put("来电", texts=["张伟说过"])
    assert found("张伟") == [exact, begins, text]


def test_initials_of_the_whole_name_come_before_longer_names(put, found):
    exact = put("来电", names=["张伟"])
    longer = put("来电", names=["郑文博"])
    assert found("zw") == [exact, longer]


def test_a_whole_number_comes_before_numbers_that_hold_it(put, found):
    exact = put("来电", codes=["5551234"])
    holds = put("来电", codes=["555123499"])
    text = put("来电", texts=["回电 5551234"])
    assert found("5551234") == [exact, holds, text]


def test_a_number_without_its_country_code_is_exactly_that_number(put, found):
    exact = put("来电", codes=["+86 138 0013 8000"])
    begins = put("来电", codes=["13800138000 99"])
    assert found("13800138000") == [exact, begins]


def test_the_last_four_digits_come_before_digits_from_the_middle(put, found):
    ends = put("来电", codes=["13800138000"])
    middle = put("来电", codes=["13880005555"])
    assert found("8000") == [ends, middle]


def test_a_long_text_is_shown_from_its_beginning_unless_its_end_was_asked_for(put, ours):
    put("漏油", texts=["开头" + "中" * 9000 + "结尾"])
    (hit,) = find_in({"case": [ours.pk]}, "漏油")
    assert str(hit.excerpt).startswith("开头")
    (hit,) = find_in({"case": [ours.pk]}, "结尾")
    assert hit.excerpt.pieces[-1] == ("结尾", True)


def test_the_latest_change_comes_first(put, found):
    first, second = put("漏油"), put("漏油")
    assert found("漏油") == [second, first]


def test_the_limit_holds_and_a_thread_comes_once(put, found):
    put("漏油", texts=["漏油 " * 3000])
    for _ in range(4):
        put("漏油")
    assert len(found("漏油", limit=3)) == 3
    assert len(found("漏油")) == 5
    assert found("漏油", limit=0) == []


def test_a_hit_shows_why_it_was_found(put, ours):
    put(
        "液压 <漏油>",
        names=["张伟", "李娜"],
        codes=["+86 138 0013 8000"],
        texts=["前" * 90 + "漏油"],
    )
    (hit,) = find_in({"case": [ours.pk]}, "漏油 zw 1380013")
    assert hit.title.html == "液压 &lt;<mark>漏油</mark>&gt;"
    assert [shown.html for shown in hit.known_by] == [
        "<mark>张伟</mark>",
        "+86 <mark>138 0013</mark> 8000",
    ]
    assert str(hit.excerpt) == "…" + "前" * 30 + "漏油"
    assert hit.excerpt.pieces[-1] == ("漏油", True)


def test_a_number_is_shown_once(put, ours):
    put("来电", number="HN-C26-000123", codes=["HN-C26-000123", "000123"])
    for typed in ("HN-C26-000123", "c26-0001", "00123"):
        (hit,) = find_in({"case": [ours.pk]}, typed)
        assert hit.number == "HN-C26-000123"
        assert [str(shown) for shown in hit.known_by] == ["000123"] * (typed != "c26-0001")
        assert not hit.excerpt


def test_suggestions_know_titles_names_and_numbers_but_not_texts(put, ours):
    named = put("空调", kind="account", names=["张伟"], codes=["13800138000"])
    put("来电", kind="account", texts=["张伟 13800138000 空调"])
    seen = {"account": [ours.pk]}
    for typed in ("张", "zw", "zhang", "138", "8000", "空"):
        assert [hit.thread_id for hit in suggest_in(seen, typed)] == [named]
    assert suggest_in(seen, "z") == suggest_in(seen, "1") == []


@pytest.mark.parametrize("typed", ["", "  ", "。", "'\"();--", "\x00", "\ud800", "*", "AND OR"])
def test_what_asks_for_nothing_finds_nothing(put, found, typed):
    put("漏油")
    assert found(typed) == []


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.text(max_size=300))
@example('"漏油" OR NEAR(a b) tokens:x^2 {c} - + *')
@example("' | ! & <-> \\ :* '::tsquery ; DROP TABLE x --")
@example("漏\x00油\ud800" * 200)
@example("a b c d e f g h i j k l m n o p q r s t 1 2 3 4 5 6 7 8 9 0")
@example("1" * 5000)
@example("汉" * 5000)
@example("%s %(x)s {} {0}")
def test_no_question_raises(put, found, typed):
    found(typed)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.text(max_size=300), st.text(max_size=40))
@example("漏\x00油\ud800'\\\"" * 3, "\x00'\\\ud800")
def test_no_text_raises_and_every_text_can_be_marked(put, ours, text, word):
    thread = put(text + "标", names=[word], codes=[word], texts=[text])
    (hit,) = find_in({"case": [ours.pk]}, "标", limit=1)
    assert hit.thread_id == thread
    find_in({"case": [ours.pk]}, word)
