"""Who is told at which moment, and who is there day and night, in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed, check_words
from kept.people.loading import own_rows
from kept.people.models import Unit, UnitKind
from kept.promises.models import (
    DutyPolicy,
    EscalationStage,
    PromiseKind,
    Recipient,
    TellingPolicy,
)
from kept.promises.models.ladder import check_moment
from kept.promises.packs import checked
from kept.promises.recipients import LOGIN, ROLE


@packs.section("escalations", order=35)
def read_ladder(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[escalations]] code, name, moment, to, kinds, applies`` (S2.14, S2.16)."""
    for row in rows:
        _require_known(row, {"code", "name", "moment", "to", "kinds", "applies"})
        made = EscalationStage.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            moment=checked(check_moment, row["moment"]),
            to=[_recipient(one) for one in row["to"]],
            kinds=[checked(PromiseKind, one) for one in row.get("kinds", [])],
            applies=row.get("applies", {}),
        )
        loading.remember("escalations", made.code, made)


def _recipient(text: str) -> str:
    """Whom a stage tells: person, manager, headquarters, ``role:<code>`` or ``login:<name>``."""
    is_named = any(text.startswith(kind) and len(text) > len(kind) for kind in (ROLE, LOGIN))
    return text if is_named else str(checked(Recipient, text))


@packs.section("telling", order=36)
def read_telling(loading: Loading, row: dict[str, Any]) -> None:
    """``[telling] one_by_one, minutes``: more than so many things within so many minutes are told
    as one digest.
    """
    _require_known(row, {"one_by_one", "minutes"})
    TellingPolicy.objects.create(unit=loading.company, valid_from=loading.valid_from, **row)
    loading.done["telling"] = 1


@packs.section("day_and_night", order=37)
def read_day_and_night(loading: Loading, row: dict[str, Any]) -> None:
    """``[day_and_night] kinds``: which kinds of units promise to be there at every hour (S4.15)."""
    _require_known(row, {"kinds"})
    kinds = [str(checked(UnitKind, one)) for one in row.get("kinds", [])]
    DutyPolicy.objects.create(unit=loading.company, valid_from=loading.valid_from, kinds=kinds)
    loading.done["day_and_night"] = 1


def _require_known(row: dict[str, Any], known: set[str]) -> None:
    """A misspelt word of a rule cannot be lost."""
    if unknown := sorted(set(row) - known):
        raise InvalidInput(
            _("“{value}” is not known here. There are: {known}."),
            value=unknown[0],
            known=Listed(sorted(known)),
        )


@packs.writer("escalations")
def write_ladder(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": dict(row.name),
            "moment": row.moment,
            "to": list(row.to),
            "kinds": list(row.kinds),
            "applies": {name: list(values) for name, values in row.applies.items()},
        }
        for row in own_rows(EscalationStage, company, moment, "code", "pk")
    ]


@packs.writer("telling")
def write_telling(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(TellingPolicy, company, moment)
    return {"one_by_one": rows[0].one_by_one, "minutes": rows[0].minutes} if rows else None


@packs.writer("day_and_night")
def write_day_and_night(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(DutyPolicy, company, moment)
    return {"kinds": list(rows[0].kinds)} if rows else None


describe(
    "escalations",
    _("Who is told when"),
    keys={"moment": _("When"), "to": _("Who"), "kinds": _("Promises"), "applies": _("Only for")},
    values={"kinds": labels(PromiseKind), "to": labels(Recipient)},
)
describe(
    "telling",
    _("Notices"),
    keys={"one_by_one": _("Told one by one up to"), "minutes": _("Within minutes")},
)
describe(
    "day_and_night",
    _("On duty day and night"),
    keys={"kinds": _("Kinds of units")},
    values={"kinds": labels(UnitKind)},
)
