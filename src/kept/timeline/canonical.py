"""Values as they are sealed: canonical JSON, the same bytes on every machine."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from django.core.files.base import File
from django.db.models import Model

from kept.kit.words import Words

SIMPLE = {bool, int, str}
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def plain(value: Any) -> Any:
    """A value as JSON can hold it. Times, dates, decimals and rows are tagged, so that they can be
    worded for the reader later: ``{"at": …}``, ``{"on": …}``, ``{"dec": …}``, ``{"row": …}``;
    what a company words in several languages is kept as it read then: ``{"words": {"en": …}}``.
    """
    kind = type(value)
    if value is None or kind in SIMPLE:
        return value
    if kind is dict:  # before the rest, which asks twelve times what it is
        return {str(key): plain(one) for key, one in value.items()}
    if kind is datetime:
        return {"at": value.astimezone(UTC).isoformat(timespec="microseconds")}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat(timespec="microseconds")}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, Decimal):
        return {"dec": format(value, "f")}
    if isinstance(value, timedelta):
        return {"seconds": int(value.total_seconds())}
    if isinstance(value, File):
        return {"file": value.name, "sha256": _content_digest(value)}
    if isinstance(value, Model):
        return {"row": value._meta.label_lower, "id": value.pk}
    if isinstance(value, Words):
        return {"words": dict(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return str(value)


def _content_digest(file: File) -> str:
    """SHA-256 of what a file holds; it stands at its beginning afterwards."""
    found = hashlib.sha256()
    for piece in file.chunks():
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def canonical(values: Any) -> str:
    """Sorted keys, no spaces, real characters: the exact text that is hashed."""
    return _encode(plain(values))


def digest(*parts: str) -> str:
    """SHA-256 over the parts in UTF-8, in hex."""
    return hashlib.sha256("".join(parts).encode()).hexdigest()
