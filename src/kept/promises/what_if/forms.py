"""What the page asks: whose promises, by which rule, made when, and what would be different."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.refusal import Refused
from kept.people.models import Unit, User
from kept.promises.clockwork.duration import on_month
from kept.promises.models import Calendar, PromiseKind, PromiseRule
from kept.promises.models.what_if import RIGHT
from kept.promises.shown import worded_rule


def units_for(user: User) -> QuerySet[Unit]:
    """The units in which somebody may ask what if."""
    rows = Unit.objects.all() if user.is_system else Unit.objects.within(user.scopes_with(RIGHT))
    return rows.active().select_related("company").order_by("path")


class WhatIfForm(forms.Form):
    """A question. ``which`` is a kind, or one rule of it."""

    unit: Any = forms.ModelChoiceField(
        queryset=None,
        to_field_name="code",
        label=_("Unit"),
        help_text=_("Its own promises and those of the units below it."),
    )
    which = forms.ChoiceField(label=_("Rule"))
    from_on = forms.DateField(label=_("Promised from"), widget=forms.DateInput({"type": "date"}))
    until_on = forms.DateField(label=_("Promised until"), widget=forms.DateInput({"type": "date"}))
    duration = forms.CharField(
        label=_("Other term"),
        required=False,
        max_length=60,
        help_text=_("4 hours, 8 working hours, 3 working days, 1 calendar months …"),
    )
    calendar: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Other calendar"),
        empty_label=_("as it is"),
    )
    duty: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Hours on duty"),
        empty_label=_("by the duty rosters, else by the calendar of the rule"),
        help_text=_("Deadlines outside these hours fall where nobody is on duty."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        units = units_for(user)
        fields["unit"].queryset, fields["unit"].empty_label = units, None
        companies = sorted({unit.company_id for unit in units if unit.company_id})
        calendars = Calendar.objects.filter(unit__company__in=companies, superseded_at=None)
        fields["calendar"].queryset = fields["duty"].queryset = calendars.order_by("code", "pk")
        self.rules = {str(rule.pk): rule for rule in _rules_of(companies)}
        fields["which"].choices = _which(self.rules.values())
        self._start_with(units)
        self.refused: Refused | None = None

    def _start_with(self, units: Any) -> None:
        own = next(iter(units), None)
        today = clock.today(own.zone if own else "UTC")
        self.initial.setdefault("until_on", today.isoformat())
        self.initial.setdefault("from_on", on_month(today, -12, today.day).isoformat())

    def values(self) -> dict[str, Any]:
        """The question as the verb takes it."""
        values = dict(self.cleaned_data)
        sort, _colon, key = values.pop("which").partition(":")
        rule = self.rules[key] if sort == "rule" else None
        return {**values, "kind": PromiseKind(rule.kind if rule else key), "rule": rule}

    def refuse(self, refused: Refused) -> None:
        """Put a refusal where it belongs."""
        field = "which" if refused.field in ("kind", "rule") else refused.field
        if field in self.fields:
            self.add_error(field, str(refused))
        else:
            self.refused = refused


def _rules_of(companies: list[int]) -> list[PromiseRule]:
    rows = PromiseRule.objects.filter(unit__company__in=companies, superseded_at=None)
    return list(rows.select_related("unit", "calendar").order_by("kind", "pk"))


def _which(rules: Any) -> list[Any]:
    """Kinds that have rules first, then the rules themselves, in sentences."""
    rules = list(rules)
    kinds = [one for one in PromiseKind if any(rule.kind == one for rule in rules)]
    return [
        (_("All rules of a kind"), [(f"kind:{one.value}", one.label) for one in kinds]),
        (_("One rule"), [(f"rule:{rule.pk}", worded_rule(rule)) for rule in rules]),
    ]
