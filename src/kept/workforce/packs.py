"""What a company asks of its staff and of trainings, in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.people.loading import own_rows
from kept.people.models import Unit, UnitKind
from kept.workforce.models import ConsultingPolicy, Topic, TrainingPolicy

KNOWN = {"kinds", "minimum", "target"}
KNOWN_OF_TRAINING = {"score_max", "pass_mark", "exams", "acknowledged"}


@packs.section("consulting", order=70)
def read_consulting(loading: Loading, row: dict[str, Any]) -> None:
    """``[consulting] kinds, minimum, target``; a target of 0 switches the rule off (S1.02)."""
    if unknown := sorted(set(row) - KNOWN):
        raise _unknown(unknown[0], sorted(KNOWN))
    kinds = row.get("kinds", [])
    if wrong := [kind for kind in kinds if kind not in UnitKind.values]:
        raise _unknown(wrong[0], UnitKind.values)
    minimum = row.get("minimum", 0)
    ConsultingPolicy.objects.create(
        unit=loading.company,
        valid_from=loading.valid_from,
        kinds=kinds,
        minimum=minimum,
        target=max(minimum, row.get("target", 0)),
    )
    loading.done["consulting"] = 1


@packs.section("training", order=71)
def read_training(loading: Loading, row: dict[str, Any]) -> None:
    """``[training] score_max, pass_mark, exams = [<topic>, …], acknowledged = [<topic>, …]``."""
    if unknown := sorted(set(row) - KNOWN_OF_TRAINING):
        raise _unknown(unknown[0], sorted(KNOWN_OF_TRAINING))
    for topic in [*row.get("exams", []), *row.get("acknowledged", [])]:
        if topic not in Topic.values:
            raise _unknown(str(topic), Topic.values)
    most, mark = row.get("score_max", 100), row.get("pass_mark", 60)
    if not (isinstance(most, int) and isinstance(mark, int) and 0 < mark <= most <= 1000):
        raise InvalidInput(
            _("An exam is passed from {mark} of {max} on: that cannot be."), mark=mark, max=most
        )
    TrainingPolicy.objects.create(
        unit=loading.company,
        valid_from=loading.valid_from,
        score_max=most,
        pass_mark=mark,
        exams=row.get("exams", []),
        acknowledged=row.get("acknowledged", []),
    )
    loading.done["training"] = 1


def _unknown(value: str, known: list[str]) -> InvalidInput:
    return InvalidInput(
        _("“{value}” is not known here. There are: {known}."), value=value, known=Listed(known)
    )


@packs.writer("consulting")
def write_consulting(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(ConsultingPolicy, company, moment)
    if not rows:
        return None
    row = rows[0]
    return {"kinds": list(row.kinds), "minimum": row.minimum, "target": row.target}


@packs.writer("training")
def write_training(company: Unit, moment: datetime) -> dict[str, Any] | None:
    rows = own_rows(TrainingPolicy, company, moment)
    if not rows:
        return None
    row = rows[0]
    return {
        "score_max": row.score_max,
        "pass_mark": row.pass_mark,
        "exams": list(row.exams),
        "acknowledged": list(row.acknowledged),
    }


describe(
    "training",
    _("Trainings"),
    keys={
        "score_max": _("Highest score"),
        "pass_mark": _("Passed from"),
        "exams": _("With an exam"),
        "acknowledged": _("Acknowledged by the station"),
    },
    values={"exams": labels(Topic), "acknowledged": labels(Topic)},
)
describe(
    "consulting",
    _("Consulting technicians"),
    keys={
        "kinds": _("Kinds of units"),
        "minimum": _("At least"),
        "target": _("Target"),
    },
    values={"kinds": labels(UnitKind)},
)
