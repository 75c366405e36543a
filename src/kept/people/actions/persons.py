"""People: added to a unit, changed, moved; what they may do comes with roles."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.kit.text import Line
from kept.people.inputs import (
    JobTitle,
    LanguageCode,
    PersonName,
    PhoneText,
    Username,
    require_new_username,
    require_valid,
)
from kept.people.models import Scope, Unit, User


@action("people.add_user", label=_("Add person"), creates=User, icon="user-plus")
def add_user(
    *,
    by: User,
    unit: Unit,
    username: Username,
    name: PersonName,
    title: JobTitle = "",
    phone: PhoneText = "",
    email: Line = "",
    language: LanguageCode = "en",
) -> User:
    """Add a person to a unit; rights come separately, with a role."""
    _require_open(unit)
    require_new_username(username)
    _require_language(language)
    user = User(
        username=username,
        name=name,
        title=title,
        phone=phone,
        email=email,
        language=language,
        unit=unit,
        company_id=unit.company_id,
    )
    require_valid(user, "email")
    user.scope = Scope.objects.create(kind=Scope.Kind.PERSON)
    user.set_unusable_password()
    user.save()
    user.record("person.added", by=by, unit=unit)
    return user


@action("people.change_user", label=_("Change person"), icon="pencil")
def change_user(
    user: User,
    *,
    by: User,
    name: PersonName,
    title: JobTitle = "",
    phone: PhoneText = "",
    email: Line = "",
    language: LanguageCode = "en",
) -> User:
    """Change a person's name, job and how to reach them; old and new stay on record."""
    _require_language(language)
    new = {"name": name, "title": title, "phone": phone, "email": email, "language": language}
    changed = [field for field, value in new.items() if getattr(user, field) != value]
    words = {f"old_{field}": str(getattr(user, field)) for field in changed}
    for field, value in new.items():
        setattr(user, field, value)
    require_valid(user, "email")
    if changed:
        user.save(update_fields=[*changed, "sort_key"])
        words |= {f"new_{field}": new[field] for field in changed}
        user.record("person.changed", by=by, fields=changed, words=words)
    return user


@action("people.move_user", label=_("Move to another unit"), icon="arrow-right-left")
def move_user(user: User, *, by: User, unit: Unit) -> User:
    """Let a person belong to another unit of their company; roles and open work stay theirs."""
    if unit.company_id != user.company_id:
        raise Refused(
            _("“{unit}” belongs to another company."), unit=unit, field="unit", rule="SX.01"
        )
    if not by.holds_over("people.move_user", unit):
        raise NotAllowed("people.move_user", _("Move to another unit"))
    _require_open(unit)
    old, user.unit = user.unit, unit
    user.save(update_fields=["unit"])
    user.record("person.moved", by=by, old=old, new=unit)
    return user


def _require_open(unit: Unit) -> None:
    if unit.closed_at is not None:
        raise InvalidInput(_("“{unit}” is closed. Choose another unit."), unit=unit, field="unit")


def _require_language(language: str) -> None:
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput(_("Choose one of the languages offered."), field="language")
