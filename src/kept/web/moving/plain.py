"""Plain values: what stands in a column, written the same whichever database it came from.

A plain row is a list of numbers, texts, booleans and nothing, so it is one line of JSON. Times are
UTC with six digits, money its exact digits, JSON its text with sorted keys, durations microseconds.
"""

import base64
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import models

from kept.search.models import TokensField

Convert = Callable[[Any], Any]
MOST_PLACES = 256
"""PostgreSQL keeps so many places of one token in a row; what it forgets is a gap."""
GAP = "0"
"""Keeps a forgotten token's place in SQLite's list; nothing that is looked for begins with it."""
ON_POSTGRESQL: Any = SimpleNamespace(vendor="postgresql")
_LEXEME = re.compile(r"'((?:[^'\\]|''|\\\\)+)':([\d,]+)")
_NUL_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_EXACT_FLOAT = 1e16
"""From here on floats are written with an exponent, which jsonb does not keep."""


@dataclass(frozen=True)
class Form:
    """How one kind of column is read from and written to either database; nothing is left nothing.

    ``asked`` is the SQL by which PostgreSQL gives the value as text.
    """

    from_sqlite: Convert
    from_postgresql: Convert
    to_sqlite: Convert
    to_postgresql: Convert
    asked: str = "{column}"


def same(value: Any) -> Any:
    return value


def plain_text(value: Any) -> str:
    """A text as it is. Raises ValueError for what is no text in SQLite's loose columns."""
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def plain_number(value: Any) -> int:
    if isinstance(value, float | bytes):
        raise ValueError(value)
    return int(value)


def plain_moment(text: str) -> str:
    """A moment or a time of day with all its six digits."""
    if not isinstance(text, str) or "+" in text:
        raise ValueError(text)
    return text if "." in text else f"{text}.000000"


def short_moment(text: str) -> str:
    """As Django writes it to SQLite, where moments are compared as texts."""
    return text.removesuffix(".000000")


def plain_json(text: str) -> str:
    """JSON with sorted keys; large floats as jsonb keeps them."""
    value = json.loads(text, parse_float=_plain_float)
    written = _json_text(value, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:  # half a pair of surrogates stays the escape it was
        written = _json_text(value, ensure_ascii=True)
    return written


def _json_text(value: Any, *, ensure_ascii: bool) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, sort_keys=True, separators=(",", ":"))


def _plain_float(text: str) -> float | int:
    number = float(text)
    return int(Decimal(text)) if abs(number) >= _EXACT_FLOAT else number


def plain_tokens(text: str) -> list[str]:
    """SQLite's text of tokens as a list, with gaps where PostgreSQL would forget a place."""
    seen: Counter[str] = Counter()
    listed = []
    for token in text.split():
        seen[token] += 1
        listed.append("" if token == GAP or seen[token] > MOST_PLACES else token)
    return _without_last_gaps(listed)


def tokens_of_vector(text: str) -> list[str]:
    """The list a tsvector was written from."""
    places = {
        int(place): token.replace("''", "'").replace("\\\\", "\\")
        for token, several in _LEXEME.findall(text)
        for place in several.split(",")
    }
    return _without_last_gaps([places.get(at, "") for at in range(1, max(places, default=0) + 1)])


def _without_last_gaps(listed: list[str]) -> list[str]:
    while listed and not listed[-1]:
        listed.pop()
    return listed


def _list_of_tokens(listed: list[str]) -> str:
    return " ".join(token or GAP for token in listed)


def _vector_of_tokens(listed: list[str]) -> str:
    """As the field writes it, without what only keeps a place."""
    filled = [token or GAP for token in listed]
    written = TokensField().get_db_prep_value(filled, ON_POSTGRESQL)
    return " ".join(one for one in written.split(" ") if not one.startswith(f"'{GAP}'"))


def _text_of_postgresql(text: str) -> str:
    """Raises ValueError for NUL, which PostgreSQL keeps in no text."""
    if "\0" in text:
        raise ValueError(text)
    return text


def _json_of_postgresql(text: str) -> str:
    if _NUL_ESCAPE.search(text):
        raise ValueError(text)
    return text


TEXT = Form(plain_text, same, same, _text_of_postgresql)
NUMBER = Form(plain_number, int, same, same)
TRUTH = Form(lambda value: bool(plain_number(value)), lambda text: text == "t", int, same)
FLOAT = Form(float, float, same, same)
DAY = Form(plain_text, same, same, same, "to_char({column}, 'YYYY-MM-DD')")
TIME = Form(plain_moment, same, short_moment, same, "to_char({column}, 'HH24:MI:SS.US')")
MOMENT = Form(
    plain_moment,
    same,
    short_moment,
    lambda text: f"{text}+00",
    "to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
)
DURATION = Form(
    plain_number,
    int,
    same,
    lambda micros: f"{micros} microseconds",
    "(extract(epoch FROM {column}) * 1000000)::bigint",
)
JSON = Form(plain_json, plain_json, same, _json_of_postgresql)
UUID = Form(plain_text, lambda text: uuid.UUID(text).hex, same, same)
BINARY = Form(
    lambda value: base64.b64encode(value).decode(),
    lambda text: base64.b64encode(bytes.fromhex(text)).decode(),
    base64.b64decode,
    lambda text: f"\\x{base64.b64decode(text).hex()}",
    "encode({column}, 'hex')",
)
TOKENS = Form(plain_tokens, tokens_of_vector, _list_of_tokens, _vector_of_tokens)

#: Asked in order: a kind before those it is made from.
FORMS: tuple[tuple[type[models.Field], Form], ...] = (
    (TokensField, TOKENS),
    (models.BooleanField, TRUTH),
    (models.DateTimeField, MOMENT),
    (models.DateField, DAY),
    (models.TimeField, TIME),
    (models.DurationField, DURATION),
    (models.JSONField, JSON),
    (models.UUIDField, UUID),
    (models.BinaryField, BINARY),
    (models.FloatField, FLOAT),
    (models.IntegerField, NUMBER),
    (models.CharField, TEXT),
    (models.TextField, TEXT),
    (models.FileField, TEXT),
    (models.GenericIPAddressField, TEXT),
)


class NoForm(Exception):
    """A kind of column this package cannot carry yet; a structural test names it first."""


def form_of(field: models.Field) -> Form:
    """How the values of a column are carried; a relation's are those of the key it points at."""
    while field.is_relation:
        field = field.target_field  # type: ignore[attr-defined]
    if isinstance(field, models.DecimalField):
        return _money(field.decimal_places)
    for kind, form in FORMS:
        if isinstance(field, kind):
            return form
    raise NoForm(f"{field} is a {type(field).__name__}")


def _money(places: int | None) -> Form:
    """Decimals, which SQLite keeps as floats: rounded to the digits the column has."""

    def exact(value: Any) -> str:
        return f"{Decimal(str(value)):.{places or 0}f}"

    return Form(exact, exact, same, same)
