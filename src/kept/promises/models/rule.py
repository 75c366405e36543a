"""Rules: which promise arises when, and how long it runs; policy rows (C01, C02, C20)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.words import WordsField
from kept.people.models import Policy
from kept.promises.models.calendar import Calendar


class Reopening(models.TextChoices):
    """What happens to a clock when its matter is opened again."""

    RESUME = "resume", _("go on with what was left")
    RESTART = "restart", _("a full new term from now")
    KEEP = "keep", _("as if it had never stopped")


class PromiseRule(Policy):
    """One promise the company makes: ``duration`` such as "24 hours", "4 working_hours".

    ``applies`` narrows it by what the matter is: ``{"route": ["phone"]}``. The most specific rule
    of a kind wins: the nearest unit first, then the one that asks for more.
    """

    kind = models.CharField(max_length=30)
    name = WordsField()
    applies = models.JSONField(default=dict, blank=True)
    duration = models.CharField(max_length=60)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True)
    warn_percent = models.PositiveSmallIntegerField(default=80)
    reopening = models.CharField(max_length=10, choices=Reopening.choices, default=Reopening.RESUME)
    source = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return str(self.name)

    def fits(self, facts: dict[str, str]) -> bool:
        """Whether the matter's facts meet everything the rule asks for."""
        return all(facts.get(name) in wanted for name, wanted in self.applies.items())
