"""What an action's signature says: one Param for each keyword, the same for form, API and code."""

import dataclasses
import enum
import inspect
import types
import typing
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, get_args, get_origin

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.kit.text import TextRule
from kept.kit.words import Words, check_words

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200


@dataclasses.dataclass(frozen=True)
class Param:
    """One keyword of an action: its name, its plain type, and the rules on it."""

    name: str
    type: Any
    required: bool
    default: Any = None
    many: bool = False
    optional: bool = False
    text: TextRule | None = None

    @property
    def is_model(self) -> bool:
        return inspect.isclass(self.type) and issubclass(self.type, models.Model)

    @property
    def is_choice(self) -> bool:
        return inspect.isclass(self.type) and issubclass(self.type, enum.Enum)

    @property
    def is_structure(self) -> bool:
        return dataclasses.is_dataclass(self.type)

    def clean(self, value: Any) -> Any:
        """The value as the action may use it. Raises InvalidInput naming this field."""
        if self.many:
            return tuple(self._clean_one(one) for one in value or ())
        if value is None and self.optional:
            return None
        return self._clean_one(value)

    def _clean_one(self, value: Any) -> Any:
        if self.text is not None:
            text = self.text.clean(value, self.name)
            if self.required and not text:
                raise InvalidInput(_("Fill this in."), field=self.name)
            return text
        if value is None:
            raise InvalidInput(_("Fill this in."), field=self.name)
        if self.type is Words:
            return self._clean_words(value)
        if self.is_choice:
            return self._clean_choice(value)
        if self.is_structure:
            return clean_structure(self, value)
        if isinstance(value, date) and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
            raise InvalidInput(
                _("The year {year} cannot be right."), year=value.year, field=self.name
            )
        if self.type is datetime and isinstance(value, datetime) and value.tzinfo is None:
            raise InvalidInput(_("Say in which time zone this moment is."), field=self.name)
        if inspect.isclass(self.type) and not isinstance(value, self.type):
            raise InvalidInput(_("This is not a value of the kind asked for."), field=self.name)
        return value

    def _clean_words(self, value: Any) -> Words:
        try:
            return check_words(value)
        except ValidationError as error:
            raise InvalidInput("{message}", message=error.messages[0], field=self.name) from None

    def _clean_choice(self, value: Any) -> Any:
        try:
            return self.type(value)
        except ValueError:
            raise InvalidInput(_("Choose one of the values offered."), field=self.name) from None


def clean_structure(param: Param, value: Any) -> Any:
    """A frozen dataclass rebuilt with each of its fields checked."""
    if not isinstance(value, param.type):
        raise InvalidInput(_("This is not a value of the kind asked for."), field=param.name)
    inner = structure_params(param.type)
    return param.type(**{p.name: p.clean(getattr(value, p.name)) for p in inner})


def structure_params(structure: type) -> list[Param]:
    """The fields of a frozen dataclass as parameters."""
    hints = typing.get_type_hints(structure, include_extras=True)
    return [
        _param(field.name, hints[field.name], _default_of(field))
        for field in dataclasses.fields(structure)
    ]


def _default_of(field: dataclasses.Field) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return inspect.Parameter.empty


def signature_params(function: Callable[..., Any]) -> tuple[Param, ...]:
    """The keyword-only parameters of an action, without ``by``."""
    hints = typing.get_type_hints(function, include_extras=True)
    return tuple(
        _param(name, hints[name], parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY and name != "by"
    )


def _param(name: str, hint: Any, default: Any) -> Param:
    required = default is inspect.Parameter.empty
    hint, optional = _without_none(hint)
    many = get_origin(hint) in (tuple, list, Sequence)
    if many:
        hint = get_args(hint)[0]
    text = None
    if get_origin(hint) is typing.Annotated:
        hint, *extras = get_args(hint)
        text = next((extra for extra in extras if isinstance(extra, TextRule)), None)
    if hint is str and text is None:
        raise TypeError(f"{name}: text in a signature is Line or Text, not str")
    return Param(name, hint, required, None if required else default, many, optional, text)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (typing.Union, types.UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not type(None)]
        if len(kinds) == 1:
            return kinds[0], True
        raise TypeError(f"a signature takes one type or None, not {hint}")
    return hint, False


PLAIN_TYPES = (bool, int, Decimal, datetime, date, time)
