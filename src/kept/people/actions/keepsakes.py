"""Saved views: a person names a filter and may share it with a unit."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.people.inputs import Query, Title
from kept.people.models import SavedView, Unit, User

MOST_VIEWS = 200


@action("people.save_view", label=_("Save this view"), creates=SavedView, right="people.see")
def save_view(
    *, by: User, list_name: Title, title: Title, address: Title, query: Query = ""
) -> SavedView:
    """Name a filter of a list; the same name again replaces what it stood for."""
    if not address.startswith("/") or address.startswith("//") or "?" in address:
        raise InvalidInput(_("A view is saved from its list."), field="address")
    if by.saved_views.count() >= MOST_VIEWS:
        raise Refused(_("You have {n} saved views. Delete some first."), n=MOST_VIEWS, rule="SX.06")
    view, _made = SavedView.objects.update_or_create(
        user=by,
        list_name=list_name[:40],
        title=title,
        defaults={"query": query.removeprefix("?"), "address": address, "created_at": clock.now()},
    )
    return view


@action("people.share_view", label=_("Share view"), right="people.see", icon="share-2")
def share_view(view: SavedView, *, by: User, unit: Unit | None = None) -> SavedView:
    """Let a unit and all below it use a view; without a unit it is private again."""
    if unit is not None and unit.pk not in by.unit_ids_above:
        raise Refused(_("Share it with a unit you belong to."), field="unit", rule="SX.02")
    view.unit = unit
    view.save(update_fields=["unit"])
    return view


@action(
    "people.delete_view", label=_("Delete view"), right="people.see", danger=True, icon="trash-2"
)
def delete_view(view: SavedView, *, by: User) -> SavedView:
    """Forget a saved view; nothing it showed is touched."""
    pk = view.pk
    view.delete()
    view.pk = pk
    return view
