"""Statements over what a reader may see, put together once for all readers.

What somebody sees is said by ``visible_to`` of each model. It is asked once with a stand-in that
knows nothing but that it sees some scopes with a right; each reader then says which.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import BigAutoField, Model, QuerySet

from kept.kit.prepared import Given, GivenKeys, Prepared

M = TypeVar("M", bound=Model)


class StandsIn(TypeError):
    """A condition asks for more of its reader than can be said later."""


class SomeScopes:
    """Scopes not known yet: ``keys`` stand for them in a statement. Whoever wants to know them now
    is told that a stand-in has none.
    """

    def __init__(self, name: str) -> None:
        self.keys = GivenKeys(name, BigAutoField())

    def __iter__(self) -> Iterator[int]:
        raise StandsIn

    def __len__(self) -> int:
        raise StandsIn


class AnyReader:
    """Stands in for a reader while a statement is written: sees some scopes with each right."""

    is_system = False

    def __init__(self) -> None:
        self.rights: list[str] = []

    def sight(self, right: str) -> SomeScopes:
        """The scopes whose matters somebody sees with a right, whoever it will be."""
        if right not in self.rights:
            self.rights.append(right)
        return SomeScopes(_name(right))


class Seen(Generic[M]):
    """Rows a reader may see. ``make`` is given the reader and the Given values by name; where its
    condition needs to know the reader, it is asked anew each time.
    """

    def __init__(self, make: Callable[..., QuerySet[M]], **given: Given) -> None:
        self._make, self._given = make, given

    @cached_property
    def is_for_all(self) -> bool:
        """Whether one statement does for all readers but the system, who sees everything."""
        return self._rights is not None

    def rows(self, reader: Any, **values: Any) -> list[Any]:
        """Those this reader sees, with these values: models, or columns by name of a queryset of
        values.
        """
        if self._rights is None or reader.is_system:
            return list(self._make(reader, **values))
        scopes = {_name(right): reader.sight(right) for right in self._rights}
        return self._prepared.all(**values, **scopes)

    @cached_property
    def _prepared(self) -> Prepared[M]:
        return Prepared(lambda: self._make(AnyReader(), **self._given))

    @cached_property
    def _rights(self) -> list[str] | None:
        """The rights whose sight the rows depend on; None where they depend on more."""
        anybody = AnyReader()
        try:
            self._make(anybody, **self._given)
        except (AttributeError, TypeError):
            return None
        return anybody.rights


def _name(right: str) -> str:
    return f"sight {right}"
