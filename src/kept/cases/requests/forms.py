"""The form of a kind of request: what every request asks for, and the fields of its kind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kept.cases.models import FieldType, RequestKind, WhenNeeded
from kept.cases.requests.values import Asked, FieldValue, Filling, as_text, fields_of, rows_for
from kept.kit.actions import Action
from kept.kit.forms import ActionForm, DateInput, LocalDateTimeInput
from kept.kit.money import digits_of
from kept.kit.params import Param
from kept.parties.models import Account

#: Before the fields of the kind, and behind them.
WHO = ("account", "contact")
REST = ("description", "caller_name", "caller_phone", "route", "unit", "summary", "received_at")
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class RequestForm(ActionForm):
    """A verb's form with the fields of a kind in the place of its ``values``."""

    def __init__(
        self,
        action: Action,
        subject: Any,
        by: Any,
        *,
        kind: RequestKind,
        filling: Filling,
        known: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind, self.filling, self.known = kind, filling, dict(known or {})
        self.asked = fields_of(kind)
        super().__init__(action, subject, by, **kwargs)
        first = [one.name for one in self.asked]
        self.order_fields([*WHO, *first, *REST])
        if first and not self.is_bound:
            self.fields[first[0]].widget.attrs["autofocus"] = True

    def narrow_to(self, account: Account | None) -> None:
        """Offer the people of the customer alone; while none is known, nobody."""
        contact: Any = self.fields["contact"]
        if account is None:
            contact.queryset, contact.widget = contact.queryset.none(), contact.hidden_widget()
        else:
            contact.queryset = contact.queryset.filter(account=account, ended_at__isnull=True)

    def _fields_for(self, param: Param) -> list[tuple[str, forms.Field]]:
        if param.name == "values":
            return [(one.name, self._kind_field(one)) for one in self.asked]
        return super()._fields_for(param)

    def _kind_field(self, asked: Asked) -> forms.Field:
        made = field_of_type(asked, self.filling)
        made.label = str(asked.label)
        made.required = asked.required == WhenNeeded.START
        if asked.required == WhenNeeded.FINISH:
            made.help_text = _("Needed before it is done.")
        if asked.name in self.known:
            self.initial.setdefault(asked.name, first_value(asked, self.known[asked.name]))
        return made

    def _structure(self, param: Param) -> Any:
        """The kind's fields as texts; blank ones where something stands."""
        return tuple(
            FieldValue(one.name, self._sent(one)) for one in self.asked if self._is_said(one)
        )

    def _is_said(self, asked: Asked) -> bool:
        """A blank says something only where something stands."""
        return bool(self._sent(asked)) or asked.name in self.known

    def _sent(self, asked: Asked) -> str:
        value = self.cleaned_data.get(asked.name)
        if value in (None, ""):
            return ""
        if asked.type in (FieldType.ACCOUNT, FieldType.PRODUCT, FieldType.PERSON):
            return str(getattr(value, value.ref))
        if isinstance(value, datetime):
            return self._same_moment(asked, value)
        if asked.type == FieldType.MONEY:
            return f"{value} {self.filling.unit.currency}"
        return str(value)

    def _same_moment(self, asked: Asked, value: datetime) -> str:
        """The moment; the one that stands there when the form, which knows no seconds, shows it."""
        known = self.known.get(asked.name)
        if known is not None:
            stands = datetime.fromisoformat(known)
            if stands.replace(second=0, microsecond=0) == value:
                return known
        return value.isoformat()


def field_of_type(asked: Asked, filling: Filling) -> forms.Field:
    """The form field for one field of a kind."""
    match asked.type:
        case FieldType.LINE:
            return forms.CharField(max_length=200)
        case FieldType.TEXT:
            return forms.CharField(max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
        case FieldType.DATE:
            return forms.DateField(widget=DateInput(), input_formats=["%Y-%m-%d"])
        case FieldType.DATETIME:
            return forms.DateTimeField(widget=LocalDateTimeInput(), input_formats=FORMATS)
        case FieldType.NUMBER | FieldType.QUANTITY:
            return forms.DecimalField(max_digits=19, decimal_places=4)
        case FieldType.MONEY:
            places = digits_of(filling.unit.currency)
            return forms.DecimalField(max_digits=15, decimal_places=places, min_value=0)
        case FieldType.CHOICE:
            named = [(code, str(name)) for code, name in asked.choices]
            return forms.ChoiceField(choices=[("", "–"), *named])
        case _type:
            rows = rows_for(asked, filling)
            return forms.ModelChoiceField(
                queryset=rows, to_field_name=rows.model.ref, empty_label="–"
            )


def first_value(asked: Asked, value: Any) -> Any:
    """What stands in the form for a value that is there already."""
    if asked.type == FieldType.DATETIME:
        return timezone.localtime(datetime.fromisoformat(value))
    if asked.type == FieldType.MONEY:
        return value["amount"]
    return as_text(asked, value)
