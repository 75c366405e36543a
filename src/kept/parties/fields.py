"""What the facts of a file are called, for forms, histories and change notices."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.parties.models import AccountRole, Joining

LABELS: dict[str, Any] = {
    "name": _("Name"),
    "code": _("Code"),
    "region": _("Region"),
    "org_type": _("Kind of organisation"),
    "joined_year": _("Year it joined"),
    "joining": _("Way of joining"),
    "project_class": _("Class of projects done"),
    "agent_name": _("Sold by agent"),
    "relationship_owner": _("Looked after by"),
    "field_manager": _("Field manager"),
    "notes": _("Notes"),
    "contact": _("Contact"),
    "contact_name": _("Contact"),
    "title": _("Job title"),
    "phone": _("Phone"),
    "email": _("Mail"),
    "is_repair_staff": _("Repair staff"),
    "address": _("Address"),
    "roles": _("Roles"),
    "unit": _("Unit"),
    "level": _("Level"),
}


def label(field: str) -> Any:
    return LABELS.get(field, field)


def line(field: str, old: Any, new: Any) -> dict[str, str]:
    """One difference as it is stored: plain keys, worded when somebody reads it."""
    return {"field": field, "old": _plain(old), "new": _plain(new)}


def _plain(value: Any) -> str:
    if value is None or value is False:
        return ""
    return "yes" if value is True else str(value)


def shown(field: str, text: str) -> str:
    """A stored value in the reader's language."""
    if field == "joining" and text in Joining.values:
        return str(Joining(text).label)
    if field == "is_repair_staff":
        return str(_("yes") if text else _("no"))
    if field == "roles":
        return ", ".join(str(AccountRole(one).label) for one in text.split(",") if one)
    return text


def shown_lines(lines: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Differences labelled and worded for the reader: label, old, new."""
    return [
        {
            "label": label(one["field"]),
            "old": shown(one["field"], one["old"]),
            "new": shown(one["field"], one["new"]),
        }
        for one in lines
    ]


def as_words(lines: list[dict[str, str]]) -> dict[str, str]:
    """Differences as the personal words of an entry: ``old_name``, ``new_name``."""
    words = {}
    for one in lines:
        words[f"old_{one['field']}"] = one["old"]
        words[f"new_{one['field']}"] = one["new"]
    return words


def from_words(words: Mapping[str, str]) -> list[dict[str, Any]]:
    """The same differences read back from an entry, for the reader."""
    names = dict.fromkeys(name[4:] for name in words if name[:4] in ("old_", "new_"))
    return shown_lines(
        {"field": name, "old": words.get(f"old_{name}", ""), "new": words.get(f"new_{name}", "")}
        for name in names
    )
