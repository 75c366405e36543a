"""Erasing personal words under a named rule: the words go, the chain goes on proving itself."""

from collections.abc import Collection, Sequence
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.kit.wiring import Slot
from kept.people.models import User
from kept.timeline.models import EntryText, Thread
from kept.timeline.recorder import story_grows

#: Asked with the thread when every word of a story is erased: ``by`` and ``rule``. What hangs on
#: the matter and has words of its own erases them too.
story_erased = Slot("timeline.story_erased")

RuleName = Annotated[str, TextRule(60, many_lines=False)]


@action("timeline.erase_words", label=_("Erase words"), internal=True)
def erase_words(
    thread: Thread, *, by: User, seq: int, rule: RuleName, names: Sequence[Line] = ()
) -> Thread:
    """Erase the words of one entry (or those named) for good, saying by which rule (SX.15).

    Their salt goes with them, so that nobody finds a phone number again by trying them all. What
    copies the words elsewhere hears ``words.erased`` and erases its copy in the same transaction.
    """
    if not rule:
        raise InvalidInput(_("Name the rule under which this is erased."), field="rule")
    texts = EntryText.objects.filter(entry__thread=thread, entry__seq=seq, erased_at__isnull=True)
    if names:
        texts = texts.filter(name__in=names)
    erased = sorted(texts.values_list("name", flat=True))
    if not erased:
        raise Refused(_("There is nothing left to erase there."), field="seq", rule="SX.15")
    texts.update(text="", salt="", erased_at=clock.now(), erased_under=rule)
    story_grows.ask(thread)
    thread.record("words.erased", by=by, entry=seq, names=erased, rule=rule)
    return thread


def erase_story(thread: Thread, *, by: User, rule: str, holding: Collection[str] = ()) -> int:
    """Erase every word of a story, or those that hold one of these (a name, a phone): how many.

    One line says which entries lost words and under which rule; the chain goes on proving itself.
    """
    rows = EntryText.objects.filter(entry__thread=thread, erased_at__isnull=True)
    found = [
        (key, seq)
        for key, seq, text in rows.values_list("pk", "entry__seq", "text")
        if not holding or any(one in text for one in holding)
    ]
    if found:
        rows.filter(pk__in=[key for key, _seq in found]).update(
            text="", salt="", erased_at=clock.now(), erased_under=rule
        )
        story_grows.ask(thread)
        entries = sorted({seq for _key, seq in found})
        thread.record("words.erased", by=by, entry=entries, rule=rule)
    if not holding:
        story_erased.ask(thread, by=by, rule=rule)
    return len(found)
