"""Names: how they sort, and what people type when they look for one (张伟: 张, zw, zhangwei).

Readings come from pypinyin's table of characters, read at the first Chinese name. The library
itself is not imported: it brings a dictionary of phrases (half a second, 55 MB) that names do not
need.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

KEY_LENGTH = 120
COMBINATIONS = 64
"""At most this many spellings of one name, those with the usual readings first."""

_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_DIAERESIS = "\u0308"
_UNDIVIDED = str.maketrans("łøđðıħŧ", "lodditt") | {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"}
_PIECES = re.compile(r"([0-9]+)|([a-z]+)|([^\W_])|[\W_]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
WORDS = re.compile(r"[a-z0-9]+|[^\W_]")

# Where the reading in a name differs from the usual reading of the character.
_IN_NAMES = {
    "长": "cháng", "都": "dū", "藏": "zàng", "厦": "xià", "佛": "fó", "什": "shí",
    "蒙": "měng", "柏": "bó", "任": "rén", "卜": "bǔ",
}  # fmt: skip
_SURNAMES = {
    "单": "shàn", "曾": "zēng", "仇": "qiú", "解": "xiè", "区": "ōu", "查": "zhā", "朴": "piáo",
    "盖": "gě", "缪": "miào", "翟": "zhái", "种": "chóng", "召": "shào", "洗": "xiǎn", "华": "huà",
    "折": "shé", "葛": "gě", "纪": "jǐ", "过": "guō", "燕": "yān", "那": "nā",
    "覃": "qín", "秘": "bì", "乐": "yuè", "員": "yùn", "员": "yùn",
}  # fmt: skip
_PAIRS = {
    "重庆": ("chóng", "qìng"), "台州": ("tāi", "zhōu"), "六安": ("lù", "ān"),
    "蚌埠": ("bèng", "bù"), "丽水": ("lí", "shuǐ"), "番禺": ("pān", "yú"),
    "乐清": ("yuè", "qīng"), "单县": ("shàn", "xiàn"), "银行": ("yín", "háng"),
    "济南": ("jǐ", "nán"), "济宁": ("jǐ", "níng"), "乐山": ("lè", "shān"),
}  # fmt: skip
_PAIRED = frozenset("".join(_PAIRS))


def sort_key(text: str) -> str:
    """An ASCII key of at most 120 signs that sorts alike everywhere: letters and digits only, no
    spaces or signs that collations treat differently.

    Chinese goes by syllable and tone (``wang2``), names with the same first character stay
    together; other words are casefolded without accents; 0 parts words, numbers sort by value.
    """
    key: list[str] = []
    length = 0
    for piece in _key_pieces(_EDGES.sub("", plain(text[: KEY_LENGTH * 2]))):
        key.append(piece)
        length += len(piece)
        if length >= KEY_LENGTH:
            break
    return "".join(key)[:KEY_LENGTH]


def initials(text: str) -> set[str]:
    """Every way to write the first letters of a name: 单伟 is {"dw", "cw", "sw"}."""
    return set(combined([first_letters(word) for word in spelled(text)]))


def syllables(text: str) -> set[str]:
    """Every way to write a name out: 单伟 is {"danwei", "chanwei", "shanwei"}."""
    return set(combined(spelled(text)))


def spelled(text: str, most: int = 40) -> list[tuple[str, ...]]:
    """The spellings of each character (in pinyin) or Latin word of a name, usual one first."""
    found = (spellings(word) for word in WORDS.findall(plain(text[: most * 20])))
    return list(islice((word for word in found if word), most))


def combined(parts: Sequence[Sequence[str]], limit: int = COMBINATIONS) -> Iterator[str]:
    """Strings with one alternative of each part: the usual ones, then with one change, with two…

    Stops after ``limit`` strings; no parts give none.
    """
    return iter(_combined(parts, limit) if parts else ())


@lru_cache(maxsize=8_000)
def first_letters(alternatives: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word[0] for word in alternatives))


@lru_cache(maxsize=8_000)
def spellings(word: str) -> tuple[str, ...]:
    """A Latin word as it is; a Chinese character in pinyin without tones, ü as v and as u."""
    if word.isascii():
        return (word,)
    found = dict.fromkeys(_syllable(reading)[0] for reading in _readings(word))
    both = (form for one in found for form in (one, one.replace("v", "u")))
    return tuple(dict.fromkeys(both))


def _combined(parts: Sequence[Sequence[str]], limit: int) -> list[str]:
    return Spelling(parts).ways(0, len(parts), limit)


class Spelling:
    """A name as it is usually spelled, and where it may be read otherwise: much faster than joining
    its parts anew for each way.
    """

    def __init__(self, parts: Sequence[Sequence[str]]) -> None:
        begins, places, opened = [0], [], [0]
        for part in parts:
            end = begins[-1] + len(part[0])
            if len(part) > 1:
                places.append((begins[-1], end, part[1:]))
            begins.append(end)
            opened.append(len(places))
        self.usual = "".join([part[0] for part in parts])
        self.begins, self.places, self.opened = begins, places, opened

    def ways(self, first: int, last: int, limit: int) -> list[str]:
        """The ways to spell the parts from the first to before the last: the usual one, those with
        one change, with two…; at most ``limit``.
        """
        begin, usual = self.begins[first], self.usual[: self.begins[last]]
        places = self.places[self.opened[first] : self.opened[last]]
        found = [usual[begin:]]
        if not places:
            return found
        for start, end, others in places:
            head, tail = usual[begin:start], usual[end:]
            found += [head + other + tail for other in others]
        for changes in range(2, len(places) + 1):
            if len(found) >= limit:
                break
            _change(usual, places, changes, begin, "", found, limit)
        return found[:limit]

    def inside(self, last: int, letters: int) -> Iterator[list[str]]:
        """For each part from the second to before the last one, how the name goes on there, cut to
        so many letters: as it is usually read, and with the second reading of one of the next two
        parts that have one.
        """
        usual, begins, places, opened = self.usual, self.begins, self.places, self.opened
        for part in range(1, last):
            begin = begins[part]
            cut = begin + letters
            found = [usual[begin:cut]]
            at = opened[part]
            for start, end, others in places[at : at + 2]:
                if start >= cut:
                    break
                found.append((usual[begin:start] + others[0] + usual[end:cut])[:letters])
            yield found


def _change(
    usual: str,
    open_parts: Sequence[tuple[int, int, Sequence[str]]],
    changes: int,
    since: int,
    before: str,
    found: list[str],
    limit: int,
) -> None:
    """Add the strings in which so many parts behind ``since`` are read otherwise."""
    for at, (start, end, others) in enumerate(open_parts, start=1):
        head = before + usual[since:start]
        if changes == 1:
            tail = usual[end:]
            found += [head + other + tail for other in others]
        else:
            for other in others:
                _change(usual, open_parts[at:], changes - 1, end, head + other, found, limit)
        if len(found) >= limit:
            return


def _key_pieces(text: str) -> Iterator[str]:
    """Numbers carry their length in front (2 sorts before 10); spaces and signs are one 0."""
    for match in _PIECES.finditer(text):
        digits, letters, sign = match.groups()
        if digits:
            number = digits.lstrip("0")[:35]
            yield f"{_base36(len(number))}{number}"
        elif letters:
            yield letters
        elif sign:
            yield _sign_key(text, match.start())
        else:
            yield "0"


def _sign_key(text: str, place: int) -> str:
    """One Chinese character; the first carries its own code so that 张 and 章 do not mix."""
    sign = text[place]
    if sign in _PAIRED:
        for start in (place, place - 1):
            if start >= 0 and (known := _PAIRS.get(text[start : start + 2])):
                return _key_of(sign, known[place - start], not place)
    if place == 0 and len(text) <= 4 and sign in _SURNAMES:
        return _key_of(sign, _SURNAMES[sign], True)
    return _usual_key(sign, not place)


@lru_cache(maxsize=16_000)
def _usual_key(sign: str, is_first: bool) -> str:
    """The key of a character as it is usually read in names."""
    return _key_of(sign, _IN_NAMES.get(sign) or next(iter(_readings(sign)), ""), is_first)


def _key_of(sign: str, reading: str, is_first: bool) -> str:
    if not reading:
        return f"zzz{_base36(ord(sign)):0>4}"
    key = "".join(_syllable(reading))
    return f"{key}{_base36(ord(sign)):0>4}" if is_first else key


def _readings(sign: str) -> list[str]:
    found = _table().get(sign, "")
    return found.split(",") if found else []


def _syllable(reading: str) -> tuple[str, str]:
    """("lv", "4") for lǜ; 5 is no tone."""
    letters: list[str] = []
    tone = "5"
    for sign in unicodedata.normalize("NFD", reading):
        if sign in _TONES:
            tone = _TONES[sign]
        elif sign == _DIAERESIS:
            letters[-1] = "v"
        elif sign.isascii():
            letters.append(sign)
    return "".join(letters), tone


class _Plain(dict[int, str]):
    """Sign → without its accent, worked out when first met."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = without_accent(chr(code)).translate(_UNDIVIDED)
        return plain


_PLAIN = _Plain()


def plain(text: str) -> str:
    """Half width, casefolded, Latin letters without accents; everything else as it is."""
    if text.isascii():
        return text.casefold()
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return text.casefold().translate(_PLAIN)


def without_accent(sign: str) -> str:
    """The Latin letter without its accent; any other sign as it is."""
    base = unicodedata.normalize("NFD", sign)
    return base[0] if len(base) > 1 and base[0].isascii() else sign


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Character → readings with tone marks, usual one first (10 MB, 30 ms once a process)."""
    home = find_spec("pypinyin")
    for place in (home.submodule_search_locations if home else None) or ():
        if (file := Path(place, "pinyin_dict.json")).exists():
            return {chr(int(code)): found for code, found in json.loads(file.read_bytes()).items()}
    from pypinyin.constants import PINYIN_DICT

    return {chr(code): found for code, found in PINYIN_DICT.items()}
