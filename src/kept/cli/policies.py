"""``kept policy``: what a company decided."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click
from django.apps import apps
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kept.cli.asking import company_named, require_database, say
from kept.kit import clock
from kept.kit.packs import PACKS
from kept.kit.refusal import InvalidInput
from kept.people.actions import load_policy
from kept.people.models import Policy, Role, Unit, User

#: Columns of every policy row that say nothing about what was decided.
COMMON = {"id", "unit", "valid_from", "superseded_at"}


@click.group()
def policy() -> None:
    """Show a company's policy or load a pack."""
    require_database()


@policy.command()
@click.option("--company", "code", help="Code of the company (default: the only one).")
def show(code: str | None) -> None:
    """Show what is in force in a company and its units, and since when."""
    company = company_named(code)
    pack = company.settings.get("pack", "–")
    click.echo(_("{company}, policy pack “{pack}”").format(company=company, pack=pack))
    for role in Role.objects.filter(company=company).order_by("code"):
        click.echo(f"  {_('role')} {role.code}: {role.name} ({len(role.rights)})")
    for model in _policy_models():
        _show_rows(model, company)


def _policy_models() -> list[type[Policy]]:
    """Every kind of policy row there is, by its name."""
    models = [model for model in apps.get_models() if issubclass(model, Policy)]
    return sorted(models, key=lambda model: model._meta.label)


def _show_rows(model: type[Policy], company: Unit) -> None:
    now = clock.now()
    rows = model.objects.filter(unit__company=company, valid_from__lte=now).select_related("unit")
    found = [row for row in rows if row.superseded_at is None or row.superseded_at > now]
    if not found:
        return
    click.echo(f"\n{str(model._meta.verbose_name).capitalize()}")
    for row in sorted(found, key=lambda row: (row.unit.path, str(row))):
        since = date_format(clock.local(row.valid_from, company.zone), "SHORT_DATE_FORMAT")
        where = "" if row.unit_id == company.pk else f" [{row.unit.code}]"
        click.echo(f"  {row}{where} – {_decided(row)} ({_('since')} {since})")


def _decided(row: Policy) -> str:
    """What a row says, column by column, without what is empty."""
    shown = []
    for field in row._meta.fields:
        value = getattr(row, field.name)
        if field.name in COMMON or value in (None, "", [], {}) or str(value) == str(row):
            continue
        shown.append(f"{field.verbose_name}: {_plain(value)}")
    return "; ".join(shown) or "–"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if type(value) is dict:
        return ", ".join(f"{key} = {_plain(one)}" for key, one in value.items())
    return str(value)


@policy.command()
@click.argument("pack", type=click.Choice(list(PACKS)))
@click.option("--company", "code", help="Code of the company (default: the only one).")
@click.option("--from", "from_date", help="First day on which it holds (default: now).")
def load(pack: str, code: str | None, from_date: str | None) -> None:
    """Load a policy pack into a company, from a day on; older matters keep their old rules."""
    company = company_named(code)
    valid_from = _beginning_of(from_date, company) if from_date else None
    load_policy(company, by=User.objects.system(), pack=pack, valid_from=valid_from)
    say(_("“{pack}” is loaded into {company}.").format(pack=pack, company=company))


def _beginning_of(text: str, company: Unit) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            _("“{text}” is not a date like 2026-12-31."), text=text, field="from"
        ) from None
    return datetime.combine(day, time(), ZoneInfo(company.zone)).astimezone(UTC)
