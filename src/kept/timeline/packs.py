"""How long personal words are kept, in policy packs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import check_words
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
                known=", ".join(sorted(known)),
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
