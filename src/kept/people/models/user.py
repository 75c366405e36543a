"""Users: everybody who signs in, staff and outside people alike."""

from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.names import sort_key
from kept.kit.records import Recorded
from kept.people.models.rights import Scope
from kept.people.models.unit import Unit

SYSTEM_USERNAME = "kept"


class UserQuerySet(models.QuerySet):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True, is_system=False)

    def staff_of(self, company: Unit) -> "UserQuerySet":
        return self.active().filter(company=company).order_by("sort_key")

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Colleagues: people of the companies the person is granted anything in."""
        return self.active().filter(company__in=user.company_ids).order_by("sort_key")


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


class User(Recorded, AbstractBaseUser):
    """A person with a name to sign in with, a home unit, and grants."""

    ref = "username"
    plural = "users"
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

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
    def held(self) -> list[tuple[int, frozenset[str], int]]:
        """(scope, rights, company) of every current grant; one query, once per request."""
        grants = self.grants.current().values_list("scope_id", "role__rights", "role__company_id")
        return [(scope, frozenset(rights), company) for scope, rights, company in grants]

    @cached_property
    def company_ids(self) -> list[int]:
        """Companies in which the person is granted anything; a group manager has several."""
        return sorted({company for _scope, _rights, company in self.held})

    def scopes_with(self, right: str) -> list[int]:
        """The scopes in which the person holds a right."""
        return [scope for scope, rights, _company in self.held if right in rights]

    def holds(self, right: str) -> bool:
        """Whether the person holds a right anywhere."""
        return self.is_system or any(right in rights for _scope, rights, _company in self.held)

    def sight(self, right: str) -> list[int]:
        """The scopes whose matters the person sees: those of the grants, and their own."""
        return [self.scope_id, *self.scopes_with(right)]
