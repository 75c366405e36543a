"""Names sort alike on both databases and are found by their pinyin."""

import subprocess
import sys

import pytest

from kept.kit import names
from kept.kit.names import initials, sort_key, syllables


def test_chinese_names_sort_by_pinyin_and_tone():
    people = ["赵敏", "单雄信", "曾国藩", "安娜", "王伟", "汪洋", "Bob", "李雷"]
    assert sorted(people, key=sort_key) == [
        "安娜", "Bob", "李雷", "单雄信", "汪洋", "王伟", "曾国藩", "赵敏",
    ]  # fmt: skip


def test_a_shorter_syllable_comes_before_a_longer_one():
    assert sort_key("范刚") < sort_key("方安")


def test_people_of_one_surname_stay_together():
    ordered = sorted(["张一", "章二", "张三", "章四"], key=sort_key)
    assert [name[0] for name in ordered] in (["张", "张", "章", "章"], ["章", "章", "张", "张"])


def test_places_are_read_as_places():
    assert sort_key("重庆分公司").startswith("chong2")
    assert sort_key("厦门").startswith("xia4")
    assert sort_key("重工集团").startswith("zhong4")


def test_latin_names_sort_without_case_and_accents():
    assert sort_key("Łódź Ørsted") == "lodz0orsted"
    assert sort_key("anna smith") == sort_key("  Anna   SMITH ")
    assert sort_key("Anna") < sort_key("Anna Smith") < sort_key("Annabel")


def test_numbers_in_names_sort_by_value():
    assert sort_key("Station 9") < sort_key("Station 10") < sort_key("Station 100")


@pytest.mark.parametrize(
    "text",
    ["张伟", "Łódź", "Иван", "アニメ", "a\x00b\ud800", "٣", "🎉", "漢" * 5000, "x" * 5000, ""],
)
def test_keys_are_bounded_and_hold_only_what_every_collation_orders_alike(text):
    key = sort_key(text)
    assert len(key) <= names.KEY_LENGTH
    assert all(sign.isascii() and sign.isalnum() and not sign.isupper() for sign in key)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("张伟", "zw"), ("重庆", "cq"), ("重庆", "zq"), ("单伟", "sw"), ("单伟", "dw"),
     ("曾国藩", "zgf"), ("曾国藩", "cgf"), ("Anna Smith", "as"), ("华为 Mate", "hwm")],
)  # fmt: skip
def test_initials_keep_every_reading(name, typed):
    assert typed in initials(name)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("张伟", "zhangwei"), ("单伟", "shanwei"), ("单伟", "danwei"), ("吕布", "lvbu"),
     ("吕布", "lubu"), ("曾", "ceng"), ("曾", "zeng"), ("Anna Smith", "annasmith")],
)  # fmt: skip
def test_syllables_keep_every_reading(name, typed):
    assert typed in syllables(name)


def test_spellings_are_bounded_and_the_usual_one_comes_first():
    many = "重单曾行长乐" * 5
    assert len(initials(many)) <= names.COMBINATIONS
    assert next(names.combined(names.spelled(many))).startswith("zhongdancengxingzhangle")


@pytest.mark.parametrize("text", ["", "  ", "\x00\ud800", "。，！", "🎉"])
def test_nothing_to_spell_gives_no_spelling(text):
    assert initials(text) == syllables(text) == set()


def test_the_table_of_readings_waits_for_the_first_chinese_name():
    code = (
        "import sys; from kept.kit import names; names.sort_key('Anna Smith');"
        "assert not names._table.cache_info().currsize;"
        "names.sort_key('张伟'); assert names._table.cache_info().currsize;"
        "assert 'pypinyin' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "src"})
