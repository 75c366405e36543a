"""Rules: which promise arises when, and how long it runs; policy rows (C01, C02, C20)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.words import WordsField
from kept.people.models import Policy, PolicyQuerySet, User
from kept.promises.models.calendar import Calendar

#: The kind of promise that is kept by naming a time; see ``PromiseKind.NAME_TIME``.
NAME_TIME = "name_time"


class Reopening(models.TextChoices):
    """What happens to a clock when its matter is opened again."""

    RESUME = "resume", _("go on with what was left")
    RESTART = "restart", _("a full new term from now")
    KEEP = "keep", _("as if it had never stopped")


class TimeSet(models.TextChoices):
    """How the time is set by which something is solved (C02)."""

    FIXED = "fixed", _("a fixed term")
    PROMISED = "promised", _("a definite time we name")
    CUSTOMER = "customer", _("the time the customer sets")
    AGREED = "agreed", _("a time agreed with them")


class SeenRulesQuerySet(PolicyQuerySet):
    def visible_to(self, user: Any) -> "SeenRulesQuerySet":
        """Rules of the companies in which the person may see promises."""
        if user.is_system:
            return self
        return self.filter(unit__company__in=user.companies_with("promises.see"))


class PromiseRule(Policy):
    """One promise the company makes: ``duration`` such as "24 hours", "4 working_hours".

    ``time_set`` says how the time for solving is set: where it is not by a fixed term, the
    ``duration`` is the term in which that time is named, agreed or asked for (C02).
    ``applies`` narrows it by what the matter is: ``{"route": ["phone"]}``. The most specific rule
    of a kind wins: the nearest unit first, then the one that asks for more. Rows with the same
    ``code`` in a unit are one rule over time (SX.19).
    """

    ref = "pk"
    plural = "rules"
    public_fields = (
        "code",
        "kind",
        "name",
        "unit",
        "applies",
        "duration",
        "time_set",
        "warn_percent",
        "reopening",
        "source",
        "valid_from",
        "superseded_at",
        "set_by",
        "set_at",
    )

    code = models.SlugField(max_length=60, default="", blank=True)
    kind = models.CharField(max_length=30)
    name = WordsField()
    applies = models.JSONField(default=dict, blank=True)
    duration = models.CharField(max_length=60)
    time_set = models.CharField(max_length=10, choices=TimeSet.choices, default=TimeSet.FIXED)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True)
    warn_percent = models.PositiveSmallIntegerField(default=80)
    reopening = models.CharField(max_length=10, choices=Reopening.choices, default=Reopening.RESUME)
    source = models.CharField(max_length=20, blank=True, default="")
    set_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField(default=clock.now)

    objects = SeenRulesQuerySet.as_manager()  # type: ignore[misc]  # a manager is one of a class

    def __str__(self) -> str:
        return str(self.name)

    def is_guarded_by(self, by: Any) -> bool:
        """Whether the person may change it: with the right over its unit."""
        return by.holds_over("promises.set_rule", self.unit)

    def get_absolute_url(self) -> str:
        return f"/rules/{self.pk}/"

    @property
    def is_fixed(self) -> bool:
        """Whether its term is when the thing itself is due."""
        return self.time_set == TimeSet.FIXED

    @property
    def promised_kind(self) -> str:
        """What a promise made by it is for: the thing itself, or naming the time for it."""
        return self.kind if self.is_fixed else NAME_TIME

    @property
    def is_to_come(self) -> bool:
        """Whether its day has not come yet."""
        return self.valid_from > clock.now()

    def fits(self, facts: dict[str, str]) -> bool:
        """Whether the matter's facts meet everything the rule asks for."""
        return all(facts.get(name) in wanted for name, wanted in self.applies.items())
