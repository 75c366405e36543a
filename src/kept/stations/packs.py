"""What a company decides about its stations, in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.people.loading import own_rows
from kept.people.models import Unit
from kept.stations.models import StationPolicy

DEFAULTS = {"score_max": 100, "bad_below": 60, "inspect_days": 92}


@packs.section("stations", order=72)
def read_stations(loading: Loading, row: dict[str, Any]) -> None:
    """``[stations] score_max, bad_below, inspect_days``: the company keeps service stations."""
    if unknown := sorted(set(row) - DEFAULTS.keys()):
        raise InvalidInput(
            _("“{value}” is not known here. There are: {known}."),
            value=unknown[0],
            known=Listed(sorted(DEFAULTS)),
        )
    figures = {name: _figure(name, row.get(name, usual)) for name, usual in DEFAULTS.items()}
    StationPolicy.objects.create(unit=loading.company, valid_from=loading.valid_from, **figures)
    loading.done["stations"] = 1


def _figure(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1000:
        raise InvalidInput(
            _("“{name}” is a whole number from 1 to 1000, not “{value}”."), name=name, value=value
        )
    return value


@packs.writer("stations")
def write_stations(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(StationPolicy, company, moment)
    return {name: getattr(rows[0], name) for name in DEFAULTS} if rows else None


describe(
    "stations",
    _("Service stations"),
    keys={
        "score_max": _("Highest score"),
        "bad_below": _("A bad score is below"),
        "inspect_days": _("Inspected within days"),
    },
)
