"""Pages of rules and calendars: what holds, what held, and what a change would mean (SX.19)."""

from datetime import date
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import Action
from kept.kit.pages import ActionPage, DetailPage, page_for
from kept.kit.refusal import NotAllowed, Refused
from kept.people.reader import reader_of
from kept.promises.models import Calendar, Promise, PromiseKind, PromiseRule
from kept.promises.rules import actions, days
from kept.promises.rules.facts import worded
from kept.promises.rules.preview import (
    DayPreview,
    examples,
    preview_of_day,
    preview_of_rule,
    preview_of_taking_back,
)
from kept.promises.rules.recount import rule_in_words
from kept.promises.rules.terms import drafted, open_under, same_rule
from kept.promises.rules.year import YEARS_AHEAD, YEARS_BACK, year_of
from kept.promises.shown import worded_rule

STATES = {"now": "good", "later": "warned", "before": "plain", "never": "plain"}


class RulePage(DetailPage):
    """A rule: its sentence, worked examples, who set it when, and every row it had over time."""

    model = PromiseRule
    template_name = "promises/rule.html"
    related = ("unit__company", "calendar", "set_by")

    def context(self, subject: PromiseRule) -> dict[str, Any]:
        rows = (
            same_rule(subject)
            .select_related("set_by", "calendar", "unit")
            .order_by("-valid_from", "-pk")
        )
        return {
            "rule": subject,
            "sentence": worded_rule(subject),
            "facts": rule_facts_of(subject),
            "examples": list(examples(subject)),
            "rows": [_row(row) for row in rows],
        }


def rule_facts_of(rule: PromiseRule) -> list[dict[str, Any]]:
    """The facts of a rule; a page leaves out the empty ones."""
    calendar = rule.calendar
    return [
        {"label": _("Promise"), "value": PromiseKind(rule.kind).label},
        {"label": _("Unit"), "value": rule.unit},
        {"label": _("Only for"), "value": worded(rule.applies, rule.kind, rule.unit.company)},
        {
            "label": _("Calendar"),
            "value": calendar,
            "url": calendar.get_absolute_url() if calendar else "",
        },
        {"label": _("Warning"), "value": f"{rule.warn_percent} %"},
        {"label": _("When opened again"), "value": rule.get_reopening_display()},
        {"label": _("Open promises under it"), "value": open_under(rule)},
        {"label": _("Source"), "value": rule.source},
    ]


def _row(row: PromiseRule) -> dict[str, Any]:
    state = standing_of_row(row)
    return {
        "row": row,
        "sentence": worded_rule(row),
        "state": STATES[state],
        "label": LABELS[state],
    }


LABELS = {
    "now": _("in force"),
    "later": _("begins later"),
    "before": _("ended"),
    "never": _("taken back"),
}


def standing_of_row(row: PromiseRule) -> str:
    """Whether a row holds now, later, no longer, or never did."""
    if row.superseded_at is not None and row.superseded_at <= row.valid_from:
        return "never"
    if row.is_to_come:
        return "later"
    return "now" if row.holds_at(clock.now()) else "before"


class PreviewedPage(ActionPage):
    """The form of a verb that shows what it would mean before it is done."""

    template_name = "promises/previewed.html"
    preview_template: ClassVar[str] = ""

    def post(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        if "_preview" not in request.POST:
            return super().post(request, ref)
        subject = self._subject(ref)
        form = self._form(subject, data=request.POST, files=request.FILES)
        self.previewed: Any = None
        status = 200 if form.is_valid() else 422
        if form.is_valid():
            try:
                self._require_right(subject, form.cleaned_data)
                self.previewed = self.preview(subject, self.action.clean(form.values()))
            except Refused as refused:
                form.refuse(refused)
                status = refused.status
        return self._form_page(subject, form, status=status)

    def preview(self, subject: Any, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def _require_right(self, subject: Any, cleaned: dict[str, Any]) -> None:
        unit = subject.unit if subject is not None else cleaned.get("unit")
        if not reader_of(self.request).holds_over(self.action.right, unit):
            raise NotAllowed(self.action.right, self.action.label)

    def show(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        more = {
            "preview": getattr(self, "previewed", None),
            "preview_template": self.preview_template,
        }
        return super().show({**context, **more}, status)


class RulePreviewed(PreviewedPage):
    preview_template = "promises/rule_preview.html"
    action: Action


@page_for("promises.set_rule")
class SetRulePage(RulePreviewed):
    """A new rule, with worked examples before it is set."""

    action = actions.set_rule

    def preview(self, subject: None, values: dict[str, Any]) -> Any:
        unit = values.pop("unit")
        return preview_of_rule(drafted(unit, **values), None)


@page_for("promises.supersede_rule")
class SupersedeRulePage(RulePreviewed):
    """Another rule in the place of one, with worked examples and what stays under the old."""

    action = actions.supersede_rule

    def preview(self, subject: PromiseRule, values: dict[str, Any]) -> Any:
        actions.require_replaceable(subject, values["begins_on"])
        rule = drafted(
            subject.unit,
            code=subject.code,
            kind=PromiseKind(subject.kind),
            instead_of=subject,
            **values,
        )
        return preview_of_rule(rule, subject)


class DayPreviewed(PreviewedPage):
    preview_template = "promises/day_preview.html"
    action: Action

    def show(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        preview: DayPreview | None = getattr(self, "previewed", None)
        seen_by = reader_of(self.request)
        keys = [one.promise.pk for one in preview.moved] if preview else []
        mine = set(
            Promise.objects.visible_to(seen_by).filter(pk__in=keys).values_list("pk", flat=True)
        )
        moved = [one for one in preview.moved if one.promise.pk in mine] if preview else []
        return super().show({**context, "moved": moved, "rule_of_days": rule_in_words()}, status)


@page_for("promises.decide_day")
class DecideDayPage(DayPreviewed):
    """A day of the calendar, with the open promises it would move."""

    action = days.decide_day

    def preview(self, subject: Calendar, values: dict[str, Any]) -> Any:
        return preview_of_day(subject, values["on"], values["name"], values["shifts"])


@page_for("promises.withdraw_day")
class WithdrawDayPage(DayPreviewed):
    """A day taken back, with the open promises that would move."""

    action = days.withdraw_day

    def preview(self, subject: Calendar, values: dict[str, Any]) -> Any:
        return preview_of_taking_back(subject, values["on"])


class CalendarPage(DetailPage):
    """A calendar on the wall: a year of months, official days and the company's own (SX.03)."""

    model = Calendar
    template_name = "promises/calendar.html"
    related = ("unit__company",)

    def context(self, subject: Calendar) -> dict[str, Any]:
        today = clock.today(subject.zone)
        year = self._year(today)
        reader = reader_of(self.request)
        return {
            "calendar": subject,
            "year": year_of(subject, year),
            "today": today,
            "earlier": year - 1 if year > today.year - YEARS_BACK else None,
            "later": year + 1 if year < today.year + YEARS_AHEAD else None,
            "may_decide": reader.holds_over("promises.set_calendar", subject.unit)
            and subject.holds_at(clock.now()),
        }

    def _year(self, today: date) -> int:
        """The year asked for, where its official days can be known."""
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else today.year
        return min(max(year, today.year - YEARS_BACK), today.year + YEARS_AHEAD)
