"""What a text is cut into."""

import re

from hypothesis import given
from hypothesis import strategies as st

from kept.search.tokens import code_tokens, head_tokens, name_tokens, text_tokens


def test_chinese_is_cut_into_pairs_and_the_last_character_alone():
    assert text_tokens("机器漏油，停") == ["c机器", "c器漏", "c漏油", "c油", "c停"]


def test_words_are_casefolded_half_width_and_without_accents():
    assert text_tokens("ＡＢＣ Łódź don't") == ["wabc", "wlodz", "wdon", "wt"]


def test_chinese_and_letters_part_where_they_meet():
    assert text_tokens("型号A100漏油") == ["c型号", "c号", "wa100", "c漏油", "c油"]


def test_traditional_characters_stay_as_they_are():
    assert text_tokens("電腦") == ["c電腦", "c腦"]


def test_a_name_is_known_by_every_reading():
    assert {"n单伟", "isw", "idw", "pshanwei", "pdanwei", "qwei"} <= set(name_tokens("单伟"))


def test_the_middle_of_a_company_name_is_known_by_pinyin_its_ending_is_not():
    found = name_tokens("上海华东机床有限公司")
    assert {"jhdjcy", "qhuadongjic"} <= set(found)
    assert not {"jyxgs", "qgongsi"} & set(found)


def test_inside_a_name_the_usual_readings_are_known_and_one_second_reading():
    found = set(name_tokens("上海单重行"))
    assert {"qdanzhongxi", "qchanzhongx", "qdanchongxi", "jdzx", "jczx", "jdcx"} <= found
    assert not {"qshanzhongx", "qchanchongx"} & found
    assert {"ishdzx", "ishscx", "pshanghaidanzhongxing", "pshanghaishanzhongxin"} <= found


def test_a_code_is_known_whole_from_its_end_and_in_threes():
    assert code_tokens("K-12 34") == ["kk1234", "r4321k", "fk12", "f123", "f234"]
    assert code_tokens("--") == []


def test_a_plate_is_known_by_its_characters_too():
    assert {"d沪", "va", "v123"} <= set(code_tokens("沪A-123"))


@given(st.text(), st.text(), st.text())
def test_no_token_can_be_taken_apart_by_an_engine(title, name, code):
    for token in [*head_tokens(title, [name], [code]), *text_tokens(title)]:
        assert re.fullmatch(r"[a-z][^\x00-\x2f\x3a-\x60\x7b-\x7f\ud800-\udfff]*", token)
        assert len(token.encode()) < 400
