"""What an address asks a list for, read so that nothing written there can break it.

Too long, unprintable or too many values are dropped before any form sees them, and the field says
so in a sentence.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

LONGEST_VALUE = 300
MOST_VALUES = 50
RESERVED = ("order", "after", "before", "format", "lookup", "all", "conditions")


@dataclass
class Asked:
    """``values`` go to the filter; ``refused`` says per filter what was dropped and why.

    ``is_usual``: the address says nothing, so the list stands as it starts.
    """

    values: QueryDict
    refused: dict[str, Any] = field(default_factory=dict)
    order: str = ""
    after: str = ""
    before: str = ""
    format: str = ""
    everything: bool = False
    conditions: bool = False
    is_usual: bool = False

    @property
    def is_narrowed(self) -> bool:
        """True when the address names any filter at all."""
        return bool(self.values) or bool(self.refused) or self.everything


def read(address: QueryDict, names: Iterable[str], defaults: Mapping[str, Any]) -> Asked:
    """Sort an address's parameters. ``names`` are the filter's, ``defaults`` its start values."""
    asked = Asked(QueryDict(mutable=True))
    for parameter in address:
        name = filter_named(parameter, names)
        if name and parameter not in RESERVED:
            _take(asked, name, parameter, address.getlist(parameter))
    for word in ("order", "after", "before", "format"):
        setattr(asked, word, _short(address.get(word, "")))
    asked.everything = "all" in address
    asked.conditions = "conditions" in address
    if not asked.is_narrowed:
        asked.is_usual = True
        for name, value in defaults.items():
            asked.values.setlist(name, value if isinstance(value, list | tuple) else [value])
    return asked


def _take(asked: Asked, name: str, parameter: str, values: list[str]) -> None:
    if fault := _fault(values):
        asked.refused[name] = fault
    else:
        asked.values.setlist(parameter, values)


def _fault(values: list[str]) -> Any:
    if len(values) > MOST_VALUES:
        return _("Choose fewer values here.")
    if any(len(value) > LONGEST_VALUE for value in values):
        return _("This is too long to filter by.")
    if any(is_unprintable(value) for value in values):
        return _("This holds characters that nothing can contain. Type it again.")
    return None


def is_unprintable(text: str) -> bool:
    """True for NUL, other control characters and half characters."""
    return any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text)


def filter_named(parameter: str, names: Iterable[str]) -> str:
    """The filter a parameter belongs to; a range has two (``due_after``, ``due_before``)."""
    found = [name for name in names if parameter == name or parameter.startswith(f"{name}_")]
    return max(found, key=len, default="")


def filters_in(asked: Asked, names: Iterable[str]) -> frozenset[str]:
    """The filters of these names an address asks for, or asked for in vain."""
    used = {filter_named(parameter, names) for parameter in asked.values} | set(asked.refused)
    return frozenset(used)


def _short(value: str) -> str:
    return "" if len(value) > 2_000 or is_unprintable(value) else value
