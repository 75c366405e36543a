"""The small things a list's template is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Empty:
    """What an empty list says: that there is nothing, and what to do first."""

    title: Any
    text: Any = ""
    url: str = ""
    label: Any = ""
    icon: str = "inbox"


NOTHING_YET = Empty(_("Nothing here yet"))
NOTHING_FOUND = Empty(
    _("Nothing matches these conditions"), _("Take one away to see more."), icon="search"
)
NOT_UNDERSTOOD = Empty(
    _("Nothing to show"), _("Mend what is marked in the filter."), icon="circle-alert"
)


@dataclass(frozen=True)
class SavedView:
    """A filter and order somebody named; ``query`` is what stands behind the question mark."""

    label: Any
    query: str
    is_active: bool = False
    pk: Any = None

    @property
    def url(self) -> str:
        return f"?{self.query}"


SavedViews = Callable[[Any, str], Sequence[SavedView]]
"""``(user, list name)`` → the person's views of that list; one query."""


@dataclass(frozen=True)
class Heading:
    """A column's heading; ``sorted`` is what ``aria-sort`` says, ``url`` where a click leads."""

    key: str
    label: Any
    css: str
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class OrderChoice:
    """One of the list's orders, for a menu."""

    label: Any
    url: str
    is_active: bool
