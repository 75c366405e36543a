"""How long personal words are kept, in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed, check_words
from kept.people.loading import own_rows
from kept.people.models import Unit
from kept.timeline.models import RetentionRule
from kept.timeline.retention import classes_of


@packs.section("retention", order=60)
def read_retention(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[retention]] code, name, of, days`` (SX.15)."""
    known = classes_of(loading.company)
    for row in rows:
        if row["of"] not in known:
            raise InvalidInput(
                _("“{value}” is not known here. There are: {known}."),
                value=row["of"],
                known=Listed(sorted(known)),
            )
        made = RetentionRule.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            of=row["of"],
            days=row["days"],
        )
        loading.remember("retention", made.code, made)


@packs.writer("retention")
def write_retention(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    return [
        {"code": row.code, "name": dict(row.name), "of": row.of, "days": row.days}
        for row in own_rows(RetentionRule, company, moment, "pk")
    ]


describe(
    "retention",
    _("Personal data"),
    keys={"of": _("Class of records"), "days": _("Days kept")},
)
