"""The list of imports: who brought in what, and what became of it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from kept.imports.kinds import KIND_LABELS, kind_choices, kinds_of
from kept.imports.models import ImportRun, ImportState
from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    FromDay,
    List,
    OneOf,
    Order,
    UntilDay,
)
from kept.people.models import Unit


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


class ImportFilter(FilterSet):
    """What imports can be narrowed by."""

    q = Contains("name", "by__name", label=_("Find"))
    kind = OneOf(label=_("What the rows are"), choices=kind_choices)
    status = OneOf(label=_("State"), choices=ImportState.choices)
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )
    uploaded_after = FromDay(label=_("Uploaded"), field_name="uploaded_at")
    uploaded_until = UntilDay(label=_("Uploaded"), field_name="uploaded_at")

    class Meta:
        model = ImportRun
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path) if unit else rows


def _kind_label(run: ImportRun) -> Any:
    return KIND_LABELS(run.kind).label


class ImportList(List):
    """Every import somebody may know of, the newest first."""

    name, title = "imports", _("Import")
    row_address = "/imports/{id}/"
    filter = ImportFilter
    order = {
        "newest": Order("-uploaded_at", "-pk", label=_("Newest first")),
        "name": Order("name", "-pk", label=_("By name")),
        "refused": Order("-refused", "-pk", label=_("Most refused first")),
    }
    default_order = "newest"
    columns = [
        Column("uploaded_at", _("Uploaded"), width="fit", order="newest"),
        Column("name", _("File"), link=True, order="name"),
        Column("kind", _("What the rows are"), value=_kind_label, raw="kind"),
        Column("unit", _("Unit"), phone="hide"),
        Column("by", _("Who")),
        Column("rows", _("Rows"), align="end", phone="label"),
        Column("made", _("New"), align="end", phone="label"),
        Column("known", _("Known before"), align="end", phone="hide"),
        Column("refused", _("Rows refused"), align="end", phone="label", order="refused"),
        Column("status", _("State"), width="fit", phone="state"),
    ]
    empty = Empty(
        _("Nothing was brought in on these pages yet"),
        _("Choose above what your table holds, or get an empty one to fill in."),
        icon="file-spreadsheet",
    )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        reader: Any = request.user
        if not kinds_of(reader) and not self.queryset(request).exists():
            raise PermissionDenied
        return super().get(request, **kwargs)

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader: Any = request.user
        return ImportRun.objects.visible_to(reader).select_related("unit", "by")

    def row_state(self, row: Any) -> str:
        if row.status == ImportState.STOPPED:
            return "broken"
        return "warned" if row.refused and row.status != ImportState.CHECKED else ""

    def context(self) -> dict[str, Any]:
        reader: Any = self.request.user
        return {"above": "imports/kinds.html", "kinds": kinds_of(reader)}
