"""Contacts of an account, their phones, and addresses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.masking import masked
from kept.kit.names import sort_key
from kept.kit.public import Guarded
from kept.kit.rows import ReadQuickly
from kept.parties.models.account import Account
from kept.parties.naming import readable
from kept.people.models import User
from kept.people.personal import SEE_PERSONAL, personal
from kept.timeline.models import Registered, Thread, ThreadedQuerySet


class CurrentQuerySet(ThreadedQuerySet):
    def current(self) -> "CurrentQuerySet":
        """Rows that still hold."""
        return self.filter(ended_at__isnull=True)


class Contact(Registered, ReadQuickly, models.Model):
    """A person at an account. Seen through the account's thread.

    ``can_email``: whether they can send data by mail; not known until somebody says (S1.13).
    ``erased_at``: when name, phones and mail were erased under a rule (SX.15).
    """

    see_right = "parties.see"
    thread_path = "account__thread"
    ref = "id"
    plural = "contacts"
    public_fields = (
        "account",
        "name",
        "title",
        Guarded("email", SEE_PERSONAL),
        "can_email",
        "is_main",
        "is_repair_staff",
        "ended_at",
    )

    account = models.ForeignKey(Account, models.PROTECT, related_name="contacts")
    name = models.CharField(_("contact"), max_length=100)
    sort_key = models.CharField(max_length=120, editable=False, default="")
    title = models.CharField(_("job title"), max_length=80, blank=True, default="")
    email = models.EmailField(_("mail"), blank=True, default="")
    can_email = models.BooleanField(null=True, blank=True)
    is_main = models.BooleanField(default=False)
    is_repair_staff = models.BooleanField(_("repairs"), default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["account", "ended_at"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.sort_key = sort_key(self.name)[:120]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return self.account.get_absolute_url()

    @property
    def thread(self) -> Thread:
        return self.account.thread


class Phone(Registered, ReadQuickly, models.Model):
    """A phone number as dialled (E.164) and as digits, for finding it by any fragment."""

    see_right = "parties.see"
    thread_path = "contact__account__thread"
    ref = "id"
    plural = "phones"
    public_fields = (
        "contact",
        Guarded("number", SEE_PERSONAL),
        "extension",
        "ended_at",
    )

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="phones")
    number = models.CharField(max_length=30)
    digits = models.CharField(max_length=30, db_index=True)
    extension = models.CharField(max_length=10, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        number = readable(self.number)
        return f"{number} # {self.extension}" if self.extension else number

    @property
    def masked(self) -> str:
        """The number for who has no need of it (SX.15)."""
        return masked(self)

    def shown_to(self, reader: User) -> str:
        """The number as the person reads it: whole, or masked (SX.15)."""
        return personal(self, reader)

    def get_absolute_url(self) -> str:
        return self.contact.get_absolute_url()

    @property
    def thread(self) -> Thread:
        return self.contact.account.thread


class Address(Registered, ReadQuickly, models.Model):
    """A place of an account: where to send, where to visit."""

    see_right = "parties.see"
    thread_path = "account__thread"
    ref = "id"
    plural = "addresses"
    public_fields = (
        "account",
        "region",
        "text",
        "is_main",
        "ended_at",
    )

    account = models.ForeignKey(Account, models.PROTECT, related_name="addresses")
    region = models.CharField(_("region"), max_length=80, blank=True, default="")
    text = models.CharField(_("address"), max_length=300)
    is_main = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return self.account.get_absolute_url()

    @property
    def thread(self) -> Thread:
        return self.account.thread
