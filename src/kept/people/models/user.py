"""Users: everybody who signs in, staff and outside people alike."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.names import sort_key
from kept.kit.prepared import Given
from kept.kit.public import Guarded
from kept.kit.records import Recorded
from kept.kit.rows import ReadQuickly
from kept.people.models.held import Held, held_in, with_held
from kept.people.models.rights import Scope
from kept.people.models.unit import Unit

SYSTEM_USERNAME = "kept"


class UserQuerySet(models.QuerySet):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True, is_system=False)

    def staff_of(self, company: Unit) -> "UserQuerySet":
        return self.active().filter(company=company).order_by("sort_key")

    def visible_to(self, user: "User") -> "UserQuerySet":
        """The person, and colleagues: people of the companies they work in."""
        return self.known_to(user).active()

    def with_desk(self, at: datetime | Given | None = None) -> "UserQuerySet":
        """With their unit, their company and all they hold, now if nothing else is said: whoever
        asks for something.
        """
        people: Any = with_held(self.select_related("unit", "company"), at or clock.now())
        return people

    def known_to(self, user: "User") -> "UserQuerySet":
        """The same people with those who have left, whose names stand in old stories."""
        people = self.filter(is_system=False).order_by("sort_key")
        if user.is_system:
            return people
        return people.filter(Q(company__in=user.staff_company_ids) | Q(pk=user.pk))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str) -> "User":
        return self.get(username=username)

    def system(self) -> "User":
        """The one who acts when the clock does: warnings, breaches, imports."""
        user = self.filter(username=SYSTEM_USERNAME).first()
        return user or self.create(
            username=SYSTEM_USERNAME,
            name="Kept",
            is_system=True,
            scope=Scope.objects.create(kind=Scope.Kind.PERSON),
        )


class User(Recorded, ReadQuickly, AbstractBaseUser):
    """A person with a name to sign in with, a home unit, and grants."""

    ref = "username"
    plural = "users"
    public_fields = (
        "username",
        "name",
        "title",
        "unit",
        "company",
        "language",
        Guarded("phone", "people.see"),
        Guarded("email", "people.see"),
        "is_active",
        "left_at",
    )
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@-]+$", _("Letters, digits and . @ - _ only."))],
    )
    name = models.CharField(_("name"), max_length=100)
    sort_key = models.CharField(max_length=120, db_index=True, default="", editable=False)
    email = models.EmailField(_("mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="people")
    company = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="person")
    is_system = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.sort_key = sort_key(self.name)[:120]
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/users/{self.username}/"

    @property
    def is_staff(self) -> bool:
        return False

    @cached_property
    def held(self) -> list[Held]:
        """Every current grant, and the scope of everybody the person stands in for just now.

        Read with whoever asks for a page, else by one query. Standing in shows a desk; it brings
        no rights (SX.13).
        """
        if "held_rows" in self.__dict__:
            return held_in(self.__dict__["held_rows"])
        people = with_held(User.objects.filter(pk=self.pk), clock.now())
        return held_in(people.values_list("held_rows", flat=True).first())

    @cached_property
    def person_scopes(self) -> list[int]:
        """The person's own scope, and those of the people they stand in for just now (SX.13)."""
        desks = [held.scope for held in self.held if held.kind == Scope.Kind.PERSON]
        return [self.scope_id, *desks]

    @cached_property
    def company_ids(self) -> list[int]:
        """Companies in which the person is granted anything; a group manager has several."""
        granted = [held for held in self.held if held.kind != Scope.Kind.PERSON]
        return sorted({held.company for held in granted})

    @cached_property
    def staff_company_ids(self) -> list[int]:
        """Companies the person works in: outside people, granted an account, have none."""
        return sorted({held.company for held in self.held if held.kind == Scope.Kind.UNIT})

    def scopes_with(self, right: str) -> list[int]:
        """The scopes in which the person holds a right."""
        return [held.scope for held in self.held if right in held.rights]

    def companies_with(self, right: str) -> list[int]:
        """The companies somewhere in which the person holds a right."""
        return sorted({held.company for held in self.held if right in held.rights})

    def holds(self, right: str) -> bool:
        """Whether the person holds a right anywhere."""
        return self.is_system or any(right in held.rights for held in self.held)

    def holds_over(self, right: str, unit: Unit | None) -> bool:
        """Whether the person holds a right in a unit or in one above it."""
        if self.is_system:
            return True
        return unit is not None and bool(set(self.scopes_with(right)) & unit.scopes_above())

    def sight(self, right: str) -> list[int]:
        """The scopes whose matters the person sees: those of the grants, their own, and those of
        whoever they stand in for.
        """
        return [*self.person_scopes, *self.scopes_with(right)]

    @property
    def is_own_staff(self) -> bool:
        """Whether the person works in a company; outside people, granted an account, do not."""
        return self.is_system or bool(self.staff_company_ids)

    @property
    def needs_second_factor(self) -> bool:
        """Whether one of the person's roles asks for more than a password (SX.02)."""
        return any(held.needs_second_factor for held in self.held)

    @cached_property
    def unit_ids_above(self) -> list[int]:
        """The units the person belongs to or acts in, and every unit above them."""
        acted_in = [held.path for held in self.held if held.kind == Scope.Kind.UNIT]
        paths = [self.unit.path, *acted_in] if self.unit else acted_in
        return sorted({int(part) for path in paths for part in path.split("/") if part})
