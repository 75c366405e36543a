"""Forms drawn from an action's signature; a module's ``forms.py`` changes widgets and order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import Action
from kept.kit.labels import label_of
from kept.kit.params import Param, structure_params
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.words import Words, WordsFormField

MOST_CHOICES = 500


@dataclass(frozen=True)
class FormSpec:
    """How the form of one verb differs from what its signature alone would give."""

    order: tuple[str, ...] = ()
    widgets: Mapping[str, Any] = field(default_factory=dict)
    help: Mapping[str, Any] = field(default_factory=dict)
    initial: Callable[[Any, Any], Mapping[str, Any]] | None = None
    choices: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    intro: Any = ""


_specs: dict[str, FormSpec] = {}


def spec(verb: str, **changes: Any) -> None:
    """Change the form of a verb: order, widgets, help, first values, choices."""
    _specs[verb] = FormSpec(**changes)


def spec_of(verb: str) -> FormSpec:
    return _specs.get(verb) or FormSpec()


class LocalDateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class ActionForm(forms.Form):
    """A form whose fields are a verb's parameters; ``values()`` is what the verb is called with."""

    def __init__(
        self,
        action: Action,
        subject: Any,
        by: Any,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        **kwargs: Any,
    ) -> None:
        self.action, self.subject, self.by = action, subject, by
        self.spec = spec_of(action.name)
        self.refused: Refused | None = None
        initial = dict(self.spec.initial(subject, by)) if self.spec.initial else {}
        initial.update(kwargs.pop("initial", None) or {})
        auto_id = f"{action.verb}_%s"
        super().__init__(data, files, initial=initial, auto_id=auto_id, **kwargs)
        for param in action.params:
            for name, one in self._fields_for(param):
                self.fields[name] = one
        self.order_fields(self.spec.order or None)

    def _fields_for(self, param: Param) -> list[tuple[str, forms.Field]]:
        if param.is_structure:
            return [
                (f"{param.name}.{inner.name}", self._field(inner, required=param.required))
                for inner in structure_params(param.type)
            ]
        return [(param.name, self._field(param))]

    def _field(self, param: Param, *, required: bool = True) -> forms.Field:
        name = param.name
        made = field_for(param, self._choices(param))
        made.required = made.required and param.required and required
        made.label = label_of(name, self.action.name)
        made.help_text = self.spec.help.get(name, "")
        if widget := self.spec.widgets.get(name):
            made.widget = widget() if callable(widget) else widget
            if hasattr(made, "choices"):
                made.widget.choices = made.choices
        if name in self.spec.hidden:
            made.widget = made.hidden_widget()
        if not param.required and param.default not in (None, "", ()) and name not in self.initial:
            self.initial[name] = param.default
        return made

    def _choices(self, param: Param) -> Any:
        if param.name in self.spec.choices:
            return self.spec.choices[param.name](self.subject, self.by)
        if param.is_model and hasattr(param.type.objects, "visible_to"):
            return param.type.objects.visible_to(self.by)
        return None

    def values(self) -> dict[str, Any]:
        """Cleaned values by parameter name; blanks of optional parameters are left out."""
        cleaned = self.cleaned_data
        values = {}
        for param in self.action.params:
            value = self._structure(param) if param.is_structure else self._value(param, cleaned)
            if value is not None or param.required:
                values[param.name] = value
        return values

    def _value(self, param: Param, cleaned: Mapping[str, Any]) -> Any:
        value = cleaned.get(param.name)
        if hasattr(param.type, "store_upload"):
            files = value if isinstance(value, list) else [value] if value else []
            stored = [self._stored(param, one) for one in files]
            return stored if param.many else (stored[0] if stored else None)
        if param.many:
            return list(value or ())
        return None if value in ("", None) and param.text is None else value

    def _stored(self, param: Param, file: Any) -> Any:
        """A file that was sent, kept. What is wrong with it is said at its field."""
        try:
            return param.type.store_upload(file, by=self.by)
        except InvalidInput as refused:
            refused.field = param.name
            raise

    def _structure(self, param: Param) -> Any:
        inner = structure_params(param.type)
        found = {p.name: self.cleaned_data.get(f"{param.name}.{p.name}") for p in inner}
        if not any(found.values()) and not param.required:
            return None
        return param.type(**{k: v for k, v in found.items() if v not in (None, "")})

    def refuse(self, refused: Refused) -> None:
        """Show a refusal and its rule where they belong: at the field or above the form (SX.06)."""
        if refused.field in self.fields:
            rule = f" ({refused.rule})" if refused.rule else ""
            self.add_error(refused.field, f"{refused}{rule}")
        else:
            self.refused = refused


def field_for(param: Param, choices: Any = None) -> forms.Field:
    """The form field for a parameter of a signature."""
    if hasattr(param.type, "store_upload"):
        return param.type.upload_field(many=param.many)
    if param.is_model:
        return _model_field(param, choices)
    if param.text is not None and param.many and choices is not None:
        return forms.MultipleChoiceField(choices=choices)
    if param.text is not None:
        widget = forms.Textarea(attrs={"rows": 4}) if param.text.many_lines else forms.TextInput()
        return forms.CharField(max_length=param.text.max, widget=widget)
    if param.is_choice:
        allowed = [one for one in param.type.choices if choices is None or one[0] in choices]
        kind = forms.MultipleChoiceField if param.many else forms.ChoiceField
        blank = [] if param.many or (param.required and len(allowed) > 0) else [("", "–")]
        return kind(choices=[*blank, *allowed])
    if param.type is bool:
        made = forms.BooleanField(required=False)
        return made
    if param.type is Words:
        return WordsFormField()
    return _PLAIN[param.type]()


_PLAIN: dict[Any, Callable[[], forms.Field]] = {
    int: forms.IntegerField,
    Decimal: forms.DecimalField,
    datetime: lambda: forms.DateTimeField(
        widget=LocalDateTimeInput(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    ),
    date: lambda: forms.DateField(widget=DateInput()),
    time: lambda: forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"})),
}


def _model_field(param: Param, choices: Any) -> forms.Field:
    rows = choices if choices is not None else param.type.objects.none()
    kind = forms.ModelMultipleChoiceField if param.many else forms.ModelChoiceField
    made = kind(queryset=rows, to_field_name=getattr(param.type, "ref", None) or "pk")
    made.error_messages["invalid_choice"] = _("This is not one of the things you can choose here.")
    return made


def refused_from_errors(form: forms.Form) -> Refused:
    """The first error of an invalid form as a refusal, for doors that show only one sentence."""
    field_name, errors = next(iter(form.errors.items()))
    return InvalidInput("{message}", message=errors[0], field=field_name)
