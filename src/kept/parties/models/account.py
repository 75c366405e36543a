"""Accounts: one row per party; customer, dealer, station, operator, supplier are its roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.names import sort_key
from kept.people.models import Scope, Unit, User
from kept.timeline.models import Threaded


class AccountRole(models.TextChoices):
    """What a party is to the company; it can be several of these."""

    CUSTOMER = "customer", _("customer")
    DEALER = "dealer", _("dealer")
    STATION = "station", _("service station")
    OPERATOR = "operator", _("operator")
    SUPPLIER = "supplier", _("supplier")
    AGENT = "agent", _("agent")


class AccountState(models.TextChoices):
    """Whether the party is served now."""

    PENDING = "pending", _("not yet active")
    ACTIVE = "active", _("active")
    LOST = "lost", _("lost")
    MERGED = "merged", _("merged")


class Account(Threaded):
    """A party: number, name, roles, the unit whose territory it lies in, how it joined."""

    see_right = "parties.see"
    kind = "account"
    register = "A"
    plural = "accounts"

    Role = AccountRole
    Status = AccountState

    number = models.CharField(max_length=30, unique=True, null=True)
    name = models.CharField(_("name"), max_length=200)
    sort_key = models.CharField(max_length=200, editable=False, db_index=True, default="")
    roles = models.JSONField(default=list)
    status = models.CharField(
        max_length=10, choices=AccountState.choices, default=AccountState.ACTIVE
    )
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="accounts")
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="account")
    field_manager = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="managed_accounts"
    )
    region = models.CharField(max_length=80, blank=True, default="")
    level = models.CharField(max_length=40, blank=True, default="")
    joined_year = models.PositiveSmallIntegerField(null=True, blank=True)
    joining = models.CharField(max_length=40, blank=True, default="")
    project_class = models.CharField(max_length=80, blank=True, default="")
    agent_name = models.CharField(max_length=100, blank=True, default="")
    notes = models.TextField(blank=True, default="")
    last_verified_on = models.DateField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)
    lost_reason = models.CharField(max_length=200, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )

    class Meta:
        indexes = [models.Index(fields=["company", "status"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.sort_key = sort_key(self.name)[:200]
        super().save(*args, **kwargs)
