"""What promises offers and hears."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit.pages import MenuItem, menu
from kept.people.models import User
from kept.people.wiring import open_work
from kept.promises.models import Promise


@open_work.fill(order=20)
def promises_of_leaver(user: User) -> str | None:
    count = Promise.objects.of_person(user).count()
    if not count:
        return None
    return ngettext("{n} open promise", "{n} open promises", count).format(n=count)


@menu.fill(order=30)
def promises_item(user: User) -> MenuItem | None:
    return (
        MenuItem(_("Promises"), "/promises/", "handshake") if user.holds("promises.see") else None
    )
