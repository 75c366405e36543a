"""In which encoding a text is written. Nobody who sends a file knows, so it is worked out."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK = 1 << 20
SAMPLE = 100_000
FEWEST_GOOD = 0.5
"""A guess of which less than half reads like the language is no guess."""
SOUND_TO_BROKEN = 5
"""UTF-8 with so many sound signs for each broken one is UTF-8 that somebody damaged."""

_BROKEN = re.compile("[\udc80-\udcff]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fc]")
_WIDE_SIGNS = re.compile("[\u3000-\u3017\uff01-\uff5e\u201c\u201d\u2018\u2019\u2026\u2014\u00b7]")
_WESTERN_SIGNS = (
    "\u00c0-\u00ff\u20ac\u2013\u2014\u2018-\u201d\u2026\u00a0\u00a3\u00b0\u00a7"
    "\u0160\u0161\u017d\u017e\u0152\u0153"
)
_WESTERN = re.compile(f"(?<![^\x00-\x7f])[{_WESTERN_SIGNS}](?![^\x00-\x7f])")


@dataclass(frozen=True)
class Encoding:
    """How bytes become text; broken ones become lone surrogates, and their row is refused."""

    name: str
    errors: str = "strict"


def encoding_of(content: BinaryIO) -> Encoding:
    """What a file is written in: its mark, UTF-16 by its zeros, UTF-8 where that holds, else the
    Chinese, Japanese or Western encoding that reads best.
    """
    content.seek(0)
    head = content.read(4096)
    for mark, name in MARKS:
        if head.startswith(mark):
            return Encoding(name, _tolerant(name))
    if name := _by_zeros(head):
        return Encoding(name, _tolerant(name))
    sound, broken = _as_utf8(content)
    if not broken:
        return Encoding("utf-8")
    if sound >= SOUND_TO_BROKEN * broken:
        return Encoding("utf-8", "surrogateescape")
    return Encoding(_by_reading(content))


def checked_encoding(content: BinaryIO, name: str) -> Encoding:
    """An encoding somebody named. Raises InvalidInput when there is none, or it does not hold."""
    try:
        codecs.lookup(name)
        "".encode(name)
    except (LookupError, TypeError, ValueError):
        raise InvalidInput(
            _("There is no encoding “{name}”. Leave it out, or write utf-8, gb18030, big5 …"),
            name=name,
            field="encoding",
        ) from None
    if not _decodes(content, name):
        raise InvalidInput(
            _("The file is not written in {name}. Leave the encoding out: it is then found."),
            name=name,
            field="encoding",
        )
    return Encoding(name)


def _tolerant(name: str) -> str:
    if name.startswith("utf-8"):
        return "surrogateescape"
    return "surrogatepass"


def _by_zeros(head: bytes) -> str:
    """UTF-16 without its mark: every other byte of commas, digits and line ends is zero."""
    zeros = (head[::2].count(0), head[1::2].count(0))
    few, many = sorted(zeros)
    if many * 20 < len(head) or few * 5 > many:
        return ""
    return "utf-16-le" if zeros[1] == many else "utf-16-be"


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    content.seek(0)
    while piece := content.read(CHUNK):
        yield piece


def _as_utf8(content: BinaryIO) -> tuple[int, int]:
    """How many signs beyond ASCII are sound UTF-8, and how many bytes are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    sound = broken = 0
    for piece in _pieces(content):
        text = decoder.decode(piece)
        if not text.isascii():
            beyond, bad = _beyond_ascii(text), len(_BROKEN.findall(text))
            sound, broken = sound + beyond - bad, broken + bad
    broken += len(_BROKEN.findall(decoder.decode(b"", True)))
    return sound, broken


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _decodes(content: BinaryIO, name: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(name)("strict")
        for piece in _pieces(content):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except (UnicodeError, LookupError, TypeError):
        return False
    return True


def _by_reading(content: BinaryIO) -> str:
    """The encoding in which the file decodes and reads most like a language."""
    sample = _sample(content)
    scores = {name: _score(sample, name, read) for name, read in READERS.items()}
    for name in sorted(scores, key=lambda one: -scores[one]):
        if scores[name] >= FEWEST_GOOD and _decodes(content, name):
            return name
    return "cp1252" if _decodes(content, "cp1252") else "latin-1"


def _sample(content: BinaryIO) -> bytes:
    """Lines that say something beyond ASCII, as many as are needed to tell."""
    found: list[bytes] = []
    size = 0
    for piece in _pieces(content):
        for line in piece.splitlines():
            if not line.isascii():
                found.append(line)
                size += len(line)
        if size > SAMPLE:
            break
    return b"\n".join(found)


def _score(sample: bytes, name: str, read: Callable[[str], float]) -> float:
    """The share of signs beyond ASCII that read like the language written so; 0 for none."""
    text = sample.decode(name, "replace")
    if text.count("\ufffd") * 50 > len(text):
        return 0.0
    beyond = _beyond_ascii(text)
    return read(text) / beyond if beyond else 0.0


def _is_common(sign: str, encoding: str, first: int, last: int) -> bool:
    """Whether a character stands among the common ones of a national standard."""
    try:
        return first <= sign.encode(encoding)[0] <= last
    except UnicodeEncodeError:
        return False


def _simplified(text: str) -> float:
    return sum(
        1.0
        if _is_common(sign, "gb2312", 0xB0, 0xD7) or _WIDE_SIGNS.match(sign)
        else 0.6 * _is_common(sign, "big5", 0xA4, 0xC6)
        for sign in text
        if sign > "\x7f"
    )


def _traditional(text: str) -> float:
    signs = (sign for sign in text if sign > "\x7f")
    return sum(bool(_is_common(one, "big5", 0xA4, 0xC6) or _WIDE_SIGNS.match(one)) for one in signs)


def _japanese(text: str) -> float:
    signs = (sign for sign in text if sign > "\x7f")
    return sum(
        bool(_KANA.match(one) or _is_common(one, "euc_jp", 0xB0, 0xCF) or _WIDE_SIGNS.match(one))
        for one in signs
    )


def _western(text: str) -> float:
    """Letters with accents stand alone between plain ones."""
    return len(_WESTERN.findall(text))


READERS: dict[str, Callable[[str], float]] = {
    "gb18030": _simplified,
    "cp950": _traditional,
    "cp932": _japanese,
    "cp1252": _western,
}
