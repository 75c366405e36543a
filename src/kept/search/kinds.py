"""The kinds of things that are found: what the modules above say about theirs, once for all.

From the same cards the index is kept in step, built anew (``kept reindex``) and proved
(``kept verify``), so that the three cannot disagree.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kept.kit.wiring import Slot
from kept.search.index import Card

Said = tuple[str, str, str]
"""(event, name of the words, the words)"""


@dataclass(frozen=True)
class Findable:
    """A kind of thing that is found. ``things`` are all of them that are to be found, ``cards``
    what each is found by, in no more queries for many than for one. ``heard`` tells what is said
    in its story into texts for everybody and for own staff only, where the words and files of the
    story are on its card.
    """

    kind: str
    label: Any
    things: Callable[[], QuerySet]
    cards: Callable[[Sequence[Any]], Iterable[Card]]
    heard: Callable[[Iterable[Said]], tuple[list[str], list[str]]] | None = None

    def cards_of(self, threads: Iterable[int]) -> list[Card]:
        """The cards of those of these threads that are to be found."""
        things = list(self.things().filter(thread__in=list(threads)))
        return list(self.cards(things)) if things else []


#: Asked with nothing; a module answers with one Findable for each kind of its things.
findable = Slot("search.findable")
#: Kinds seen otherwise than by a right of their own: asked with the person, a module answers with
#: the kind and a queryset of the keys of the threads they see.
seen_otherwise = Slot("search.seen_otherwise")


def kinds() -> dict[str, Findable]:
    """Kind of thread → how its things are found."""
    return {one.kind: one for one in findable.ask(None)}
