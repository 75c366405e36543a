"""``kept user``: people at the command line."""

import click
from django.db import transaction
from django.utils.translation import gettext as _

from kept.cli.asking import (
    asked_password,
    company_named,
    is_asked_by_person,
    require_database,
    say,
    unit_named,
    user_named,
)
from kept.cli.second_factor import set_up_factor
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.people.actions import add_user, grant_role, issue_password, set_password
from kept.people.models import Role, Unit, User


@click.group()
def user() -> None:
    """Add and list people, set passwords."""
    require_database()


@user.command()
@click.argument("username")
@click.option("--unit", "unit_code", help="Code of their unit (default: the only company).")
@click.option("--name", help="Their name.")
@click.option("--role", "roles", multiple=True, help="Code of a role there; may be repeated.")
@click.option("--language", default="en", show_default=True)
@click.option("--email", default="")
@click.option("--phone", default="")
@click.option("--title", default="", help="Job title.")
@click.option("--password", envvar="KEPT_PASSWORD", help="Or KEPT_PASSWORD; else one is made.")
def add(
    username: str,
    unit_code: str | None,
    name: str | None,
    roles: tuple[str, ...],
    password: str | None,
    **values: str,
) -> None:
    """Add a person to a unit, with roles there and a password."""
    unit = unit_named(unit_code) if unit_code else company_named(None)
    system = User.objects.system()
    with transaction.atomic():
        added = add_user(by=system, unit=unit, username=username, name=name or username, **values)
        for code in roles:
            grant_role(added, by=system, role=_role(unit, code), unit=unit)
        if password:
            set_password(added, by=system, password=password)
        else:
            issue_password(added, by=system)
    say(_("{name} was added to {unit}.").format(name=added.name, unit=unit))
    if not password:
        click.echo(added.fresh_password)
        say(_("This is the first password; it must be changed at the first sign-in."))


def _role(unit: Unit, code: str) -> Role:
    roles = Role.objects.filter(company=unit.company_id)
    found = roles.filter(code=code).first()
    if found is None:
        raise InvalidInput(
            _("There is no role “{code}”. There are: {codes}."),
            code=code,
            codes=Listed(roles.order_by("code").values_list("code", flat=True)),
            field="role",
        )
    return found


@user.command("password")
@click.argument("username")
@click.option("--password", envvar="KEPT_PASSWORD", help="Or KEPT_PASSWORD; else it is asked for.")
@click.option("--second-factor", is_flag=True, help="Set up an authenticator app as well.")
def change_password(username: str, password: str | None, second_factor: bool) -> None:
    """Give somebody a new password."""
    person, system = user_named(username), User.objects.system()
    set_password(person, by=system, password=asked_password(password))
    say(_("{name} has a new password.").format(name=person))
    if second_factor:
        set_up_factor(person, by=system, ask=_ask if is_asked_by_person() else None)


def _ask(question: str) -> str:
    return click.prompt(question, default="", show_default=False, err=True)


@user.command("list")
@click.option("--company", "code", help="Code of a company (default: all).")
@click.option("--all", "with_left", is_flag=True, help="Those who have left as well.")
def list_users(code: str | None, with_left: bool) -> None:
    """List people with their units and roles."""
    rows = User.objects.filter(is_system=False).order_by("company__code", "unit__path", "sort_key")
    if code:
        rows = rows.filter(company=company_named(code))
    if not with_left:
        rows = rows.filter(is_active=True)
    for person in rows.select_related("unit").prefetch_related("grants__role"):
        click.echo("\t".join(_line(person)))


def _line(person: User) -> list[str]:
    roles = sorted({grant.role.code for grant in person.grants.all() if grant.until is None})
    left = "" if person.is_active else _("left")
    unit = person.unit.code if person.unit else ""
    return [person.username, person.name, unit, ",".join(roles), left]
