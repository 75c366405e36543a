"""Kinds of report in policy packs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe, labels
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed, check_words
from kept.people.loading import own_rows
from kept.people.models import Unit
from kept.reports import figures
from kept.reports.models import About, Answer, ReportKind
from kept.reports.periods import Every


@packs.section("reports", order=60)
def read_kinds(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[reports]] code, name, every, about, figures, requires, duty, source``."""
    for row in rows:
        made = ReportKind.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            every=_one_of(Every.values, row.get("every", Every.MONTH)),
            about=_one_of(About.values, row.get("about", About.UNIT)),
            figures=[_known_figure(name) for name in row.get("figures", [])],
            requires=[_one_of(Answer.values, name) for name in row.get("requires", [])],
            duty=row.get("duty", ""),
            source=row.get("source", ""),
        )
        loading.remember("reports", made.code, made)


def _known_figure(name: str) -> str:
    return name if figures.is_known(name) else _one_of(figures.names(), name)


def _one_of(known: list[str], value: str) -> str:
    if value in known:
        return str(value)
    raise InvalidInput(
        _("“{value}” is not known here. There are: {known}."), value=value, known=Listed(known)
    )


@packs.writer("reports")
def write_kinds(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name": dict(row.name),
            "every": row.every,
            "about": row.about,
            "figures": list(row.figures),
            "requires": list(row.requires),
            "duty": row.duty,
            "source": row.source,
        }
        for row in own_rows(ReportKind, company, moment, "code", "pk")
    ]


describe(
    "reports",
    _("Reports"),
    keys={
        "every": _("How often"),
        "about": _("About"),
        "figures": _("Figures"),
        "requires": _("Asks besides"),
        "duty": _("Duty"),
        "source": _("Source"),
    },
    values={"every": labels(Every), "about": labels(About), "requires": labels(Answer)},
)
