"""Serial numbers as people write them, and what two spellings of one share."""

import re

from django.utils.translation import gettext_lazy as _

from kept.kit.names import plain
from kept.kit.refusal import InvalidInput

_SIGNS = re.compile(r"[\W_]+")


def serial_key(serial: str) -> str:
    """``ht-2024 / 001`` and ``HT2024001`` are one serial number."""
    return _SIGNS.sub("", plain(serial)).upper()


def checked_number(text: str, field: str) -> str:
    """A serial or contract number that can stand in an address. Raises InvalidInput otherwise."""
    if not serial_key(text):
        raise InvalidInput(_("A number has letters or digits."), field=field)
    if "/" in text or "\\" in text:
        raise InvalidInput(_("Write “-” instead of “/” in a number."), field=field)
    return text
