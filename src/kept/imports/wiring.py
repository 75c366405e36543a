"""What imports offer below: their place in the menu."""

from django.utils.translation import gettext_lazy as _

from kept.imports.kinds import kinds_of
from kept.kit.pages import MenuItem, menu
from kept.people.models import User


@menu.fill(order=90)
def import_item(user: User) -> MenuItem | None:
    """Import, for who may bring in anything."""
    return MenuItem(_("Import"), "/imports/", "file-spreadsheet") if kinds_of(user) else None
