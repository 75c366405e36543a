"""``kept policy``: what a company decided."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kept.cli.asking import company_named, require_database, say
from kept.cli.policy_packs import beginning_of, check, diff, export, pack_named
from kept.kit import clock
from kept.kit.packs import PACKS
from kept.people.actions import load_pack_file, load_policy
from kept.people.loading import has_policy, pack_now, packs_to_come
from kept.people.models import Role, Unit, User
from kept.people.views.policy import sections_for
from kept.people.wiring import PolicySentence, policy_leaves


@click.group()
def policy() -> None:
    """Show, check, compare, load and export a company's policy."""
    require_database()


@policy.command()
@click.option("--company", "code", help="Code of the company (default: the only one).")
def show(code: str | None) -> None:
    """Show what is in force in a company and its units, and since when."""
    company = company_named(code)
    _show_packs(company)
    for role in Role.objects.filter(company=company).order_by("code"):
        click.echo(f"  {_('role')} {role.code}: {role.name} ({len(role.rights)})")
    for section in sections_for(company, clock.now()):
        _show_section(section.title, section.sentences, company.zone)
    for unit in _units_with_rules(company):
        _show_rules_of_unit(unit)


def _show_packs(company: Unit) -> None:
    """Which pack holds now, and which begin later."""
    pack = pack_now(company)
    name = pack.name if pack else "–"
    click.echo(_("{company}, policy pack “{pack}”").format(company=company, pack=name))
    for coming in packs_to_come(company):
        if coming.valid_from:
            day = _day(coming.valid_from, company.zone)
            click.echo(_("From {day} on: policy pack “{pack}”").format(day=day, pack=coming.name))


def _units_with_rules(company: Unit) -> list[Unit]:
    """The units below a company that have rules of their own."""
    below = Unit.objects.below(company).exclude(pk=company.pk)
    return [unit for unit in below.order_by("path") if has_policy(unit)]


def _show_rules_of_unit(unit: Unit) -> None:
    """The sentences of a unit's own rules; the others it has from above."""
    for section in sections_for(unit, clock.now()):
        own = [one for one in section.sentences if one.unit == unit]
        _show_section(f"{section.title} [{unit.code}]", own, unit.zone)


def _show_section(title: Any, sentences: Sequence[PolicySentence], zone: str) -> None:
    if not sentences:
        return
    click.echo(f"\n{title}")
    for sentence in sentences:
        click.echo(f"  {sentence.text}{_noted(sentence, zone)}")


def _noted(sentence: PolicySentence, zone: str) -> str:
    """Since when a rule holds, and where it comes from, as on the page of rules."""
    notes = []
    if sentence.valid_from:
        notes.append(_("since {day}").format(day=_day(sentence.valid_from, zone)))
    if sentence.source:
        notes.append(sentence.source)
    return f" ({' · '.join(notes)})" if notes else ""


def _day(moment: datetime, zone: str) -> str:
    return date_format(clock.local(moment, zone), "SHORT_DATE_FORMAT")


for _command in (check, diff, export):
    policy.add_command(_command)


@policy.command()
@click.argument("pack", metavar="PACK|FILE")
@click.option("--company", "code", help="Code of the company (default: the only one).")
@click.option("--from", "from_date", help="First day on which it holds (default: now).")
@click.option("--name", help="What to call a file's policy (default: the file's name).")
def load(pack: str, code: str | None, from_date: str | None, name: str | None) -> None:
    """Load a policy pack, or a file of one's own, from a day on; older matters keep their rules."""
    company = company_named(code)
    valid_from = beginning_of(from_date, company) if from_date else None
    if pack in PACKS:
        load_policy(company, by=User.objects.system(), pack=pack, valid_from=valid_from)
    else:
        name = name or Path(pack).stem
        load_pack_file(
            company,
            by=User.objects.system(),
            name=name,
            pack=pack_named(pack),
            valid_from=valid_from,
        )
    say(_("“{pack}” is loaded into {company}.").format(pack=name or pack, company=company))
    for sentence in policy_leaves.ask(company):
        say(f"{sentence}.")
