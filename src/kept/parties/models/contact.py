"""Contacts of an account, their phones, and addresses."""

from django.db import models

from kept.kit.names import sort_key
from kept.parties.models.account import Account
from kept.timeline.models import ThreadedQuerySet


class Contact(models.Model):
    """A person at an account. Seen through the account's thread."""

    see_right = "parties.see"
    thread_path = "account__thread"
    ref = "id"
    plural = "contacts"

    account = models.ForeignKey(Account, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=100)
    sort_key = models.CharField(max_length=120, editable=False, default="")
    title = models.CharField(max_length=80, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    can_email = models.BooleanField(default=True)
    is_main = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ThreadedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.sort_key = sort_key(self.name)[:120]
        super().save(*args, **kwargs)

    @property
    def thread(self):
        return self.account.thread

    def get_absolute_url(self) -> str:
        return self.account.get_absolute_url()


class Phone(models.Model):
    """A phone number as dialled (E.164) and as digits, for finding it by any fragment."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="phones")
    number = models.CharField(max_length=30)
    digits = models.CharField(max_length=30, db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.number


class Address(models.Model):
    """A place of an account: where to send, where to visit."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="addresses")
    region = models.CharField(max_length=80, blank=True, default="")
    text = models.CharField(max_length=300)
    is_main = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.text
