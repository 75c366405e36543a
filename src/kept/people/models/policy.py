"""The base of every policy row: typed, dated, and the most specific one wins (SX.19)."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from kept.kit import clock
from kept.people.models.decided import Decided, DecidedQuerySet
from kept.people.models.unit import Unit


class PolicyQuerySet(DecidedQuerySet):
    def visible_to(self, user: Any) -> "PolicyQuerySet":
        """Rules of the companies the person is granted anything in: no secret there."""
        return self if user.is_system else self.filter(unit__company__in=user.company_ids)

    def in_force(self, unit: Unit, at: datetime | None = None) -> "PolicyQuerySet":
        """Rows of the unit and every unit above it, valid at a moment, most specific first."""
        moment = at or clock.now()
        return self.from_above(unit).filter(
            Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment), valid_from__lte=moment
        )

    def from_above(self, unit: Unit) -> "PolicyQuerySet":
        """Rows of the unit and every unit above it, whenever they hold, most specific first."""
        rows = self.filter(unit__in=unit.ancestor_ids).annotate(path_length=Length("unit__path"))
        return rows.order_by("-path_length", "-valid_from", "-pk")

    def ever_in_force(self) -> "PolicyQuerySet":
        """Without rows that another pack replaced before they began."""
        return self.exclude(superseded_at__lte=F("valid_from"))


class Policy(Decided):
    """A rule a company decided: for a company or one of its units, from a day on.

    A row that a decision has used is superseded by a new one, never edited: old cases keep their
    old rule.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        abstract = True

    def holds_at(self, moment: datetime) -> bool:
        """Whether the row is in force at a moment."""
        ended = self.superseded_at
        return self.valid_from <= moment and (ended is None or ended > moment)

    @classmethod
    def named(cls, code: Any, unit: Unit) -> Any:
        """The row that has a code where it is asked for, now; None when there is none, or when
        rows of this kind have no codes. What other programs call it by: keys change with each
        pack, codes do not.
        """
        if not any(field.name == "code" for field in cls._meta.fields):
            return None
        rows: Any = cls._default_manager
        return rows.in_force(unit).filter(code=str(code)[:40]).first()
