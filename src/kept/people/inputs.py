"""Kinds of text that verbs about people take, and checks several of them share."""

from typing import Annotated

from django.core.exceptions import ValidationError
from django.db.models import Model

from kept.kit.refusal import InvalidInput
from kept.kit.text import TextRule

Code = Annotated[str, TextRule(20, many_lines=False)]
Username = Annotated[str, TextRule(60, many_lines=False)]
PersonName = Annotated[str, TextRule(100, many_lines=False)]
JobTitle = Annotated[str, TextRule(80, many_lines=False)]
PhoneText = Annotated[str, TextRule(40, many_lines=False)]
LanguageCode = Annotated[str, TextRule(10, many_lines=False)]
RightName = Annotated[str, TextRule(80, many_lines=False)]
Title = Annotated[str, TextRule(100, many_lines=False)]
Query = Annotated[str, TextRule(2000, many_lines=False)]
Territory = Annotated[str, TextRule(4000)]


def require_valid(row: Model, *fields: str) -> None:
    """Raise InvalidInput for the first of these fields that its model does not accept."""
    try:
        row.clean_fields(exclude={f.name for f in row._meta.fields if f.name not in fields})
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput("{message}", message=messages[0], field=field) from None
