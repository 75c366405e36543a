"""What is done to keep a file alive: checks, taught skills, and what was heard."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kept.parties.models.account import Account
from kept.parties.models.contact import Contact
from kept.people.models import User
from kept.timeline.models import Registered, Thread, ThreadedQuerySet


class FilePart(models.TextChoices):
    """A part of the file that can be ticked as checked (S3.02)."""

    CONTACTS = "contacts", _("contacts and phones")
    ADDRESS = "address", _("addresses")
    PRODUCTS = "products", _("products and versions")
    LEVEL = "level", _("type and level")
    NEEDS = "needs", _("needs and preferences")


class FileCheck(Registered, models.Model):
    """Somebody looked through a file and says it is right: who, when, what (S1.22, S3.02)."""

    see_right = "parties.see"
    thread_path = "account__thread"

    account = models.ForeignKey(Account, models.PROTECT, related_name="checks")
    parts = models.JSONField(default=list)
    note = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checked_on = models.DateField(db_index=True)
    checked_at = models.DateTimeField()

    objects = ThreadedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.account_id} {self.checked_on}"

    def get_absolute_url(self) -> str:
        return self.account.get_absolute_url()

    @property
    def part_words(self) -> str:
        return gettext(", ").join(str(FilePart(part).label) for part in self.parts)


class Skill(models.TextChoices):
    """What a customer is taught so that they can be helped from afar (S1.13)."""

    GO_ONLINE = "go_online", _("going online")
    REGISTER = "register", _("registering on the website")
    SEND_MAIL = "send_mail", _("sending mail with data")
    REMOTE = "remote", _("letting us look from afar")


class TaughtSkill(Registered, models.Model):
    """Somebody at a customer was taught something: what, when, by whom, and whether it worked."""

    see_right = "parties.see"
    thread_path = "account__thread"

    account = models.ForeignKey(Account, models.PROTECT, related_name="taught_skills")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="taught_skills"
    )
    skill = models.CharField(max_length=20, choices=Skill.choices)
    was_learned = models.BooleanField()
    note = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taught_at = models.DateTimeField()

    objects = ThreadedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.account_id} {self.skill}"


class RemarkKind(models.TextChoices):
    """What was heard from a party (S3.05, S0.29)."""

    NEED = "need", _("need")
    LIKING = "liking", _("liking")
    MARKET = "market", _("market news")
    OPINION = "opinion", _("opinion of us")


class Remark(Registered, models.Model):
    """Something a dealer, customer or operator said: worth knowing at the next contact.

    ``rating`` 1 to 5 with an opinion; ``source`` is the matter it was heard in.
    """

    see_right = "parties.see"
    thread_path = "account__thread"

    account = models.ForeignKey(Account, models.PROTECT, related_name="remarks")
    kind = models.CharField(_("kind"), max_length=10, choices=RemarkKind.choices)
    topic = models.CharField(_("topic"), max_length=80, blank=True, default="")
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    text = models.TextField(_("what was said"))
    heard_on = models.DateField()
    source = models.ForeignKey(
        Thread, models.PROTECT, null=True, blank=True, related_name="remarks"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["account", "-heard_on"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)),
                name="remark_rating_1_to_5",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return self.account.get_absolute_url()
