"""What is owed again and again, in policy packs: ``[[duties]]``."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import packs
from kept.kit.pack_words import describe
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import check_words
from kept.people.loading import own_rows
from kept.people.models import Unit
from kept.promises.clockwork import Duration
from kept.promises.clockwork.wording import word_duration
from kept.promises.duties.recurring import check_recurrence
from kept.promises.duties.sets import check_subjects, label_of_set
from kept.promises.models import DutyRule, FirstPeriod
from kept.promises.models.promise import STANDARD_WARNING
from kept.promises.packs import checked, known_calendar

#: The most a duty may be owed within one period.
MOST_TIMES = 60


@packs.section("duties", order=40)
def read_duties(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[duties]] code, name, subjects, recurrence, anchor, times, due, calendar, warn_percent,
    joins, form, source``: what is owed again and again (C09, C10).
    """
    for row in rows:
        made = DutyRule.objects.create(
            unit=loading.company,
            valid_from=loading.valid_from,
            code=row["code"],
            name=check_words(row["name"]),
            subjects=check_subjects(row["subjects"]),
            calendar=known_calendar(loading, row),
            **_terms(row),
        )
        loading.remember("duties", made.code, made)


def _terms(row: dict[str, Any]) -> dict[str, Any]:
    anchor = checked(_day, row["anchor"])
    times = row.get("times", 1)
    if not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
        raise InvalidInput(_("Between 1 and {most} times in a period."), most=MOST_TIMES)
    warn_percent = row.get("warn_percent", STANDARD_WARNING)
    if not isinstance(warn_percent, int) or not 1 <= warn_percent <= 100:
        raise InvalidInput(_("A warning comes after 1 to 100 percent of the time."))
    return {
        "recurrence": checked(lambda text: check_recurrence(text, anchor), row["recurrence"]),
        "anchor": anchor,
        "times": times,
        "due": str(checked(Duration.of, row["due"])),
        "warn_percent": warn_percent,
        "joins": checked(FirstPeriod, row.get("joins", FirstPeriod.THIS_PERIOD)),
        "form": row.get("form", ""),
        "source": row.get("source", ""),
    }


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


@packs.writer("duties")
def write_duties(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    return [_duty(row) for row in own_rows(DutyRule, company, moment, "code", "pk")]


def _duty(row: DutyRule) -> dict[str, Any]:
    said = {
        "code": row.code,
        "name": dict(row.name),
        "subjects": row.subjects,
        "recurrence": row.recurrence,
        "anchor": row.anchor,
        "times": row.times,
        "due": row.due,
        "warn_percent": row.warn_percent,
        "joins": row.joins,
        "form": row.form,
        "source": row.source,
    }
    if row.calendar is not None:
        said["calendar"] = row.calendar.code
    return said


describe(
    "duties",
    _("Duties"),
    keys={
        "subjects": _("About"),
        "recurrence": _("How often"),
        "anchor": _("Counted from"),
        "times": _("Times in each period"),
        "due": _("Due after the period"),
        "calendar": _("Calendar"),
        "warn_percent": _("Warns after percent"),
        "joins": _("Who joins later owes it"),
        "form": _("Done on"),
        "source": _("Source"),
    },
    values={
        "subjects": label_of_set,
        "due": lambda value: word_duration(Duration.of(value)),
        "joins": lambda value: FirstPeriod(value).label,
    },
)
