"""What a company decides about its cases: outcomes, closing, call-backs, topics."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kept.cases.models.words import Evidence
from kept.kit.words import WordsField
from kept.people.models import Policy, PolicyQuerySet


class OutcomeNeeds(models.TextChoices):
    """The evidence an ending asks for."""

    CUSTOMERS_WORD = "customers_word", _("the customer's word")
    REASON = "reason", _("a reason")
    LINK = "link", _("a linked case")
    ADDRESSEE = "addressee", _("who it was passed to")
    ATTEMPTS = "attempts", _("attempts to reach the customer")
    FULFILLED = "fulfilled", _("that what was asked for is done")


class OutcomeQuerySet(PolicyQuerySet):
    def visible_to(self, user) -> "OutcomeQuerySet":
        return self.filter(unit__company__in=user.company_ids)


class Outcome(Policy):
    """A way a case may end, with the evidence it asks for; a policy row."""

    ref = "pk"

    Needs = OutcomeNeeds

    code = models.SlugField(max_length=40)
    name = WordsField()
    needs = models.CharField(max_length=20, choices=OutcomeNeeds.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt_days = models.PositiveSmallIntegerField(default=0)

    objects = OutcomeQuerySet.as_manager()  # type: ignore[misc]  # a manager is one of a class

    def __str__(self) -> str:
        return str(self.name)


class CasePolicy(Policy):
    """How a company works its cases: which of the customer's words count, how far back an entry may
    be dated, how levels of help are ordered, which owners and queues there are.
    """

    evidence = models.JSONField(default=list)
    reach_back_hours = models.PositiveIntegerField(default=24)
    accept_hand_over_minutes = models.PositiveIntegerField(default=30)
    question_order = models.JSONField(default=dict)
    forum_needs_second_person = models.BooleanField(default=False)

    def evidence_labels(self) -> str:
        return gettext(", ").join(str(Evidence(code).label) for code in self.evidence)


class CallBackPolicy(Policy):
    """How soon a call-back is promised without giving a reason (S1.52)."""

    usual_minutes = models.PositiveIntegerField(default=60)


class Checklist(Policy):
    """What is done at a contact, item by item: courtesy on the phone, reception, hand-over.

    ``items`` reads ``[{"code": "smile", "name": {"en": …}}]``; ``routes`` empty means every route.
    """

    code = models.SlugField(max_length=40)
    name = WordsField()
    routes = models.JSONField(default=list, blank=True)
    items = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.name)


class ForumRule(Policy):
    """A forum rule that allows hiding a post, named when it is used (S1.77)."""

    code = models.SlugField(max_length=40)
    name = WordsField()

    def __str__(self) -> str:
        return str(self.name)
