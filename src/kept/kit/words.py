"""Words a company writes itself: names, outcomes and scripts in every language it works in.

A policy row holds ``{"en": "Solved", "zh-hans": "已解决"}``. Printed, it speaks the reader's
language and, where that one is missing, the other: a half-translated policy still reads.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.kit.text import TextRule

LONGEST = 500


class Words(dict):
    """Text by language code; ``str()`` is what the present reader sees."""

    def __str__(self) -> str:
        return self.in_language(get_language())

    def in_language(self, language: str | None) -> str:
        """The text in that language, else in its family, else in whichever is written."""
        wanted = (language or settings.LANGUAGE_CODE).lower()
        family = wanted.split("-")[0]
        for code in (wanted, family, *self._relatives(family), settings.LANGUAGE_CODE, *self):
            if text := self.get(code):
                return text
        return ""

    def _relatives(self, family: str) -> list[str]:
        return [code for code in self if code.split("-")[0] == family]

    def __bool__(self) -> bool:
        return any(self.values())

    def __hash__(self) -> int:  # type: ignore[override]  # a choice's label, never changed
        return hash(frozenset(self.items()))


class Listed(tuple):
    """What stands one behind the other in a sentence, joined as the reader's language joins it
    when they read it: “a, b”, 「a、b」. A dash where there is nothing.
    """

    def __str__(self) -> str:
        return gettext(", ").join(map(str, self)) or "–"


def languages() -> dict[str, Any]:
    """Language codes that may be written, with their names."""
    return dict(settings.LANGUAGES)


def check_words(value: Any, *, longest: int = LONGEST, multiline: bool = False) -> Words:
    """Clean words, or ValidationError: a known language, some text, no longer than allowed."""
    if not isinstance(value, Mapping):
        raise ValidationError(_("Write the words by language."), code="invalid")
    words = Words()
    for code, text in value.items():
        if code not in languages():
            raise ValidationError(
                _("%(code)s is not a language used here."), code="language", params={"code": code}
            )
        if cleaned := _clean(text, longest, multiline):
            words[code] = cleaned
    if not words:
        raise ValidationError(_("Write it in at least one language."), code="required")
    return words


def _clean(text: Any, longest: int, multiline: bool) -> str:
    if not isinstance(text, str | None):
        raise ValidationError(_("Write the words as text."), code="invalid")
    try:
        return TextRule(longest, many_lines=multiline).clean(text)
    except InvalidInput as refused:
        raise ValidationError(str(refused), code="invalid") from None


class _WordsAttribute(models.query_utils.DeferredAttribute):
    """A plain dictionary given to the field reads as Words at once, not only after a reload."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, Mapping) and not isinstance(value, Words):
            value = Words(value)
        instance.__dict__[self.field.attname] = value


class WordsField(models.JSONField):
    """Words in one JSON column; what cannot be read by anybody is refused on every save."""

    descriptor_class = _WordsAttribute
    description = _("Words by language")

    def __init__(self, *args, longest: int = LONGEST, multiline: bool = False, **kwargs) -> None:
        self.longest = longest
        self.multiline = multiline
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.longest != LONGEST:
            kwargs["longest"] = self.longest
        if self.multiline:
            kwargs["multiline"] = self.multiline
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        value = super().from_db_value(value, expression, connection)
        return Words(value) if isinstance(value, dict) else value

    def to_python(self, value):
        return Words(value) if isinstance(value, Mapping) else value

    def clean(self, value, model_instance):
        if not value and self.blank:
            return None if self.null else Words()
        return check_words(value, longest=self.longest, multiline=self.multiline)

    def get_db_prep_save(self, value, connection):
        is_expression = hasattr(value, "resolve_expression")
        if value is not None and not is_expression and (value or not self.blank):
            value = check_words(value, longest=self.longest, multiline=self.multiline)
        return super().get_db_prep_save(value, connection)

    def formfield(self, **kwargs):
        options = {
            "form_class": WordsFormField,
            "longest": self.longest,
            "multiline": self.multiline,
            "label": kwargs.pop("label", self.verbose_name),
            "help_text": self.help_text,
            "required": not self.blank,
            **kwargs,
        }
        return options.pop("form_class")(**options)


class WordsWidget(forms.MultiWidget):
    """One line per language, each marked with its language for spell checkers and readers."""

    def __init__(self, multiline: bool = False, attrs: dict | None = None) -> None:
        kind = forms.Textarea if multiline else forms.TextInput
        widgets: dict[str, Any] = {
            code.replace("-", "_"): kind({"lang": code, "placeholder": name, "aria-label": name})
            for code, name in languages().items()
        }
        super().__init__(widgets, attrs)

    def decompress(self, value):
        return [(value or {}).get(code, "") for code in languages()]


class WordsFormField(forms.MultiValueField):
    """The form side of WordsField: one input per language, at least one filled in."""

    def __init__(self, *, longest: int = LONGEST, multiline: bool = False, **kwargs) -> None:
        self.longest = longest
        self.multiline = multiline
        fields = [forms.CharField(required=False) for _code in languages()]
        kwargs.setdefault("widget", WordsWidget(multiline))
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list):
        words = dict(zip(languages(), data_list or [], strict=False))
        if not any(words.values()):
            return Words()
        return check_words(words, longest=self.longest, multiline=self.multiline)
