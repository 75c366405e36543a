"""``kept policy check``, ``diff`` and ``export``: packs before they are loaded, and said again."""

import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kept.cli.asking import company_named, say
from kept.kit import clock, packs
from kept.kit.pack_differences import Difference, differences
from kept.kit.pack_faults import Fault, refusal_of
from kept.kit.packs import PACKS
from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR
from kept.kit.refusal import InvalidInput
from kept.kit.toml import dumps
from kept.kit.words import Listed
from kept.people.checking import as_written, faults_of, faults_of_company
from kept.people.models import Unit

COMPANY = click.option("--company", "code", help="Code of the company (default: the only one).")
#: What stands for the policy a company has, now or from a day on: ``now``, ``2026-07-01``.
NOW = "now"


def pack_named(name: str) -> dict[str, Any]:
    """A shipped pack by its name, or a file's."""
    if name in PACKS or not Path(name).exists():
        return packs.read_pack(name)
    return packs.read_file(Path(name))


@click.command()
@click.argument("pack", metavar="[PACK|FILE]", required=False)
@click.option("--company", "code", help="Check what this company has now, and how it is staffed.")
def check(pack: str | None, code: str | None) -> None:
    """Say every fault of a pack, a file, or what a company has; nothing is written."""
    if pack and code:
        raise InvalidInput(_("Check a pack or a company, not both at once."), field="company")
    if pack:
        faults = faults_of(pack_named(pack))
    else:
        faults = faults_of_company(company_named(code), clock.now())
    for fault in faults:
        click.echo(_line(fault))
    _sum_up(faults)


def _line(fault: Fault) -> str:
    kind = _("warning") if fault.is_warning else _("fault")
    return f"{kind} [{fault.code}] {fault}"


def _sum_up(faults: Iterable[Fault]) -> None:
    """How many there are; the command fails where there is one that is more than a warning."""
    faults = list(faults)
    count = sum(1 for one in faults if not one.is_warning)
    warned = len(faults) - count
    say(ngettext("{n} fault", "{n} faults", count).format(n=count))
    if warned:
        say(ngettext("{n} warning", "{n} warnings", warned).format(n=warned))
    if count:
        sys.exit(1)


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@COMPANY
def diff(before: str, after: str, code: str | None) -> None:
    """Say what is different in B: packs, files, "now" or a day (what the company has then)."""
    found = differences(_side(before, code), _side(after, code))
    for one in found:
        _show(one)
    if not found:
        say(_("There is no difference."))


def _side(name: str, code: str | None) -> Mapping[str, Any]:
    """One side of a comparison, as a company that has it would say it."""
    if name == NOW:
        return packs.written(company_named(code), clock.now())
    if name in PACKS or Path(name).exists():
        return _as_loaded(pack_named(name))
    if _is_day(name):
        company = company_named(code)
        return packs.written(company, beginning_of(name, company))
    raise InvalidInput(
        _("“{name}” is no pack, no file, no day and not “now”. There are: {packs}."),
        name=name,
        packs=Listed(PACKS),
    )


def _as_loaded(pack: Mapping[str, Any]) -> dict[str, Any]:
    faults = [one for one in faults_of(pack) if not one.is_warning]
    if faults:
        raise refusal_of(faults)
    return as_written(pack)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _show(difference: Difference) -> None:
    click.echo(difference.title)
    for sign, lines in (
        ("+", difference.added),
        ("−", difference.removed),
        ("~", difference.changed),
    ):
        for line in lines:
            click.echo(f"  {sign} {line}")


@click.command()
@COMPANY
@click.option("--from", "on", help="What it has from this day on (default: now).")
def export(code: str | None, on: str | None) -> None:
    """Print what a company has as one TOML file, which `load` takes again."""
    company = company_named(code)
    moment = beginning_of(on, company) if on else clock.now()
    day = date_format(clock.local(moment, company.zone), "Y-m-d")
    click.echo(f"# {company.code} {day}\n")
    click.echo(dumps(packs.written(company, moment)), nl=False)


def beginning_of(text: str, company: Unit) -> datetime:
    """Midnight of a day where the company is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            _("“{text}” is not a date like 2026-12-31."), text=text, field="from"
        ) from None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise InvalidInput(_("The year {year} cannot be right."), year=day.year, field="from")
    return datetime.combine(day, time(), ZoneInfo(company.zone)).astimezone(UTC)
