"""Template tags and filters every template has."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kept.kit import clock

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=1_000)
def icon(name: str, size: str = "size-4") -> str:
    """An icon of the sprite, hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        size,
        _sprite(),
        name,
    )


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("build/icons.svg")


@register.simple_tag
def fixed(template: str) -> SafeString:
    """A part of every page that says the same to everybody in a language; it is given nothing."""
    return _fixed(template, get_language() or "")


@lru_cache(maxsize=50)
def _fixed(template: str, language: str) -> SafeString:
    return mark_safe(get_template(template).render())


@register.filter
def span(seconds: Any) -> str:
    """A length of time in the two largest units that say something: "3 h 40 min"."""
    total = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds or 0)
    return _span(*_said_of(abs(total)), get_language())


def _said_of(seconds: int) -> tuple[int, int, int]:
    """The days, hours and minutes that are said of a length of time."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    return days, hours, 0 if days else rest // 60


@lru_cache(maxsize=8_000)
def _span(days: int, hours: int, minutes: int, language: str | None) -> str:
    """The words in this language, which is the one of now: a list of cases says hundreds."""
    if days:
        text = ngettext("{n} day", "{n} days", days).format(n=days)
        return f"{text} {_('{n} h').format(n=hours)}" if hours else text
    if hours:
        text = _("{n} h").format(n=hours)
        return f"{text} {_('{n} min').format(n=minutes)}" if minutes else text
    return _("{n} min").format(n=minutes) if minutes else _("under 1 min")


@register.filter
def until(moment: datetime | None) -> str:
    """How long until a moment, or how long it is past."""
    if moment is None:
        return ""
    left = moment - clock.now()
    said = _said_of(int(abs(left).total_seconds()))
    return _until(*said, left < timedelta(), get_language())


@lru_cache(maxsize=8_000)
def _until(days: int, hours: int, minutes: int, is_late: bool, language: str | None) -> str:
    words = _span(days, hours, minutes, language)
    return (_("{span} late") if is_late else _("in {span}")).format(span=words)


@register.filter
def is_past(moment: datetime | None) -> bool:
    return moment is not None and moment < clock.now()


@register.filter
def behind_more(verbs: Any) -> list[Any]:
    """The verbs that do not stand as buttons."""
    return [one for one in verbs or () if not one.is_primary and not one.is_shown]


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """A value of a mapping by a key held in a variable."""
    return mapping.get(key) if mapping else None
