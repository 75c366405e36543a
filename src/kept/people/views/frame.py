"""What the pages of the administration share."""

from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import Action
from kept.kit.pages import Page, Verb
from kept.people.models import User


class RightPage(Page):
    """A page for those who hold a right; without it 403."""

    right: ClassVar[str] = "people.see"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if user.is_authenticated and not user.holds(self.right):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


TABS = (
    ("/units/", _("Units"), "building-2", "people.see"),
    ("/users/", _("People"), "users", "people.see"),
    ("/roles/", _("Roles and rights"), "shield-check", "people.see"),
    ("/policy/", _("Policy"), "scale", "people.see"),
    ("/registers/", _("Registers"), "book-open", "people.see"),
    ("/installation/", _("Installation"), "settings", "people.run_installation"),
)


def admin_tabs(user: User, here: str) -> list[SimpleNamespace]:
    """The tabs over the pages of the administration."""
    return [
        SimpleNamespace(url=url, label=label, icon=icon, is_active=url == here, count=None)
        for url, label, icon, right in TABS
        if user.holds(right)
    ]


def creating_verbs(user: User, *actions: Action, **query: str) -> list[Verb]:
    """Buttons for verbs that make something, for those who may; ``query`` fills their form."""
    return [
        Verb(
            name=action.name,
            verb=action.verb,
            label=action.label,
            url=f"/{action.model.plural}/{action.verb}/{_asked(query)}",  # type: ignore[attr-defined]
            icon=action.icon,
            is_primary=True,
            is_danger=action.danger,
            objection=None,
        )
        for action in actions
        if user.holds(action.right)
    ]


def _asked(query: dict[str, str]) -> str:
    return f"?{urlencode(query)}" if query else ""
