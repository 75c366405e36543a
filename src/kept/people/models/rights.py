"""Scopes, roles and grants: who may do what, and whose matters they see (SX.02)."""

from typing import Any

from django.db import models
from django.db.models import Q

from kept.kit import clock
from kept.kit.words import WordsField
from kept.people.models.decided import Decided, DecidedQuerySet


class Scope(models.Model):
    """One integer for every unit, person and account: sight is a list of these."""

    class Kind(models.TextChoices):
        UNIT = "unit"
        PERSON = "person"
        ACCOUNT = "account"

    kind = models.CharField(max_length=10, choices=Kind.choices)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RoleQuerySet(DecidedQuerySet):
    def visible_to(self, user: Any) -> "RoleQuerySet":
        """Roles of the companies the person works in."""
        if user.is_system:
            return self
        return self.filter(company__in=user.staff_company_ids)

    def current(self) -> "RoleQuerySet":
        return self.filter(retired_at__isnull=True)


class Role(Decided):
    """A named set of rights within one company, such as "hotline clerk".

    An outside role is for people of stations, dealers and customers: granted for an account, and
    never with a right of headquarters (S0.04).
    """

    ref = "reference"
    plural = "roles"
    public_fields = (
        "reference",
        "code",
        "name",
        "company",
        "rights",
        "is_outside",
        "needs_second_factor",
        "retired_at",
    )

    company = models.ForeignKey("people.Unit", models.PROTECT, related_name="roles")
    code = models.SlugField(max_length=40)
    reference = models.CharField(max_length=61, unique=True, editable=False)
    name = WordsField()
    rights = models.JSONField(default=list)
    is_outside = models.BooleanField(default=False)
    needs_second_factor = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="one_role_per_code"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.reference = self.reference or f"{self.company.code}.{self.code}"
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/roles/{self.reference}/"

    def is_guarded_by(self, by: Any) -> bool:
        """Roles count in the whole company, so only who may change them in all of it does."""
        return self.company.scope_id in by.scopes_with("people.change_role")


class GrantQuerySet(models.QuerySet):
    def current(self) -> "GrantQuerySet":
        return self.filter(Q(until__isnull=True) | Q(until__gt=clock.now()))


class Grant(models.Model):
    """A role given to a person for one scope: staff for a unit, outside people for an account."""

    user = models.ForeignKey("people.User", models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="grants")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope"],
                condition=Q(until__isnull=True),
                name="one_open_grant_per_role_and_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role_id} in {self.scope_id}"
