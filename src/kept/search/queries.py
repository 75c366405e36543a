"""Finding: ranked, marked, and only what the person may see (SX.10).

First what is exactly what was typed (a number, a phone, a serial, a whole name or its pinyin), then
what begins so, then what holds it anywhere; within each the latest change first.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from django.apps import apps

from kept.kit.masking import masked
from kept.people.models import User
from kept.people.personal import sees_personal
from kept.search.kinds import seen_otherwise
from kept.search.marking import Marked, Marker
from kept.search.models import Document
from kept.search.question import Question, question
from kept.search.rows import LAST, Row, Seen, Sighted
from kept.timeline.models import Threaded

_PLACE = re.compile(r"([0-3])-([0-9]{1,18})")


class Hit:
    """A thread that was found. ``known_by`` are those of its names and codes that were asked for,
    without its number, which is shown anyway. ``rank`` is 0 for exactly this, 1 for a beginning,
    2 for anywhere, 3 for words far apart. Words are marked when they are shown.
    """

    def __init__(
        self, row: Document, rank: int, marker: Marker, *, with_texts: bool, whole: bool
    ) -> None:
        self._row, self._marker = row, marker
        self._with_texts, self._whole = with_texts, whole
        self.rank = rank

    @property
    def thread_id(self) -> int:
        return self._row.thread_id

    @property
    def kind(self) -> str:
        return self._row.kind

    @property
    def number(self) -> str:
        return self._row.number

    @property
    def address(self) -> str:
        return self._row.address

    @property
    def updated_at(self) -> datetime:
        return self._row.updated_at

    @cached_property
    def title(self) -> Marked:
        return self._marker.name(self._row.title)

    @cached_property
    def known_by(self) -> tuple[Marked, ...]:
        row, marker = self._row, self._marker
        known = [*map(marker.name, row.names)]
        known += [marker.code(code) for code in row.codes if code != row.number]
        known += self._personal if self._whole else map(_without_sight, self._whole_personal)
        return tuple(marked for marked in known if marked.is_hit)

    @cached_property
    def excerpt(self) -> Marked:
        return self._marker.excerpt(self._row.body if self._with_texts else "")

    @cached_property
    def _personal(self) -> list[Marked]:
        return [self._marker.code(one) for one in self._row.personal or ()]

    @property
    def _whole_personal(self) -> list[Marked]:
        return [one for one in self._personal if _is_whole(one)]

    @property
    def is_guessed(self) -> bool:
        """Found only by a piece of a phone or mail, which whoever may not read it cannot guess so
        (SX.15).
        """
        if self._whole or not any(one.is_hit for one in self._personal) or self._whole_personal:
            return False
        codes = map(self._marker.code, self._row.codes)
        others = [self.title, *map(self._marker.name, self._row.names), *codes, self.excerpt]
        return not any(one.is_hit for one in others)


@dataclass(frozen=True)
class Found:
    """A page of hits, best first, and the place where the next page begins; "" after the last."""

    hits: list[Hit]
    next: str = ""


def find(
    user: User, typed: str, *, kinds: Iterable[str] | None = None, limit: int = 20
) -> list[Hit]:
    """What a person finds first with what they typed. Never raises, whatever was typed."""
    return find_page(user, typed, kinds=kinds, limit=limit).hits


def find_page(
    user: User,
    typed: str,
    *,
    kinds: Iterable[str] | None = None,
    after: str = "",
    limit: int = 20,
) -> Found:
    """One page of all that a person finds; ``after`` is where the page before said it ended.

    From page to page nothing is left out and nothing comes twice, unless it is changed meanwhile.
    """
    whole, inside = sees_personal(user), is_own_staff(user)
    return page_in(
        seen_by(user, kinds), typed, after=after, limit=limit, inside=inside, whole=whole
    )


def suggest(
    user: User, typed: str, kinds: Iterable[str] | None = None, limit: int = 8
) -> list[Hit]:
    """Suggestions while typing: by title, name, pinyin, phone, serial or number, not by text."""
    return suggest_in(seen_by(user, kinds), typed, limit=limit, whole=sees_personal(user))


def find_in(
    seen: Seen, typed: str, *, limit: int = 20, inside: bool = True, whole: bool = False
) -> list[Hit]:
    """``find`` for given scopes; ``inside`` includes words meant for own staff, ``whole`` shows
    phones and mail as they are instead of masked (SX.15)."""
    return page_in(seen, typed, limit=limit, inside=inside, whole=whole).hits


def page_in(
    seen: Seen,
    typed: str,
    *,
    after: str = "",
    limit: int = 20,
    inside: bool = True,
    whole: bool = False,
) -> Found:
    """``find_page`` for given scopes."""
    asked = question(typed)
    if asked is None or limit < 1:
        return Found([])
    search = _Search(asked, Sighted(seen, inside=inside), with_texts=True, whole=whole)
    return search.page(after, limit)


def suggest_in(seen: Seen, typed: str, *, limit: int = 8, whole: bool = False) -> list[Hit]:
    """``suggest`` for given scopes. One Chinese character is enough; of letters and digits it
    takes two."""
    asked = question(typed)
    if asked is None or asked.is_one_letter or limit < 1:
        return []
    search = _Search(asked, Sighted(seen, inside=False), with_texts=False, whole=whole)
    return search.page("", limit).hits


def seen_by(user: User, kinds: Iterable[str] | None = None) -> Seen:
    """The scopes a person sees each kind through: those of the right that shows it."""
    rights = _rights_by_kind()
    asked = None if kinds is None else set(kinds)
    seen: dict[str, Any] = {
        kind: None if user.is_system else user.sight(right) for kind, right in rights.items()
    }
    for kind, threads in seen_otherwise.ask(user):
        seen[kind] = None if user.is_system else threads
    return seen if asked is None else {kind: seen[kind] for kind in seen.keys() & asked}


def is_own_staff(user: User) -> bool:
    """People of a unit; those granted an account only never find words meant for own staff."""
    return user.is_system or user.unit_id is not None


@lru_cache(maxsize=1)
def _rights_by_kind() -> dict[str, str]:
    models = (model for model in apps.get_models() if issubclass(model, Threaded))
    return {model.kind: model.see_right for model in models}


class _Search:
    """One question asked of what one person sees: a search for each rank, not made when the ranks
    before it filled the page."""

    def __init__(self, asked: Question, sighted: Sighted, *, with_texts: bool, whole: bool) -> None:
        self._asked, self._sighted = asked, sighted
        self._with_texts, self._whole = with_texts, whole
        self._tiers = asked.tiers(with_texts)
        self._marker = Marker(asked)
        self._empty: set[int] = set()

    def page(self, after: str, limit: int) -> Found:
        """The hits after a place, and one more to know whether there is a next page."""
        hits: list[tuple[str, Hit]] = []
        if self._sighted.is_blind:
            return Found([])
        found = self._rows(*_place(after), limit + 1)
        while len(hits) <= limit and (some := list(islice(found, limit + 1 - len(hits)))):
            hits += self._shown(some)
        if len(hits) <= limit:
            return Found([hit for _place, hit in hits])
        return Found([hit for _place, hit in hits[:limit]], hits[limit - 1][0])

    def _rows(self, rank: int, below: int, enough: int) -> Iterator[tuple[int, int]]:
        """(rank, document) of every thread there is to find, best first."""
        for at in range(rank, len(self._tiers) + self._is_told_apart):
            any_row = False
            for document, _thread in self._newest(at, below, enough):
                any_row = True
                yield at, document
            if not any_row and below == LAST:
                self._empty.add(at)
            if any_row and self._asked.is_long_number and not self._with_texts:
                return
            below = LAST

    def _newest(self, rank: int, below: int, enough: int) -> Iterator[Row]:
        if rank == len(self._tiers):
            parts = self._asked.parts(self._with_texts)
            return self._sighted.newest_apart(parts, self._tiers[-1], enough, below=below)
        among = self._few[rank] if rank < len(self._few) else None
        better = [one for at, one in enumerate(self._tiers[:rank]) if at not in self._empty]
        return self._sighted.newest(
            self._tiers[rank],
            enough,
            but=better,
            below=below,
            is_common=rank == len(self._tiers) - 1 or (rank > 0 and self._asked.is_short),
            among=among,
        )

    @cached_property
    def _few(self) -> list[list[int] | None]:
        """Of each rank but the last, which holds what is common: the documents, when they are few.

        Who typed the beginning of something long is not asked twice.
        """
        return self._sighted.few(self._tiers[:-1])

    @property
    def _is_told_apart(self) -> bool:
        """Whether the words may stand in several rows of a thread."""
        return self._with_texts and len(self._asked.terms) > 1

    def _shown(self, found: list[tuple[int, int]]) -> list[tuple[str, Hit]]:
        left_out = ["tokens"] if self._with_texts else ["tokens", "body"]
        rows = Document.objects.defer(*left_out).in_bulk([document for _rank, document in found])
        hits = [
            (f"{rank}-{document}", self._hit(rows[document], rank))
            for rank, document in found
            if document in rows
        ]
        return [(place, hit) for place, hit in hits if not hit.is_guessed]

    def _hit(self, row: Document, rank: int) -> Hit:
        return Hit(row, rank, self._marker, with_texts=self._with_texts, whole=self._whole)


def _place(after: str) -> tuple[int, int]:
    """The rank and document a page ended with; anything that is no place is the beginning."""
    match = _PLACE.fullmatch(after)
    return (int(match[1]), int(match[2])) if match else (0, LAST)


def _is_whole(found: Marked) -> bool:
    """Whether all of a code was asked for."""
    return bool(found) and all(is_hit for _text, is_hit in found.pieces)


def _without_sight(found: Marked) -> Marked:
    """A phone or mail that was asked for, for who may not read it."""
    return Marked(((masked(found), True),))
