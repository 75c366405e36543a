"""Tables that remember which of their keys were read, so that a misspelt one is not lost."""

from collections.abc import Iterable, Iterator
from typing import Any


class Watched(dict):
    """A table of a pack; asking for a key, or walking over all of them, counts as reading."""

    def __init__(self, row: dict[str, Any]) -> None:
        super().__init__(row)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        self.asked.update(dict.keys(self))
        return super().__iter__()

    def keys(self) -> Any:
        self.asked.update(dict.keys(self))
        return super().keys()

    def items(self) -> Any:
        self.asked.update(dict.keys(self))
        return super().items()

    def unasked(self) -> set[str]:
        """Keys nobody read. A code names its row in a file and need not be read."""
        return set(dict.keys(self)) - self.asked - {"code"}


def watched(data: Any) -> Any:
    """A section with its tables watched; anything else as it is."""
    if isinstance(data, dict):
        return Watched(data)
    if isinstance(data, list):
        return [Watched(one) if isinstance(one, dict) else one for one in data]
    return data


def unread(data: Any) -> list[str]:
    """Keys of a watched section that its reader never asked for, each once."""
    rows: Iterable[Any] = data if isinstance(data, list) else [data]
    return sorted({key for row in rows if isinstance(row, Watched) for key in row.unasked()})
