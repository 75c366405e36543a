"""Scripts in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe
from kept.kit.packs import Loading
from kept.kit.words import check_words
from kept.knowledge.models import Script
from kept.people.loading import own_rows
from kept.people.models import Unit


@packs.section("scripts", order=60)
def read_scripts(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[scripts]] code, name, moment, unit_kinds, routes, lines``."""
    for row in rows:
        made = Script.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            moment=Script.Moment(row["moment"]),
            unit_kinds=row.get("unit_kinds", []),
            routes=row.get("routes", []),
            lines=[check_words(line) for line in row["lines"]],
        )
        loading.remember("scripts", made.code, made)


@packs.writer("scripts")
def write_scripts(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": dict(row.name),
            "moment": row.moment,
            "unit_kinds": list(row.unit_kinds),
            "routes": list(row.routes),
            "lines": [dict(line) for line in row.lines],
        }
        for row in own_rows(Script, company, moment, "pk")
    ]


describe(
    "scripts",
    _("Scripts"),
    keys={
        "moment": _("Moment"),
        "unit_kinds": _("Kinds of units"),
        "routes": _("Routes"),
        "lines": _("Lines"),
    },
)
