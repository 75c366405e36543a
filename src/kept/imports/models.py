"""An import: one uploaded table on its way in, and what became of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.importing.kinds import Kind, all_kinds, kind_named
from kept.kit.importing.tables import How
from kept.people.models import Unit, User
from kept.people.real_time import real_now
from kept.timeline.models import Attachment

FILE_KEPT = timedelta(days=7)
"""Its file, its errors file and what is said of its faults are kept so long: they are personal."""
SILENT_AFTER = timedelta(minutes=2)
"""A worker tells after every thousand rows; one that is silent so long is taken for dead."""


class ImportState(models.TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("uploaded")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked")
    RUNNING = "running", _("being brought in")
    DONE = "done", _("brought in")
    STOPPED = "stopped", _("broken off")


UNDER_WAY = (ImportState.CHECKING, ImportState.RUNNING)
AT_REST = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.DONE, ImportState.STOPPED)


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ImportQuerySet":
        """One's own, and those of kinds one may import in their unit."""
        if user.is_system:
            return self
        scopes = {kind.name: user.scopes_with(kind.right) for kind in all_kinds()}
        paths = _paths_of({one for some in scopes.values() for one in some})
        seen = Q(by=user)
        for name, held in scopes.items():
            for path in {paths[one] for one in held if one in paths}:
                seen |= Q(kind=name, unit__path__startswith=path)
        return self.filter(seen)


def _paths_of(scopes: set[int]) -> dict[int, str]:
    """Scope → where its unit stands in the tree; scopes that are no units are left out."""
    if not scopes:
        return {}
    return dict(Unit.objects.filter(scope__in=scopes).values_list("scope_id", "path"))


class ImportRun(models.Model):
    """One uploaded table: who brought it, into which unit, how it is read, what became of it.

    ``reading`` says how the file is read (see ``kit.importing.tables.How``); ``columns`` the place
    of the column, from 0, that says each field, ``None`` for no column and "*" for what a shipped
    description says; ``options`` what the kind asks for besides. ``attempt`` counts checks and
    bringings-in: only the worker that holds the last one goes on. ``heard_at`` is real time.
    """

    ref = "id"
    plural = "imports"
    public_fields = (
        "id",
        "kind",
        "name",
        "unit",
        "by",
        "uploaded_at",
        "status",
        "is_dry_run",
        "rows",
        "made",
        "known",
        "refused",
        "noted",
        "begun_at",
        "ended_at",
    )

    Status = ImportState

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    file = models.ForeignKey(Attachment, models.SET_NULL, null=True, related_name="+")
    errors_file = models.ForeignKey(Attachment, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_index=True)
    status = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    reading = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)

    attempt = models.PositiveIntegerField(default=0)
    is_dry_run = models.BooleanField(default=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    bytes_done = models.PositiveBigIntegerField(default=0)
    bytes_size = models.PositiveBigIntegerField(default=0)

    rows = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    noted = models.PositiveIntegerField(default=0)
    counted = models.JSONField(default=dict)
    told = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    why_stopped = models.JSONField(default=dict)
    forgotten_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/imports/{self.pk}/"

    def is_guarded_by(self, by: User) -> bool:
        """Only who may import this kind in this unit does anything with it."""
        return by.holds_over(self.kind_of.right, self.unit)

    @property
    def kind_of(self) -> Kind:
        """What its rows become."""
        return kind_named(self.kind)

    @property
    def how(self) -> How:
        """How its file is read."""
        return How(**self.reading)

    @property
    def kept_until(self) -> datetime:
        """When the file is removed."""
        return self.uploaded_at + FILE_KEPT

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    @property
    def is_silent(self) -> bool:
        """Whether it is under way and nothing has been heard of it for long."""
        heard = self.heard_at
        return self.is_under_way and heard is not None and real_now() - heard > SILENT_AFTER

    @property
    def percent(self) -> int:
        """How much of the file has been read."""
        return min(100, 100 * self.bytes_done // self.bytes_size) if self.bytes_size else 0

    @property
    def sentence(self) -> str:
        """What came in, or would come in, in the words of the kind."""
        counts: dict[str, Any] = {"made": self.made, **self.counted}
        return str(self.kind_of.tells).format_map(counts)


def forgotten_before() -> datetime:
    """Files uploaded before this moment are no longer kept."""
    return clock.now() - FILE_KEPT
