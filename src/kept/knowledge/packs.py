"""Scripts in policy packs."""

from typing import Any

from kept.kit import packs
from kept.kit.packs import Loading
from kept.kit.words import check_words
from kept.knowledge.models import Script


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
