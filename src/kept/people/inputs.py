"""Kinds of text that verbs about people take, and checks several of them share."""

from typing import Annotated

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.kit.text import TextRule
from kept.people.models import Unit, User

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


def require_valid(row: Model, *fields: str, rule: str | None = None) -> None:
    """Raise InvalidInput for the first of these fields that its model does not accept."""
    try:
        row.clean_fields(exclude={f.name for f in row._meta.fields if f.name not in fields})
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput("{message}", message=messages[0], field=field, rule=rule) from None


def require_new_code(code: str) -> None:
    """Raise InvalidInput for a unit's code that is taken or breaks numbers and addresses."""
    require_valid(Unit(code=code), "code", rule="SX.05")
    if Unit.objects.filter(code__iexact=code).exists():
        raise InvalidInput(
            _("The code “{code}” is taken. Choose another."), code=code, field="code"
        )


def require_new_username(username: str) -> None:
    """Raise InvalidInput for a user name that is taken or that nobody can have."""
    if User.objects.filter(username__iexact=username).exists():
        raise InvalidInput(
            _("The user name “{username}” is taken. Choose another."),
            username=username,
            field="username",
        )
    require_valid(User(username=username), "username")
