"""What a person keeps for themselves: saved views and drafts; and where they are just now."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from kept.kit.rows import ReadQuickly


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "SavedViewQuerySet":
        """One's own, and those shared with a unit one belongs to or acts in."""
        return self.shown_to(user.pk, user.unit_ids_above)

    def shown_to(self, person: int, units: Sequence[int]) -> "SavedViewQuerySet":
        """The same by the keys of the person and of the units they are in."""
        return self.filter(Q(user=person) | Q(unit__in=units))


class SavedView(ReadQuickly, models.Model):
    """A named query over one list, the person's own or shared with their unit and below."""

    ref = "id"
    plural = "views"
    public_fields = (
        "list_name",
        "title",
        "address",
        "query",
        "unit",
        "created_at",
    )

    user = models.ForeignKey("people.User", models.PROTECT, related_name="saved_views")
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, blank=True)
    list_name = models.CharField(max_length=40)
    title = models.CharField(max_length=100)
    address = models.CharField(max_length=200, default="/")
    query = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list_name", "title"], name="one_saved_view_per_title"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.address}?{self.query}"

    def is_guarded_by(self, by: Any) -> bool:
        """Only who saved it changes it, whoever else may use it."""
        return by.pk == self.user_id


class Draft(models.Model):
    """An unfinished form, kept on the server so that a second call never loses the first."""

    user = models.ForeignKey("people.User", models.PROTECT, related_name="drafts")
    form = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=200, blank=True)
    body = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "form", "key"], name="one_draft_per_key")
        ]

    def __str__(self) -> str:
        return self.title or self.key


class Presence(models.Model):
    """Who has a page open just now; rows are stale after a minute and overwritten."""

    user = models.ForeignKey("people.User", models.CASCADE, related_name="+")
    address = models.CharField(max_length=200)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "address"], name="one_presence_per_page")
        ]
        indexes = [models.Index(fields=["address", "seen_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.address}"
