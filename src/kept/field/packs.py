"""What a company asks of sending people to customers, in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.field.models import DispatchPolicy
from kept.kit import packs
from kept.kit.pack_words import describe
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.people.loading import own_rows
from kept.people.models import Unit

KNOWN = ("usual_minutes", "travel_minutes")
#: Nothing takes longer than a month of days and nights.
MOST = 31 * 24 * 60


@packs.section("dispatch", order=72)
def read_dispatch(loading: Loading, row: dict[str, Any]) -> None:
    """``[dispatch] usual_minutes, travel_minutes``; a company without it sends nobody (S2.15)."""
    if unknown := sorted(set(row) - set(KNOWN)):
        raise InvalidInput(
            _("“{value}” is not known here. There are: {known}."),
            value=unknown[0],
            known=Listed(KNOWN),
        )
    values = {name: row[name] for name in KNOWN if name in row}
    for name, least in (("usual_minutes", 1), ("travel_minutes", 0)):
        _require_minutes(name, values.get(name, least), least)
    DispatchPolicy.objects.create(unit=loading.company, valid_from=loading.valid_from, **values)
    loading.done["dispatch"] = 1


def _require_minutes(name: str, value: Any, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
        raise InvalidInput(
            _("“{name}” is a number of minutes from {least} to {most}."),
            name=name,
            least=least,
            most=MOST,
        )


@packs.writer("dispatch")
def write_dispatch(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(DispatchPolicy, company, moment)
    return {name: getattr(rows[0], name) for name in KNOWN} if rows else None


describe(
    "dispatch",
    _("Dispatches"),
    keys={
        "usual_minutes": _("Minutes on site"),
        "travel_minutes": _("Minutes on the way"),
    },
)
