"""What a case is found by: number, people, phones, serials, and every word said in it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kept.people.personal import PERSONAL_WORDS
from kept.search.index import Card, put_many
from kept.timeline.models import EntryText

if TYPE_CHECKING:
    from kept.cases.models.case import Case

OWN_STAFF = frozenset({"case.noted", "case.caller_flagged", "case.asked", "case.answered"})


def index(case: "Case", *, is_new: bool = False) -> None:
    """Let the case be found by what is known and was said so far, in the same transaction."""
    put_many([card_of(case, texts_of(case))], are_new=is_new)


def texts_of(case: "Case") -> list[tuple[str, str]]:
    """(event, words) of everything written in the case's story, but for phones and mail."""
    rows = EntryText.objects.filter(entry__thread=case.thread_id, erased_at__isnull=True)
    rows = rows.exclude(name__in=PERSONAL_WORDS)
    return list(rows.values_list("entry__event", "text"))


def card_of(case: "Case", texts: Iterable[tuple[str, str]]) -> Card:
    """The card of a case for the index."""
    said = list(texts)
    names = [case.caller_name, *_name(case.account), *_name(case.contact)]
    codes = [case.number, case.source_ref, case.unregistered_serial]
    if case.serial_unit is not None:
        codes.append(case.serial_unit.serial)
    return Card(
        thread_id=case.thread_id,
        kind=case.kind,
        title=case.summary,
        number=case.number or "",
        address=case.get_absolute_url(),
        names=[name for name in names if name],
        codes=[code for code in codes if code],
        personal=[case.caller_phone] if case.caller_phone else [],
        texts=[text for event, text in said if event not in OWN_STAFF],
        inside=[text for event, text in said if event in OWN_STAFF],
    )


def _name(thing) -> list[str]:
    return [thing.name] if thing is not None else []
