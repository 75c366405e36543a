"""Writing TOML: tables, rows and plain values, as packs have them; ``tomllib`` reads it again."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

LONGEST_LINE = 100


def dumps(document: Mapping[str, Any]) -> str:
    """A document of TOML. Raises TypeError for a value TOML has no word for, such as None."""
    plain = {key: value for key, value in document.items() if not _is_table(value)}
    parts = ["\n".join(_lines(plain))] if plain else []
    for key, value in document.items():
        parts += _parts((key,), value) if _is_table(value) else []
    return "\n\n".join(parts) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or _are_tables(value)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _parts(path: tuple[str, ...], value: Any) -> Iterator[str]:
    """``[accounts]`` with the tables inside it, or ``[[promises]]`` once for each row."""
    name = ".".join(map(_key, path))
    if _are_tables(value):
        for row in value:
            yield "\n".join([f"[[{name}]]", *_lines(row)])
        return
    own = {key: one for key, one in value.items() if not isinstance(one, Mapping)}
    yield "\n".join([f"[{name}]", *_lines(own)])
    for key, one in value.items():
        if isinstance(one, Mapping):
            yield from _parts((*path, key), one)


def _lines(row: Mapping[str, Any]) -> Iterator[str]:
    for key, value in row.items():
        yield f"{_key(key)} = {_value(value)}"


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return _list([_value(one) for one in value])
    raise TypeError(f"TOML has no word for {value!r}")


def _list(values: list[str]) -> str:
    line = f"[{', '.join(values)}]"
    if len(line) <= LONGEST_LINE:
        return line
    return "[\n" + "".join(f"  {one},\n" for one in values) + "]"
