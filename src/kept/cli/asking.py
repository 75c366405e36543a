"""What several commands ask: which company, which person, a password, in the same words."""

import sys
from collections.abc import Callable
from typing import Any

import click
from django.utils.translation import gettext as _

from kept.kit.refusal import InvalidInput, Refused
from kept.kit.words import Listed
from kept.people.models import Unit, User
from kept.web.readiness import is_prepared, prepare

#: Raises Refused for an answer that cannot be taken.
Check = Callable[[str], None]


def is_asked_by_person() -> bool:
    """Whether somebody sits at the terminal and can be asked."""
    return sys.stdin.isatty()


def say(text: Any) -> None:
    click.echo(str(text), err=True)


def ready_database() -> None:
    """Make the tables, where they are not there yet."""
    prepare(say)


def require_database() -> None:
    """Refuse when the tables are not there yet: nothing to show or change."""
    if not is_prepared():
        raise click.ClickException(
            _("The database is not prepared yet. Run `kept init`, `kept serve` or `kept demo`.")
        )


def company_named(code: str | None) -> Unit:
    """The company of that code; without one, the only company there is."""
    companies = Unit.objects.companies().filter(parent__isnull=True)
    if code:
        found = companies.filter(code__iexact=code).first()
        if found is None:
            raise InvalidInput(_("There is no company “{code}”."), code=code, field="company")
        return found
    some = list(companies.order_by("code")[:20])
    if not some:
        raise InvalidInput(_("There is no company yet."), field="company")
    if len(some) > 1:
        codes = Listed(one.code for one in some)
        raise InvalidInput(
            _("Say which company with --company: {codes}."), codes=codes, field="company"
        )
    return some[0]


def unit_named(code: str) -> Unit:
    found = Unit.objects.filter(code__iexact=code).first()
    if found is None:
        raise InvalidInput(_("There is no unit “{code}”."), code=code, field="unit")
    return found


def user_named(username: str) -> User:
    found = User.objects.filter(username__iexact=username, is_system=False).first()
    if found is None:
        raise InvalidInput(
            _("There is nobody with the user name “{username}”."),
            username=username,
            field="username",
        )
    return found


def asked(
    value: str | None, question: str, option: str, check: Check | None = None, **how: Any
) -> str:
    """A value given as an option, or asked for; without a person to ask it must be given."""
    if value:
        if check:
            check(value)
        return value
    if not is_asked_by_person():
        raise click.UsageError(_("Give {option}.").format(option=option))
    return _prompted(question, check, **how)


def asked_or(
    value: str | None, question: str, default: str, check: Check | None = None, **how: Any
) -> str:
    """A value given as an option, or asked for with a default; without a person the default."""
    if value or not is_asked_by_person():
        value = value or default
        if check:
            check(value)
        return value
    return _prompted(question, check, default=default, **how)


def _prompted(question: str, check: Check | None, **how: Any) -> str:
    """Ask until the answer is one that can be taken."""
    while True:
        answer = click.prompt(question, err=True, **how)
        try:
            if check:
                check(answer)
        except Refused as refused:
            say(refused)
        else:
            return answer


def asked_password(value: str | None, check: Check | None = None) -> str:
    """A password from its option or KEPT_PASSWORD, else typed twice."""
    option = "--password / KEPT_PASSWORD"
    return asked(value, _("Password"), option, check, hide_input=True, confirmation_prompt=True)
