"""The ladder: who is told at which moment of a promise's life, as policy rows (S2.14, S2.16)."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from kept.kit.words import WordsField
from kept.people.models import Policy
from kept.promises.clockwork import Duration


class Recipient(models.TextChoices):
    """Who a stage tells, besides a role (``role:lead``) or a login (``login:gao``)."""

    PERSON = "person"
    MANAGER = "manager"
    HEADQUARTERS = "headquarters"


class EscalationStage(Policy):
    """One step of the ladder: at a moment of a promise's life some people are told, once.

    ``moment`` is "warning" (the share of the term the promise's own rule warns at), "80 percent"
    of the term, or a term after the due time: "0 minutes", "4 hours", "2 working_hours" by the
    rule's calendar. ``kinds`` and ``applies`` narrow which promises it is for; empty means all.
    The row of the nearest unit counts for each code.
    """

    code = models.SlugField(max_length=40)
    name = WordsField()
    kinds = models.JSONField(default=list, blank=True)
    applies = models.JSONField(default=dict, blank=True)
    moment = models.CharField(max_length=60)
    to = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.name)

    def fits(self, kind: str, facts: Mapping[str, Any]) -> bool:
        """Whether a promise of a kind is meant, by the facts its own rule was chosen by."""
        if self.kinds and kind not in self.kinds:
            return False
        return all(
            (known := facts.get(name)) and set(known) <= set(wanted)
            for name, wanted in self.applies.items()
        )


WARNING = "warning"
PERCENT = "percent"


def percent_of(moment: str, warn_percent: int) -> int | None:
    """The share of the term a stage is told at; None when its moment comes after the due time."""
    if moment == WARNING:
        return warn_percent
    amount, _, unit = moment.partition(" ")
    return int(amount) if unit == PERCENT else None


def check_moment(text: str) -> str:
    """The moment of a stage as it is stored. Raises ValueError for what cannot be read."""
    text = " ".join(str(text).split())
    if text == WARNING:
        return text
    amount, _, unit = text.partition(" ")
    if unit == PERCENT:
        if not (amount.isdecimal() and 1 <= int(amount) <= 99):
            raise ValueError(f"a share of the term is 1 to 99 percent: {text!r}")
        return f"{int(amount)} {PERCENT}"
    return str(Duration.of(text))


class TellingPolicy(Policy):
    """How many things a person is told one by one within a few minutes before they get one digest
    instead.
    """

    one_by_one = models.PositiveSmallIntegerField(default=5)
    minutes = models.PositiveSmallIntegerField(default=10)
