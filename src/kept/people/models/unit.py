"""Units: one tree for all companies of an installation; a company is a unit at the top (SX.01)."""

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kept.kit.money import check_currency
from kept.kit.records import Recorded
from kept.kit.remembered import remembered
from kept.kit.rows import ReadQuickly
from kept.kit.words import WordsField
from kept.people.models.rights import Scope

#: What may begin a number and stand in an address.
CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


class UnitKind(models.TextChoices):
    """What a unit is to its company (S1.01): decides scripts, escalation and routing."""

    COMPANY = "company", _("company")
    HEADQUARTERS = "headquarters", _("headquarters")
    BRANCH = "branch", _("branch")
    DEPARTMENT = "department", _("department")
    HOTLINE = "hotline", _("hotline")
    REGION = "region", _("region")


def _check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone called “%(name)s”."), params={"name": name})


def check_code(code: str) -> None:
    """Raise ValidationError for what cannot begin a number or stand in an address (SX.05)."""
    if not CODE.fullmatch(code):
        words = _(
            "“{code}”: letters, digits and hyphens only, beginning with a letter or digit. It "
            "begins numbers and addresses."
        )
        raise ValidationError(format_lazy(words, code=code))


class UnitQuerySet(models.QuerySet):
    def companies(self) -> "UnitQuerySet":
        return self.filter(kind=UnitKind.COMPANY)

    def below(self, unit: "Unit") -> "UnitQuerySet":
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)

    def within(self, scopes: Iterable[int]) -> "UnitQuerySet":
        """The units these scopes stand for, and everything under them."""
        paths = list(Unit.objects.filter(scope__in=list(scopes)).values_list("path", flat=True))
        if not paths:
            return self.none()
        return self.filter(reduce(or_, (Q(path__startswith=path) for path in paths)))

    def active(self) -> "UnitQuerySet":
        return self.filter(closed_at__isnull=True)

    def visible_to(self, user) -> "UnitQuerySet":
        """Units of the companies the person works in."""
        return self if user.is_system else self.filter(company__in=user.staff_company_ids)


class Unit(Recorded, ReadQuickly, models.Model):
    """A company, or a part of one: headquarters, branch, department, hotline, region."""

    ref = "code"
    ref_related = ("company",)
    plural = "units"
    public_fields = (
        "code",
        "name",
        "kind",
        "parent",
        "company",
        "manager",
        "zone",
        "currency",
        "territory",
        "modules",
        "is_test_company",
        "closed_at",
    )

    Kind = UnitKind

    code = models.CharField(max_length=20, unique=True, validators=[check_code])
    name = WordsField()
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    company = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=200, db_index=True, default="")
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="unit")
    manager = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="managed_units"
    )
    zone = models.CharField(max_length=50, default="UTC", validators=[_check_zone])
    currency = models.CharField(max_length=3, default="CNY", validators=[check_currency])
    territory = models.JSONField(default=list, blank=True)
    modules = models.JSONField(default=list, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    is_test_company = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return str(self.name)

    @classmethod
    def at_hand(cls, ref: str, user: Any) -> "Unit | None":
        """The person's own unit, which was read with them, where that is the one asked for."""
        own = user.unit
        if own is None or own.code != ref or own.company_id not in user.staff_company_ids:
            return None
        if own.company_id == user.company_id:
            own.company = user.company
        return own

    def get_absolute_url(self) -> str:
        return f"/units/{self.code}/"

    @property
    def is_company(self) -> bool:
        return self.parent_id is None

    @property
    def ancestor_ids(self) -> list[int]:
        """The keys of the unit and every unit above it, top first."""
        return [int(part) for part in self.path.split("/") if part]

    def scopes_above(self) -> set[int]:
        """The scope of the unit and of every unit above it; asked once for where it stands."""
        path, scopes = getattr(self, "_scopes", ("", frozenset()))
        if path != self.path:
            scopes = remembered(("scopes", self.path), self._read_scopes)
            self._scopes = (self.path, scopes)
        return set(scopes)

    def _read_scopes(self) -> frozenset[int]:
        above = Unit.objects.filter(pk__in=self.ancestor_ids)
        return frozenset(above.values_list("scope_id", flat=True))

    @property
    def depth(self) -> int:
        return len(self.ancestor_ids) - 1
