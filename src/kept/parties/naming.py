"""Names and numbers made comparable, so that the same party is found when written differently."""

import re
from typing import Any

import phonenumbers
from django.utils.translation import gettext_lazy as _

from kept.kit.names import plain
from kept.kit.refusal import InvalidInput

KEY_MAX = 200
_SIGNS = re.compile(r"[\W_]+")
_CHINESE_ENDING = re.compile("(股份)?(有限)?(责任)?公司$")
_LATIN_ENDINGS = {
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "limited",
    "llc",
    "ltd",
    "plc",
}
#: Most numbers of customers, told at a glance; the library takes fifty times as long.
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_EXTENSION = re.compile(r"\s*(转|轉|分机|分機)\s*(?=\d)")


def name_key(name: str) -> str:
    """What two spellings of one name share: half width, no case, accents, signs or legal form.

    ``Huaneng Software Co., Ltd.`` and ``HUANENG  software`` → ``huanengsoftware``.
    """
    words = [word for word in _SIGNS.split(plain(name)) if word]
    while len(words) > 1 and words[-1] in _LATIN_ENDINGS:
        words.pop()
    key = "".join(words)
    return (_CHINESE_ENDING.sub("", key) or key)[:KEY_MAX]


def digits_of(text: str) -> str:
    """The digits of what somebody typed as a phone number."""
    return "".join(sign for sign in text if sign.isdecimal())


def dialled(text: str, field: str, region: str = "CN") -> str:
    """A phone number as dialled from anywhere (E.164). Raises InvalidInput when it is none."""
    return phonenumbers.format_number(
        _parsed(text, field, region), phonenumbers.PhoneNumberFormat.E164
    )


def extension_of(text: str, field: str, region: str = "CN") -> str:
    """The extension behind a switchboard (``0731-88886666 转 801`` → ``801``), or nothing."""
    return _parsed(text, field, region).extension or ""


def dialled_with_extension(text: str, field: str, region: str = "CN") -> tuple[str, str]:
    """Both at once: the number as dialled from anywhere, and the extension or nothing."""
    if region == "CN" and _CHINESE_MOBILE.fullmatch(text):
        return f"+86{text}", ""
    parsed = _parsed(text, field, region)
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return number, parsed.extension or ""


def is_dialable(text: str, region: str = "CN") -> bool:
    """Whether a text can be a phone number at all."""
    try:
        dialled(text, "phone", region)
    except InvalidInput:
        return False
    return True


def national_digits(number: str) -> str:
    """The digits of an E.164 number as people of its country dial them: 13800138000."""
    if number[:3] == "+86" and _CHINESE_MOBILE.fullmatch(number[3:]):
        return number[3:]
    try:
        return str(phonenumbers.national_significant_number(phonenumbers.parse(number)))
    except phonenumbers.NumberParseException:
        return digits_of(number)


def readable(number: str) -> str:
    """An E.164 number in groups as its country writes it: +86 138 0013 8000."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _parsed(text: str, field: str, region: str) -> Any:
    try:
        parsed = phonenumbers.parse(_EXTENSION.sub(" ext. ", text), region)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise InvalidInput(_("“{text}” is not a phone number."), text=text, field=field)
    return parsed
