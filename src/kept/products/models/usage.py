"""How an oil does at a direct user's: noted throughout, reported by quarter (S4.28)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.parties.models import Account
from kept.people.models import User
from kept.products.models.product import Product
from kept.timeline.models import Registered, ThreadedQuerySet


class UsageNote(Registered, models.Model):
    """One look at a machine: which product it runs on, when it was changed, at how many hours, what
    is wrong, and what was advised. Seen through the customer's thread.
    """

    see_right = "parties.see"
    ref = "id"
    plural = "usage"
    thread_path = "account__thread"
    public_fields = (
        "account",
        "on",
        "machine",
        "product",
        "hours",
        "changed_on",
        "problem",
        "advice",
        "noted_by",
        "noted_at",
    )

    account = models.ForeignKey(Account, models.PROTECT, related_name="usage")
    on = models.DateField(_("on"))
    machine = models.CharField(_("machine"), max_length=100)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    hours = models.PositiveIntegerField(_("hours run"), null=True)
    changed_on = models.DateField(_("oil changed on"), null=True)
    problem = models.TextField(_("problem"), blank=True, default="")
    advice = models.TextField(_("advice"), blank=True, default="")
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["account", "-on"])]

    def __str__(self) -> str:
        return f"{self.on} {self.machine}"

    @property
    def thread(self):
        return self.account.thread

    def get_absolute_url(self) -> str:
        return self.account.get_absolute_url()
