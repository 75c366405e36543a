"""The installation: its name, and on a test installation its clock."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.people.inputs import Title
from kept.people.models import Installation, Unit, User
from kept.people.real_time import real_now

FURTHEST = timedelta(days=3660)


@action(
    "people.rename_installation",
    label=_("Rename installation"),
    right="people.run_installation",
    icon="pencil",
)
def rename_installation(installation: Installation, *, by: User, name: Title) -> Installation:
    """Say what this installation is called at its door."""
    old, installation.name = installation.name, name
    installation.save(update_fields=["name"])
    _record_everywhere("installation.renamed", by, old=old, new=name)
    return installation


@action(
    "people.move_clock",
    label=_("Move the clock"),
    right="people.run_installation",
    offered=lambda installation, by: installation.has_test_clock,
    icon="calendar-clock",
)
def move_clock(installation: Installation, *, by: User, to: datetime) -> Installation:
    """Let it be a later moment here: forward only, and only where an installation was made for it.

    Sessions, tokens, second factors and throttles stay in real time.
    """
    if not installation.has_test_clock:
        raise Refused(_("This installation was not made for moving its clock."), rule="SX.04")
    here = real_now() + installation.clock_offset
    if to <= here:
        raise InvalidInput(
            _("The clock moves forward only; here it is past that moment."), field="to"
        )
    if to > here + FURTHEST:
        raise InvalidInput(_("Move it by ten years at most."), field="to")
    _record_everywhere("installation.clock_moved", by, old=here, new=to)
    installation.clock_offset = to - real_now()
    installation.save(update_fields=["clock_offset"])
    return installation


def _record_everywhere(event: str, by: User, **values: object) -> None:
    """It concerns every company, so it stands in the history of each."""
    for company in Unit.objects.companies().order_by("pk"):
        company.record(event, by=by, **values)
