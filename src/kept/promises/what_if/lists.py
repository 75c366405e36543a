"""What was asked, and the promises behind every figure of an answer."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit.lists import (
    Column,
    Empty,
    FewChoices,
    FilterSet,
    List,
    OneOf,
    Order,
    YesNo,
)
from kept.kit.pages import find_or_none
from kept.people.models import User
from kept.people.reader import reader_of
from kept.promises.lists import PromisesTabs
from kept.promises.models import (
    PromiseKind,
    WhatIf,
    WhatIfOutcome,
    WhatIfRow,
    WhatIfState,
)
from kept.promises.models.what_if import RIGHT
from kept.promises.replay.spread import BANDS, COLUMNS
from kept.promises.replay.worded import (
    band_words,
    hour_words,
    margin_words,
    weekday_words,
)


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(reader_of(request))


class WhatIfFilter(FilterSet):
    """What questions can be narrowed by."""

    kind = OneOf(label=pgettext_lazy("of a promise", "Kind"), choices=PromiseKind.choices)
    status = OneOf(label=_("State"), choices=WhatIfState.choices)
    by = FewChoices(label=_("Who"), queryset=_people)

    class Meta:
        model = WhatIf
        fields: list[str] = []


def kept_then(asked: WhatIf) -> str:
    """The share kept, today and under the changed rule."""
    shares = [one.get("kept_percent") for one in (asked.today, asked.changed)]
    return " → ".join("–" if share is None else f"{share} %" for share in shares)


class WhatIfList(PromisesTabs, List):
    """Every what-if somebody may see, the newest first."""

    name, title = "what-ifs", _("What if")
    row_address = "/promises/what-if/{id}/"
    right = RIGHT
    filter = WhatIfFilter
    order = {"newest": Order("-asked_at", "-pk")}
    default_order = "newest"
    columns = [
        Column(
            "question",
            pgettext_lazy("of a what-if", "Question"),
            value=str,
            raw="kind",
            link=True,
            width="wide",
        ),
        Column("unit", _("Unit"), phone="hide"),
        Column("from_on", _("Promised from"), width="fit", phone="hide"),
        Column("until_on", _("Promised until"), width="fit", phone="hide"),
        Column("total", _("Promises"), align="end", phone="label"),
        Column("kept", _("Kept"), value=kept_then, raw="total", width="fit", phone="label"),
        Column("by", _("Who"), phone="hide"),
        Column("asked_at", _("Asked"), width="fit", order="newest", phone="hide"),
        Column("status", _("State"), width="fit", phone="state"),
    ]
    empty = Empty(
        _("Nobody asked what if yet"),
        _("See what would have been kept, had a rule been another."),
        icon="scale",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = WhatIf.objects.visible_to(reader_of(request))
        return rows.select_related("unit", "by", "rule", "calendar")

    def row_state(self, row: Any) -> str:
        return "broken" if row.status == WhatIfState.STOPPED else ""

    def context(self) -> dict[str, Any]:
        return {**super().context(), "above": "promises/what_if_above.html"}


def _asked(request: HttpRequest) -> QuerySet:
    rows = WhatIf.objects.visible_to(reader_of(request)).select_related("rule", "calendar")
    return rows.order_by("-asked_at", "-pk")


def _bands() -> list[tuple[int, str]]:
    return [(band, band_words(band)) for band in range(len(BANDS) + 1)]


def _hours() -> list[tuple[int, str]]:
    return [
        (day * COLUMNS + hour, f"{weekday_words(day)} {hour_words(hour)}")
        for day in range(7)
        for hour in range(COLUMNS)
    ]


class WhatIfRowFilter(FilterSet):
    """The figures of an answer, each as a filter."""

    what_if = FewChoices(label=_("What if"), queryset=_asked)
    outcome_today = OneOf(label=_("Today"), choices=WhatIfOutcome.choices)
    outcome_changed = OneOf(label=_("Changed"), choices=WhatIfOutcome.choices)
    band_today = OneOf(label=_("Lateness today"), choices=_bands)
    band_changed = OneOf(label=_("Lateness, changed"), choices=_bands)
    hour_today = OneOf(label=_("Due today"), choices=_hours)
    hour_changed = OneOf(label=_("Due, changed"), choices=_hours)
    off_today = YesNo(label=_("Off duty today"))
    off_changed = YesNo(label=_("Off duty, changed"))

    class Meta:
        model = WhatIfRow
        fields: list[str] = []


def _margin(name: str) -> Any:
    def words(row: WhatIfRow) -> str:
        minutes = getattr(row, f"margin_{name}")
        return "" if minutes is None else margin_words(minutes)

    return words


class WhatIfRowList(List):
    """The promises behind the figures of a what-if, under today's rule and the changed one."""

    name, title = "what-if-rows", _("Promises of a what-if")
    right = RIGHT
    filter = WhatIfRowFilter
    row_address = "/promises/{promise__id}/"
    order = {
        "due": Order("due_changed", "pk"),
        "margin": Order("-margin_changed", "-pk", label=_("Latest first, changed")),
        "margin_today": Order("-margin_today", "-pk", label=_("Latest first, today")),
    }
    default_order = "due"
    columns = [
        Column("promise", _("Promise"), value="promise.get_kind_display", link=True),
        Column("about", _("About"), value="promise.about.number", width="fit"),
        Column("title", _("Matter"), value="promise.about.name", phone="full"),
        Column("person", _("Person"), value="promise.person.name", phone="hide"),
        Column("due_today", _("Due today"), width="fit", phone="hide"),
        Column("due_changed", _("Due, changed"), width="fit", order="due"),
        Column("done", _("Done"), value="promise.done_at", width="fit", phone="hide"),
        Column("outcome_today", _("Today"), phone="label"),
        Column("margin_today", _("Lateness today"), value=_margin("today"), raw="margin_today",
               places=("file", "print")),
        Column("outcome_changed", _("Changed"), phone="state"),
        Column("margin_changed", _("Lateness, changed"), value=_margin("changed"),
               raw="margin_changed", order="margin", phone="label"),
    ]  # fmt: skip
    empty = Empty(_("No promise counts here"), _("Open a what-if and choose a figure."))

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = WhatIfRow.objects.visible_to(reader_of(request))
        return rows.select_related("promise__about__of_unit", "promise__person")

    def context(self) -> dict[str, Any]:
        """The way back to the what-if whose promises these are."""
        ref = self.request.GET.get("what_if", "")
        asked = find_or_none(WhatIf, ref, self.request.user, ("rule", "calendar")) if ref else None
        return {"above": "promises/what_if_rows_above.html", "asked": asked} if asked else {}

    def row_state(self, row: Any) -> str:
        late = (WhatIfOutcome.LATE, WhatIfOutcome.OVERDUE)
        return "late" if row.outcome_changed in late else ""
