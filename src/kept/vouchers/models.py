"""Vouchers, and what is said of one while its file hangs on nothing yet."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit.money import MoneyField
from kept.kit.states import HasStates
from kept.people.models import Unit, User
from kept.timeline.models import Attachment, Thread, Threaded, ThreadedQuerySet
from kept.timeline.models.thread import seen_through_kinds

NUMBER_MAX = 60
PLACE_MAX = 100


class VoucherType(models.TextChoices):
    """What was handed out for the money."""

    INVOICE = "invoice", _("invoice")
    RECEIPT = "receipt", _("receipt")
    TICKET = "ticket", _("ticket")
    OTHER = "other", _("other voucher")


class VoucherState(models.TextChoices):
    """Whether a voucher counts."""

    STANDING = "standing", _("standing")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Printed(models.Model):
    """What is printed on a voucher. ``number_key`` is its number however it is typed; ``amount`` is
    exact, in whole smallest coins; ``dated_on`` is the day it was issued.
    """

    printed_number = models.CharField(
        _("number on it"), max_length=NUMBER_MAX, blank=True, default=""
    )
    number_key = models.CharField(max_length=NUMBER_MAX * 2, blank=True, default="")
    voucher_type = models.CharField(
        _("type"), max_length=10, choices=VoucherType.choices, blank=True, default=""
    )
    dated_on = models.DateField(_("date"), null=True)
    place = models.CharField(_("place"), max_length=PLACE_MAX, blank=True, default="")
    amount: Any = MoneyField(_("amount"), null=True)

    class Meta:
        abstract = True

    def printed(self) -> dict[str, Any]:
        """Its columns and what stands in them."""
        return {field.name: getattr(self, field.name) for field in Printed._meta.local_fields}


class WaitingVoucher(Printed):
    """What was said of a voucher when its file went up; it goes when an action names the file, or
    with a file that nobody used.
    """

    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="waiting_voucher")

    def __str__(self) -> str:
        return self.printed_number or self.attachment.name


class VoucherQuerySet(ThreadedQuerySet):
    def visible_to(self, user: User) -> "VoucherQuerySet":
        """Vouchers of matters the person sees, as long as they may see vouchers there."""
        seen: Any = super().visible_to(user)
        return seen if user.is_system else seen.filter(seen_through_kinds(user, "about"))

    def standing(self) -> "VoucherQuerySet":
        return self.filter(status=VoucherState.STANDING)


class Voucher(HasStates, Printed, Threaded):
    """One voucher: a file that hangs on a matter, and what is printed on it.

    It is seen through the matter (``about``) it hangs on since entry ``seq``. As long as it stands,
    its content and its number stand once in its company (SX.10); ``checksum`` repeats its file's.
    """

    see_right = "vouchers.see"
    kind = "voucher"
    register = "V"
    plural = "vouchers"
    thread_path = "about"
    ref_related = ("attachment", "about", "unit", "thread")
    public_fields = (
        "number",
        "status",
        "voucher_type",
        "printed_number",
        "dated_on",
        "place",
        "amount",
        "about",
        "attachment",
        "unit",
        "entered_by",
        "entered_at",
        "withdrawn_at",
    )

    Status = VoucherState
    TRANSITIONS = {VoucherState.STANDING: {VoucherState.WITHDRAWN}}

    number = models.CharField(max_length=30, unique=True, null=True)  # type: ignore[assignment]
    about = models.ForeignKey(Thread, models.PROTECT, related_name="vouchers")
    seq = models.PositiveIntegerField()
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="voucher")
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="vouchers")
    checksum = models.CharField(max_length=64)
    status = models.CharField(
        _("status"), max_length=10, choices=VoucherState.choices, default=VoucherState.STANDING
    )
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = VoucherQuerySet.as_manager()  # type: ignore[misc]  # a manager is one of a class

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "checksum"],
                condition=Q(status="standing"),
                name="one_voucher_of_a_content",
            ),
            models.UniqueConstraint(
                fields=["company", "number_key"],
                condition=Q(status="standing") & ~Q(number_key=""),
                name="one_voucher_of_a_number",
            ),
        ]
        indexes = [models.Index(fields=["company", "-entered_at"])]

    def __str__(self) -> str:
        return self.number or self.printed_number
