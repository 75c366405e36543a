"""Finding: ranked, marked, and only what the person may see (SX.10).

First what is exactly what was typed (a number, a phone, a serial, a whole name or its pinyin), then
what begins so, then what holds it anywhere; within each the latest change first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.apps import apps

from kept.kit.masking import masked
from kept.people.models import User
from kept.people.personal import sees_personal
from kept.search.marking import Marked, Marker
from kept.search.models import Document
from kept.search.question import Question, question
from kept.search.rows import Row, Seen, Sighted
from kept.timeline.models import Threaded

ROWS_A_HIT = 3
"""A thread found before is found again in the next rank, and once for each of its rows."""


@dataclass(frozen=True)
class Hit:
    """A thread that was found. ``known_by`` are those of its names and codes that were asked for,
    without its number, which is shown anyway. ``rank`` is 0 for exactly this, 1 for a beginning,
    2 for anywhere, 3 for words far apart."""

    thread_id: int
    kind: str
    number: str
    address: str
    title: Marked
    known_by: tuple[Marked, ...]
    excerpt: Marked
    rank: int
    updated_at: datetime


def find(
    user: User, typed: str, *, kinds: Iterable[str] | None = None, limit: int = 20
) -> list[Hit]:
    """What a person finds with what they typed. Never raises, whatever was typed."""
    whole = sees_personal(user)
    return find_in(seen_by(user, kinds), typed, limit=limit, inside=is_own_staff(user), whole=whole)


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
    asked = question(typed)
    if asked is None:
        return []
    return _hits(asked, Sighted(seen, inside=inside), limit, with_texts=True, whole=whole)


def suggest_in(seen: Seen, typed: str, *, limit: int = 8, whole: bool = False) -> list[Hit]:
    """``suggest`` for given scopes. One Chinese character is enough; of letters and digits it
    takes two."""
    asked = question(typed)
    if asked is None or asked.is_one_letter:
        return []
    return _hits(asked, Sighted(seen, inside=False), limit, with_texts=False, whole=whole)


def seen_by(user: User, kinds: Iterable[str] | None = None) -> Seen:
    """The scopes a person sees each kind through: those of the right that shows it."""
    rights = _rights_by_kind()
    wanted = rights.keys() if kinds is None else rights.keys() & set(kinds)
    if user.is_system:
        return dict.fromkeys(wanted)
    return {kind: user.sight(rights[kind]) for kind in wanted}


def is_own_staff(user: User) -> bool:
    """People of a unit; those granted an account only never find words meant for own staff."""
    return user.is_system or user.unit_id is not None


@lru_cache(maxsize=1)
def _rights_by_kind() -> dict[str, str]:
    models = (model for model in apps.get_models() if issubclass(model, Threaded))
    return {model.kind: model.see_right for model in models}


def _hits(
    asked: Question, sighted: Sighted, limit: int, *, with_texts: bool, whole: bool
) -> list[Hit]:
    found: dict[int, tuple[int, int]] = {}
    if sighted.is_blind:
        return []
    for rank, rows in enumerate(_searches(asked, sighted, limit, with_texts)):
        while len(found) < limit and (row := next(rows, None)):
            document, thread = row
            found.setdefault(thread, (document, rank))
        if len(found) >= limit or (found and asked.is_long_number and not with_texts):
            break
    return _shown(asked, dict(found.values()), with_texts, whole)


def _searches(
    asked: Question, sighted: Sighted, limit: int, with_texts: bool
) -> Iterator[Iterator[Row]]:
    """One search for each rank; not made when the ranks before it filled the page."""
    enough = limit * ROWS_A_HIT
    for wanted in asked.tiers(with_texts):
        yield sighted.newest(wanted, enough)
    if with_texts and len(asked.terms) > 1:
        yield sighted.newest_apart(asked.parts(), enough)


def _shown(asked: Question, ranks: dict[int, int], with_texts: bool, whole: bool) -> list[Hit]:
    left_out = ["tokens"] if with_texts else ["tokens", "body"]
    rows = Document.objects.defer(*left_out).in_bulk(list(ranks))
    marker = Marker(asked)
    found = [(rows[key], rank) for key, rank in ranks.items() if key in rows]
    return [
        _hit(row, rank, marker, with_texts, whole)
        for row, rank in found
        if whole or not _is_guessed(row, marker, with_texts)
    ]


def _is_guessed(row: Document, marker: Marker, with_texts: bool) -> bool:
    """Found only by a piece of a phone or mail: who may not read it cannot guess it so (SX.15)."""
    personal = [marker.code(one) for one in row.personal or ()]
    if not any(one.is_hit for one in personal) or any(map(_is_whole, personal)):
        return False
    others = [marker.name(row.title), *map(marker.name, row.names), *map(marker.code, row.codes)]
    others.append(marker.excerpt(row.body if with_texts else ""))
    return not any(one.is_hit for one in others)


def _is_whole(found: Marked) -> bool:
    """Whether all of a code was asked for."""
    return bool(found) and all(is_hit for _text, is_hit in found.pieces)


def _without_sight(found: Marked) -> Marked:
    """A phone or mail that was asked for, for who may not read it."""
    return Marked(((masked(found), True),))


def _hit(row: Document, rank: int, marker: Marker, with_texts: bool, whole: bool) -> Hit:
    codes = [code for code in row.codes if code != row.number]
    known_by = [*map(marker.name, row.names), *map(marker.code, codes)]
    personal = [marker.code(one) for one in row.personal or ()]
    known_by += personal if whole else [_without_sight(one) for one in personal if _is_whole(one)]
    return Hit(
        thread_id=row.thread_id,
        kind=row.kind,
        number=row.number,
        address=row.address,
        title=marker.name(row.title),
        known_by=tuple(marked for marked in known_by if marked.is_hit),
        excerpt=marker.excerpt(row.body if with_texts else ""),
        rank=rank,
        updated_at=row.updated_at,
    )
