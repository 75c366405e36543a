"""Numbers without holes, and receipts for request keys."""

from django.db import models

from kept.people.models import Unit, User


class Series(models.Model):
    """The last number given in one register of one company in one year (SX.05)."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    register = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "register", "year"], name="one_series"),
        ]

    def __str__(self) -> str:
        return f"{self.register}{self.year}: {self.last}"


class Receipt(models.Model):
    """A request key, what was asked under it, and the first answer. Kept seven days."""

    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    verb = models.CharField(max_length=80)
    body_hash = models.CharField(max_length=64)
    result_model = models.CharField(max_length=60, blank=True, default="")
    result_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="one_receipt")]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"
