"""What a case is found by: number, people, phones, serials, and every word said in it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kept.people.personal import PERSONAL_WORDS
from kept.search.changes import changed, files_of, said_in
from kept.search.index import Card
from kept.search.kinds import Said

if TYPE_CHECKING:
    from kept.cases.models.case import Case

#: What is told to own staff only: notes, questions among colleagues, which of them was at fault.
OWN_STAFF = frozenset(
    {
        "case.noted",
        "case.caller_flagged",
        "case.asked",
        "case.answered",
        "case.cause_named",
        "case.cause_corrected",
        "case.cause_passed",
        "case.cause_taken_back",
        "case.cause_handed_on",
    }
)
#: The facts of its own a case is found by.
FOUND_BY = frozenset(
    {"summary", "caller_name", "caller_phone", "account", "contact", "serial_unit",
     "unregistered_serial", "source_ref"}
)  # fmt: skip
#: Read with a case for its card.
SHOWN_ON_CARD = ("account", "contact", "serial_unit")


def index(case: "Case", *, is_new: bool = False) -> None:
    """Let the case be found by what is known and was said so far, when the action ends."""
    changed(case, is_new=is_new)


def cards_of(cases: Sequence["Case"]) -> list[Card]:
    """The cards of cases, with the words of their stories and the names of their files."""
    threads = [case.thread_id for case in cases]
    said, files = said_in(threads), files_of(threads)
    return [
        card_of(case, texts_of(said.get(case.thread_id, ())), files.get(case.thread_id, ()))
        for case in cases
    ]


def texts_of(said: Iterable[Said]) -> list[tuple[str, str]]:
    """(event, words) of what was written in a story, but for phones and mail."""
    return [(event, text) for event, name, text in said if name not in PERSONAL_WORDS]


def card_of(
    case: "Case", texts: Iterable[tuple[str, str]], files: Iterable[tuple[str, str]] = ()
) -> Card:
    """The card of a case for the index: its own facts, (event, words) and (event, file name)."""
    shown, inside = parted([*texts, *files])
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
        texts=shown,
        inside=inside,
    )


def heard(said: Iterable[Said]) -> tuple[list[str], list[str]]:
    """What was said in a story, for everybody and for own staff only."""
    return parted(texts_of(said))


def parted(said: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """(event, words) of a story as texts for everybody and texts for own staff only."""
    said = list(said)
    shown = [text for event, text in said if event not in OWN_STAFF]
    return shown, [text for event, text in said if event in OWN_STAFF]


def _name(thing) -> list[str]:
    return [thing.name] if thing is not None else []
