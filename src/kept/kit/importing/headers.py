"""Where a table names its columns, and what two spellings of one column name share."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

LOOKED_AT = 30
"""A header stands among the first rows, or nobody would find it."""
_SIGNS = re.compile(r"[\W_]+")

Score = Callable[[Sequence[str]], int]
"""How many of the columns somebody looks for a row names."""


def folded(name: str) -> str:
    """``E-Mail *``, ``e mail`` and ``Ｅ－ｍａｉｌ`` are one column name."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", name).casefold())


def header_at(rows: Sequence[Sequence[str]], score: Score) -> int:
    """The place of the row that names the columns; the first full one where none is known.

    A title above the table fills few cells; the header fills about as many as the rows below it.
    """
    named = [score(row) for row in rows[:LOOKED_AT]]
    if named and max(named) > 0:
        return named.index(max(named))
    filled = [sum(1 for cell in row if cell.strip()) for row in rows[:LOOKED_AT]]
    widest = max(filled, default=0)
    return next((at for at, count in enumerate(filled) if count * 2 > widest), 0)


def column_letters(place: int) -> str:
    """0 → A, 27 → AB: what a spreadsheet calls a column."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def unique_names(names: Iterable[str]) -> list[str]:
    """Column names without edges; a second “price” is “price (2)”, an empty one its letter."""
    found: list[str] = []
    for place, name in enumerate(names):
        wanted = " ".join(name.split()) or column_letters(place)
        again = 1
        unique = wanted
        while unique in found:
            again += 1
            unique = f"{wanted} ({again})"
        found.append(unique)
    return found


def without_empty_end(cells: Sequence[str]) -> list[str]:
    """The cells up to the last one that says something."""
    last = max((at for at, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return list(cells[:last])
