"""The calendar of a person: a month of duties, and how far they were kept (S0.44)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kept.kit import clock
from kept.kit.pages import Page
from kept.people.models import Unit, User
from kept.promises.clockwork.duration import on_month
from kept.promises.complaints import caused_by_month, caused_url
from kept.promises.duties.figures import (
    MARKS,
    Figures,
    due_in,
    duties_of,
    figures_by_month,
    months_until,
    state_of_duty,
    word_percent,
)
from kept.promises.duties.wording import word_period
from kept.promises.duty_lists import month_of, zone_of
from kept.promises.duty_tabs import duty_tabs
from kept.promises.figure_lists import FELL_DUE, drill_address
from kept.promises.models import Duty, DutyState
from kept.promises.permissions import SEE_OTHERS

MONTHS_SHOWN = 6
MOST_PEOPLE = 500
SEE = "promises.see"


@dataclass(frozen=True)
class ShownDuty:
    """One duty on its day."""

    name: str
    about: str
    period: str
    url: str
    state: str
    mark: str


@dataclass
class Day:
    """A day of the grid; those before and after the month fill its weeks."""

    on: date
    is_inside: bool
    is_today: bool
    duties: list[ShownDuty] = field(default_factory=list)


@dataclass(frozen=True)
class MonthFigures:
    """A month in the table below: its figures, the complaints caused, and where it opens."""

    month: date
    figures: Figures
    complaints: int
    url: str

    @property
    def percent(self) -> str:
        return word_percent(self.figures.percent)


class DutyCalendar(Page):
    """``?person=…&month=2026-03``: one's own, or that of somebody in a unit one leads."""

    template_name = "promises/duty_calendar.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        reader: Any = request.user
        person = self._person(reader)
        zone = zone_of(person)
        today = clock.today(zone)
        month = month_of(request.GET.get("month", ""), today)
        own = duties_of(person).visible_to(reader)  # type: ignore[attr-defined]
        months = months_until(month, MONTHS_SHOWN)
        figures = figures_by_month(own, months, zone)
        complaints = caused_by_month(person, months, zone)
        rows = own.filter(due_in(month, zone)).select_related("rule", "thread__of_unit", "promise")
        return self.show(
            {
                "person": person,
                "is_own": person == reader,
                "month": month,
                "weeks": _weeks(rows.order_by("promise__due_at", "pk"), month, today, zone, person),
                "weekdays": _weekdays(month),
                "stats": _stats(figures[-1], complaints[-1], person, f"{month:%Y-%m}"),
                "months": [
                    MonthFigures(one, found, caused, _url(person, one))
                    for one, found, caused in reversed(
                        list(zip(months, figures, complaints, strict=True))
                    )
                ],
                "previous_url": _url(person, on_month(month, -1, 1)),
                "next_url": _url(person, on_month(month, 1, 1)),
                "people": _people(reader),
                "register_url": f"/duties/?all=1&person={person.username}&month={month:%Y-%m}",
                "tabs": duty_tabs(request.path) if reader.holds(SEE) else [],
            }
        )

    def _person(self, reader: User) -> User:
        """Whose calendar is asked for; 404 for somebody whose duties are not the reader's to see.

        One's own, that of somebody one stands in for, and those of people in units one leads.
        """
        asked = self.request.GET.get("person", "") or reader.username
        if asked == reader.username:
            return reader
        people = User.objects.known_to(reader).select_related("unit", "company")
        person = people.filter(username=asked).first() if asked.isprintable() else None
        if person is None or not _may_see(reader, person):
            raise Http404
        return person


def _may_see(reader: User, person: User) -> bool:
    return person.scope_id in reader.person_scopes or reader.holds_over(SEE_OTHERS, person.unit)


def _people(reader: User) -> list[User]:
    """Whose calendars the reader may open beside their own, as far as a choice can hold them."""
    led = Unit.objects.within(reader.scopes_with(SEE_OTHERS))
    return list(User.objects.visible_to(reader).filter(unit__in=led)[:MOST_PEOPLE])


def _url(person: User, month: date) -> str:
    return f"/duties/calendar/?person={person.username}&month={month:%Y-%m}"


def _weekdays(month: date) -> list[str]:
    monday = month - timedelta(days=month.weekday())
    return [date_format(monday + timedelta(days=n), "D") for n in range(7)]


def _weeks(
    duties: Iterable[Duty], month: date, today: date, zone: str, person: User
) -> list[list[Day]]:
    on_day: dict[date, list[ShownDuty]] = defaultdict(list)
    for duty in duties:
        if duty.promise.due_at is not None:
            on_day[clock.local(duty.promise.due_at, zone).date()].append(_shown(duty, person))
    first = month - timedelta(days=month.weekday())
    last = on_month(month, 1, 1) - timedelta(days=1)
    count = -(-((last - first).days + 1) // 7) * 7
    days = [first + timedelta(days=n) for n in range(count)]
    shown = [Day(day, day.month == month.month, day == today, on_day[day]) for day in days]
    return [shown[at : at + 7] for at in range(0, count, 7)]


def _shown(duty: Duty, person: User) -> ShownDuty:
    state = state_of_duty(duty)
    thread = duty.thread
    return ShownDuty(
        name=str(duty.rule),
        about="" if thread.of_user_id == person.pk else f"{thread.number} {thread.name}".strip(),
        period=word_period(duty.period_from, duty.period_until),
        url=duty.get_absolute_url(),
        state=str(state.label),
        mark=MARKS[state],
    )


def _stats(figures: Figures, complaints: int, person: User, month: str) -> list[dict[str, Any]]:
    """The figures of the month over the grid, each with the way to the rows behind it."""
    share = figures.percent
    of_month = f"person={person.username}&month={month}"

    def rows(count: int, *states: DutyState) -> str:
        return drill_address(of_month, *states) if count else ""

    return [
        {"label": _("Fell due"), "value": figures.fell_due,
         "url": rows(figures.fell_due, *FELL_DUE),
         "note": _("{n} still open").format(n=figures.running + figures.to_come)},
        {"label": _("Done"), "value": figures.done,
         "url": rows(figures.done, DutyState.IN_TIME, DutyState.LATE)},
        {"label": _("In time"), "value": figures.in_time,
         "url": rows(figures.in_time, DutyState.IN_TIME)},
        {"label": _("Late"), "value": figures.late, "state": "warned" if figures.late else "",
         "url": rows(figures.late, DutyState.LATE)},
        {"label": pgettext("duty", "Not done"), "value": figures.missed,
         "url": rows(figures.missed, DutyState.MISSED),
         "state": "late" if figures.missed else ""},
        {"label": _("On time"), "value": word_percent(share),
         "note": _("of what fell due"),
         "state": "good" if share == 100 else ""},
        {"label": _("Complaints caused"), "value": complaints,
         "url": caused_url(person, month) if complaints else "",
         "note": _("that came in this month"),
         "state": "bad" if complaints else ""},
    ]  # fmt: skip
