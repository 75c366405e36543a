"""Why a clock stood still or ended: a word everybody uses, or words that stand in the story.

A clock event is never changed, so it holds no personal words: what somebody wrote stands in the
story of the matter, where it can be erased under a named rule (SX.15), and the event says where.
"""

from collections.abc import Callable, Iterable

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kept.timeline.models import Entry, EntryText

#: Words of an entry that give a reason.
REASON_WORDS = ("reason", "note")
_SAID = "said:"


class PauseReason(models.TextChoices):
    """Why a clock stands still."""

    CUSTOMER = "customer", gettext_lazy("waiting for the customer")
    PARTS = "parts", gettext_lazy("waiting for parts")
    AGREED = "agreed", gettext_lazy("agreed for later")
    THIRD_PARTY = "third_party", gettext_lazy("waiting for somebody else")
    OTHER = "other", gettext_lazy("another reason")


def said_in(entry: Entry) -> str:
    """The reason of a clock event whose words stand in an entry."""
    return f"{_SAID}{entry.thread_id}:{entry.seq}"


def worded(reasons: Iterable[str]) -> Callable[[str], str]:
    """Words for these reasons; one query when some of them stand in the story."""
    said = _said(reason for reason in reasons if reason.startswith(_SAID))
    known = {one.value: str(one.label) for one in PauseReason} | {
        "not_owed": _("no longer owed"),
        "calendar": _("a day of the calendar"),
    }

    def word(reason: str) -> str:
        return said.get(reason) or known.get(reason, reason)

    return word


def _said(reasons: Iterable[str]) -> dict[str, str]:
    wanted = {reason: place for reason in reasons if (place := _place(reason))}
    if not wanted:
        return {}
    texts = EntryText.objects.filter(
        entry__thread__in={thread for thread, _seq in wanted.values()},
        entry__seq__in={seq for _thread, seq in wanted.values()},
        name__in=REASON_WORDS,
    ).values_list("entry__thread", "entry__seq", "text")
    there = {(thread, seq): text for thread, seq, text in texts}
    return {reason: there.get(place) or _("(erased)") for reason, place in wanted.items()}


def _place(reason: str) -> tuple[int, int] | None:
    """Thread and place in it; None for a text that only looks like one."""
    parts = reason.removeprefix(_SAID).split(":")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        return None
    return int(parts[0]), int(parts[1])
