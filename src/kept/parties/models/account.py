"""Accounts: one row per party; customer, dealer, station, operator, supplier are its roles."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kept.kit.names import sort_key
from kept.kit.refusal import Refused
from kept.kit.states import HasStates
from kept.parties.findable import put_account
from kept.parties.naming import name_key
from kept.people.models import Scope, Unit, User
from kept.timeline.models import Thread, Threaded, ThreadedQuerySet


class AccountRole(models.TextChoices):
    """What a party is to the company; it can be several of these."""

    CUSTOMER = "customer", _("customer")
    DEALER = "dealer", _("dealer")
    STATION = "station", _("service station")
    OPERATOR = "operator", _("operator")
    SUPPLIER = "supplier", _("supplier")
    AGENT = "agent", _("agent")


class AccountState(models.TextChoices):
    """Whether the party is served, or serves, now."""

    PENDING = "pending", _("not yet active")
    ACTIVE = "active", _("active")
    LOST = "lost", _("lost")
    ENDED = "ended", _("ended")
    MERGED = "merged", _("merged")


class Joining(models.TextChoices):
    """How a dealer joined (S3.01, G8)."""

    PREPAYMENT = "prepayment", _("prepayment")
    SAMPLE_BOOKS = "sample_books", _("bought sample books")


#: Roles whose leaving counts as churn (S1.23).
SERVED = (AccountRole.CUSTOMER, AccountRole.DEALER)
#: States in which an account can still change; a merged one goes on as its survivor.
ALIVE = (AccountState.PENDING, AccountState.ACTIVE, AccountState.LOST, AccountState.ENDED)


class AccountQuerySet(ThreadedQuerySet):
    def alive(self) -> "AccountQuerySet":
        """Without those merged into another."""
        return self.exclude(status=AccountState.MERGED)

    def in_role(self, *roles: str) -> "AccountQuerySet":
        """Accounts that are at least one of these."""
        wanted = (Q(roles__icontains=f'"{AccountRole(role).value}"') for role in roles)
        return self.filter(reduce(or_, wanted))

    def delete(self):
        """Never: a customer deleted would be a customer not lost (S1.23, SX.05)."""
        raise _never_deleted()


def _never_deleted() -> Refused:
    return Refused(
        _("Customers and partners are never deleted. Mark them as lost or ended, with the reason."),
        rule="S1.23",
    )


class Account(HasStates, Threaded):
    """A party: number, name, roles, the unit whose territory it lies in, how it joined.

    ``code`` is what the company calls it (station ZJ-01), ``org_type`` what kind of organisation it
    is, ``agent_name`` who sold to it. ``field_manager`` is responsible for a station now;
    ``relationship_owner`` looks after an operator or customer. ``level_rule`` is the policy row the
    level was given by. ``quiet_hours`` are its own, none where the company's hold (S3.21).
    ``last_verified_on`` is the last day somebody checked the file.
    """

    see_right = "parties.see"
    kind = "account"
    register = "A"
    ref_related = ("unit", "company")
    plural = "accounts"
    public_fields = (
        "number",
        "code",
        "name",
        "roles",
        "org_type",
        "status",
        "unit",
        "region",
        "field_manager",
        "relationship_owner",
        "dealer_type",
        "level_rule",
        "level_since",
        "joined_year",
        "joining",
        "project_class",
        "agent_name",
        "notes",
        "last_verified_on",
        "quiet_hours",
        "informed_at",
        "informed_channels",
        "lost_at",
        "lost_reason",
        "merged_into",
    )

    Role = AccountRole
    Status = AccountState
    TRANSITIONS = {
        AccountState.PENDING: {AccountState.ACTIVE, AccountState.ENDED, AccountState.MERGED},
        AccountState.ACTIVE: {AccountState.LOST, AccountState.ENDED, AccountState.MERGED},
        AccountState.LOST: {AccountState.ACTIVE, AccountState.MERGED},
        AccountState.ENDED: {AccountState.ACTIVE, AccountState.MERGED},
    }

    number = models.CharField(max_length=30, unique=True, null=True)  # type: ignore[assignment]
    code = models.CharField(_("code"), max_length=30, blank=True, default="")
    name = models.CharField(_("name"), max_length=200)
    sort_key = models.CharField(max_length=200, editable=False, db_index=True, default="")
    name_key = models.CharField(max_length=200, editable=False, default="")
    roles = models.JSONField(_("roles"), default=list)
    org_type = models.CharField(_("kind of organisation"), max_length=60, blank=True, default="")
    status = models.CharField(
        _("status"), max_length=10, choices=AccountState.choices, default=AccountState.ACTIVE
    )
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="accounts")
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="account")
    field_manager = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="managed_accounts"
    )
    relationship_owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="kept_accounts"
    )
    region = models.CharField(_("region"), max_length=80, blank=True, default="")
    dealer_type = models.ForeignKey(
        "parties.DealerType", models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    level = models.CharField(_("level"), max_length=40, blank=True, default="", db_index=True)
    level_rule = models.ForeignKey(
        "parties.DealerLevel", models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    level_since = models.DateField(null=True, blank=True)
    joined_year = models.PositiveSmallIntegerField(_("year it joined"), null=True, blank=True)
    joining = models.CharField(
        _("way of joining"), max_length=40, choices=Joining.choices, blank=True, default=""
    )
    project_class = models.CharField(
        _("class of projects done"), max_length=80, blank=True, default=""
    )
    agent_name = models.CharField(_("sold by agent"), max_length=100, blank=True, default="")
    notes = models.TextField(_("notes"), blank=True, default="")
    last_verified_on = models.DateField(null=True, blank=True)
    quiet_hours = models.JSONField(null=True, blank=True, default=None)
    informed_at = models.DateTimeField(null=True, blank=True)
    informed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    informed_channels = models.JSONField(default=list, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)
    lost_reason = models.CharField(max_length=200, blank=True, default="")
    erased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )

    objects = AccountQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "code"],
                condition=~Q(code="") & ~Q(status="merged"),
                name="one_account_per_code",
            )
        ]
        indexes = [
            models.Index(fields=["company", "status"]),
            models.Index(fields=["company", "name_key"]),
            models.Index(fields=["company", "last_verified_on"]),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.sort_key = sort_key(self.name)[:200]
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise _never_deleted()

    def take_number(self, number: str) -> None:
        """Take the register's number; from now on the account can be found."""
        super().take_number(number)
        put_account(self)

    @property
    def is_served(self) -> bool:
        """Whether its leaving would count as a lost customer (S1.23)."""
        return any(role in self.roles for role in SERVED)

    @property
    def is_station(self) -> bool:
        return AccountRole.STATION in self.roles

    @property
    def is_agent_sold(self) -> bool:
        """Sold by an agent: the same service as any other customer (S1.34)."""
        return bool(self.agent_name)

    @property
    def role_words(self) -> str:
        """The roles, in the reader's language."""
        return gettext(", ").join(str(AccountRole(role).label) for role in self.roles)

    @property
    def survivor(self) -> "Account":
        """The account this one goes on as: itself, unless it was merged."""
        return self.merged_into or self

    def family_threads(self) -> list[Thread]:
        """Its own thread and those of the accounts merged into it: each keeps its story."""
        rows = Thread.objects.filter(account__merged_into=self)
        return [self.thread, *rows.order_by("pk")]
