"""How long personal words are kept, by class of record; a policy row (SX.15)."""

from django.db import models

from kept.kit.words import WordsField
from kept.people.models import Policy


class RetentionRule(Policy):
    """Personal words of a class of records go so many days after the record has ended.

    ``of`` names the class, which a module enters in ``timeline.wiring.kept_data``. The record and
    what it counts in stay.
    """

    code = models.SlugField(max_length=40)
    name = WordsField()
    of = models.SlugField(max_length=40)
    days = models.PositiveIntegerField()

    def __str__(self) -> str:
        return str(self.name)
