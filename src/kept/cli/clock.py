"""``kept clock``: what time it is here, and on an installation made for tests, a later one."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click
from django.utils.translation import gettext as _

from kept.cli.asking import require_database
from kept.kit.refusal import InvalidInput, Refused
from kept.people.actions import move_clock
from kept.people.models import Installation, Unit, User
from kept.people.real_time import real_now

UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


@click.command()
@click.argument("to", required=False)
def clock(to: str | None) -> None:
    """Show the time it is here, or move it forward TO a moment or by a while.

    TO is 2026-12-01T09:00 (in the zone of the company, or with one of its own) or +3d, +2h, +90m.
    Only an installation founded with `kept init --for-tests` has a clock that can be moved; it
    never goes back.
    """
    require_database()
    here = Installation.the()
    if to:
        if not here.has_test_clock:
            raise Refused(_("This installation was not made for moving its clock."), rule="SX.04")
        moment = _moment(to, real_now() + here.clock_offset)
        here = move_clock(here, by=User.objects.system(), to=moment)
    click.echo(_shown(here))


def _moment(text: str, now: datetime) -> datetime:
    if found := re.fullmatch(r"\+(\d{1,5})([wdhm])", text):
        return now + timedelta(**{UNITS[found[2]]: int(found[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            _("“{text}” is no moment. Write it as 2026-12-01T09:00, or as +3d."),
            text=text,
            field="to",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_zone())


def _zone() -> ZoneInfo:
    """The zone of the only company, or UTC where there are several."""
    zones = set(Unit.objects.companies().values_list("zone", flat=True)[:2])
    return ZoneInfo(zones.pop() if len(zones) == 1 else "UTC")


def _shown(installation: Installation) -> str:
    now = (real_now() + installation.clock_offset).astimezone(_zone())
    shown = now.isoformat(sep=" ", timespec="seconds")
    if not installation.clock_offset:
        return shown
    ahead = str(timedelta(seconds=round(installation.clock_offset.total_seconds())))
    return _("{now} (ahead of real time by {ahead})").format(now=shown, ahead=ahead)
