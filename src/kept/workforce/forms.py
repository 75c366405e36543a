"""What forms about consultants ask, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit.forms import spec
from kept.kit.labels import declare
from kept.people.models import User
from kept.workforce.actions import consulting_of

declare(
    solutions=_("Solutions known"),
    from_on=_("From"),
    warning_seen=_("I have seen the warning"),
)


def _known_now(user: User, by: User) -> dict[str, Any]:
    row = consulting_of(user)
    return {"solutions": row.solutions} if row else {}


spec(
    "workforce.name_consultant",
    initial=_known_now,
    help={"solutions": _("One solution on each line.")},
)
spec(
    "workforce.end_consultant",
    help={
        "warning_seen": _(
            "Needed where the unit is left with fewer consulting technicians than it must have."
        )
    },
)
