"""Writing the index: called by the modules above, inside the transaction of their change.

A row that changes is written anew, so its key says how recent it is. Two writers of one thread do
not meet: whoever changes a thing holds the lock of its thread.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BigAutoField

from kept.kit import clock
from kept.kit.bulk import insert_few, insert_values
from kept.kit.prepared import Given, Prepared
from kept.search import tokens
from kept.search.models import ADDRESS_MAX, NUMBER_MAX, TITLE_MAX, Document

PIECE = 4_000
"""Characters of text in one row: positions in a tsvector end at 16,383."""
OVERLAP = 64
"""Characters the next row repeats, so that what stands across the border is found."""
BATCH = 500
FEW = 20
"""So many threads go in by one INSERT; more of them are copied in."""
VALUES = ("thread_id", "part", "kind", "is_inside", "number", "title", "address", "updated_at",
          "names", "codes", "personal", "body", "tokens")  # fmt: skip
_ROWS = Prepared(
    lambda: (
        Document.objects.filter(thread=Given("thread", BigAutoField()))
        .defer("tokens")
        .order_by("part")
    )
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Card:
    """What is to be found about a thread.

    ``names`` are found by pinyin too, ``codes`` (serials, numbers) by any three signs that follow
    each other, ``texts`` by their words. ``inside`` are texts for own staff only. ``personal`` are
    phones and mail: found like codes, and shown masked to who has no need of them (SX.15).
    """

    thread_id: int
    kind: str
    title: str
    number: str = ""
    address: str = ""
    names: Sequence[str] = ()
    codes: Sequence[str] = ()
    personal: Sequence[str] = ()
    texts: Sequence[str] = ()
    inside: Sequence[str] = ()
    updated_at: datetime | None = None


def put(thread_id: int, *, kind: str, title: str, **found_by) -> None:
    """Let a thread be found by exactly this; see Card for the keywords. Two statements."""
    put_many([Card(thread_id, kind, title, **found_by)])


def put_many(cards: Iterable[Card], *, are_new: bool = False) -> None:
    """The same for many threads; for a whole reindex, oldest change first. ``are_new`` says that
    none of them was in the index before.
    """
    cards = list(cards)
    for start in range(0, len(cards), BATCH):
        batch = cards[start : start + BATCH]
        if not are_new:
            drop_many(card.thread_id for card in batch)
        values = (row for card in batch for row in _values_of(card))
        if len(batch) > FEW:
            insert_values(Document, VALUES, values, streamed=True)
        else:
            insert_few(Document, VALUES, list(values))


def add(thread_id: int, *texts: str, inside: Sequence[str] = ()) -> None:
    """Let a thread that was put be found by more words as well. Three statements.

    Raises Document.DoesNotExist for a thread nobody put.
    """
    card = _card(thread_id)
    put_many([replace(card, texts=[*card.texts, *texts], inside=[*card.inside, *inside])])


def grow(thread_id: int, texts: Sequence[str], inside: Sequence[str]) -> bool:
    """The same where it comes out as the whole card would be written. Three statements, one when
    there is nothing to add; False, and nothing written, where the card has to be written whole: the
    thread was not put, its title is longer than is kept of it, or the words may be there already.
    """
    if not texts and not inside:
        return True
    try:
        card = _card(thread_id)
    except Document.DoesNotExist:
        return False
    is_cut = len(card.title) >= TITLE_MAX
    if is_cut or _says_again(card.texts[0], texts) or _says_again(card.inside[0], inside):
        return False
    put_many([replace(card, texts=[*card.texts, *texts], inside=[*card.inside, *inside])])
    return True


def _says_again(whole: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts may be among those the whole was made of."""
    lines = f"\n{whole}\n"
    return any(f"\n{text}\n" in lines for text in _clean(texts))


def drop(thread_id: int) -> None:
    """Let a thread no longer be found. One statement."""
    drop_many([thread_id])


def drop_many(threads: Iterable[int]) -> None:
    """Let threads no longer be found. One statement, or none."""
    if gone := list(threads):
        places = ", ".join(["%s"] * len(gone))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM search_document WHERE thread_id IN ({places})", gone)


def rows_of(card: Card) -> list[Document]:
    """The rows of a thread as they stand in the index when it is put."""
    return [Document(**dict(zip(VALUES, row, strict=True))) for row in _values_of(card)]


def _values_of(card: Card) -> list[tuple[Any, ...]]:
    """The rows of a thread, the first one last: it is shown where the others do as well."""
    card_names, codes = _clean(card.names), _clean([card.number, *card.codes])
    title, personal = _storable(card.title), _clean(card.personal)
    head = tokens.head_tokens(title, card_names, [*codes, *personal])
    pieces = [(piece, False) for piece in _pieces(card.texts) or [""]]
    pieces += [(piece, True) for piece in _pieces(card.inside)]
    if len(pieces) > 1:
        head.append(tokens.SPLIT)
    number, address = _storable(card.number)[:NUMBER_MAX], card.address[:ADDRESS_MAX]
    shown = (number, title[:TITLE_MAX], address, card.updated_at or clock.now())
    found_by = (card_names, codes, personal or None)
    rows = [
        (card.thread_id, part, card.kind, is_inside, *shown, *found_by, piece,
         head + tokens.text_tokens(piece))
        for part, (piece, is_inside) in enumerate(pieces)
    ]  # fmt: skip
    return rows[::-1]


def _card(thread_id: int) -> Card:
    rows = _ROWS.rows(thread=thread_id)
    if not rows:
        raise Document.DoesNotExist(f"thread {thread_id} is not in the index")
    first = rows[0]
    return Card(
        thread_id,
        kind=first.kind,
        title=first.title,
        number=first.number,
        address=first.address,
        names=first.names,
        codes=first.codes,
        personal=first.personal or (),
        texts=[_whole(row.body for row in rows if not row.is_inside)],
        inside=[_whole(row.body for row in rows if row.is_inside)],
    )


def _whole(pieces: Iterable[str]) -> str:
    """What _pieces cut."""
    return "".join(piece[OVERLAP if place else 0 :] for place, piece in enumerate(pieces))


def _pieces(texts: Iterable[str]) -> list[str]:
    whole = "\n".join(_clean(texts))
    return [whole[max(start - OVERLAP, 0) : start + PIECE] for start in range(0, len(whole), PIECE)]


def _clean(texts: Iterable[str]) -> list[str]:
    """Without what is empty or said twice, in order."""
    return list(dict.fromkeys(text for one in texts if (text := _storable(one).strip())))


def _storable(text: str) -> str:
    text = str(text)
    if text.isascii() and "\0" not in text:
        return text
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text))
