"""``kept init``: the way in for a real company."""

from typing import Any

import click
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kept.cli.asking import (
    asked,
    asked_or,
    asked_password,
    is_asked_by_person,
    ready_database,
    say,
)
from kept.cli.second_factor import set_up_factor
from kept.kit.packs import PACKS
from kept.kit.refusal import Refused
from kept.people.actions import add_user, found_company, grant_role, load_policy, set_password
from kept.people.actions.signing_in import require_strong
from kept.people.inputs import require_new_code, require_new_username, require_valid
from kept.people.models import Installation, Role, Unit, User

ADMINISTRATOR = "administrator"
ZONE, CURRENCY, LANGUAGE = "Asia/Shanghai", "CNY", "zh-hans"
LANGUAGES = click.Choice([code for code, _name in settings.LANGUAGES])
PACK = click.Choice(list(PACKS))


@click.command()
@click.option("--company-code", help="Short code of the company; begins its numbers (HN).")
@click.option("--company-name", help="Name of the company.")
@click.option("--pack", type=PACK, help="Policy pack to begin with.")
@click.option("--zone", show_default=ZONE, help="Time zone.")
@click.option("--currency", show_default=CURRENCY, help="Currency.")
@click.option("--language", type=LANGUAGES, show_default=LANGUAGE, help="Administrator's language.")
@click.option("--admin", help="User name of the first administrator.")
@click.option("--admin-name", help="Their name.")
@click.option("--email", default="", help="Their mail address.")
@click.option("--password", envvar="KEPT_PASSWORD", help="Their password (or KEPT_PASSWORD).")
@click.option("--for-tests", is_flag=True, help="Its clock may be moved (kept clock).")
@click.option(
    "--second-factor/--no-second-factor",
    default=True,
    show_default=True,
    help="Set up an authenticator app now.",
)
def init(**given: Any) -> None:
    """Found a company with a policy pack and its first administrator.

    Asks for whatever is not given, but the mail address. May be run again for a further company.
    """
    ready_database()
    if given["for_tests"]:
        _require_nothing_yet()
    answers = _answers(given)
    with transaction.atomic():
        if given["for_tests"]:
            Installation.objects.create(has_test_clock=True)
        company = _found(answers)
        admin = _administrator(company, answers)
    say(_("{company} is founded.").format(company=company))
    if given["second_factor"]:
        set_up_factor(admin, by=User.objects.system(), ask=_ask if is_asked_by_person() else None)
    say(_("Now run `kept serve` and sign in as {username}.").format(username=admin.username))


def _require_nothing_yet() -> None:
    """An installation is for tests from its beginning, or it is for work."""
    if Unit.objects.exists() or Installation.objects.exists():
        raise Refused(
            _("There is an installation here already; one for tests begins in an empty KEPT_HOME."),
            rule="SX.04",
        )


def _answers(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, and what is asked for besides; each is checked where it is asked."""
    code, name = _("Code of the company"), _("Name of the company")
    return {
        **given,
        "company_code": asked(given["company_code"], code, "--company-code", require_new_code),
        "company_name": asked(given["company_name"], name, "--company-name"),
        "pack": asked(given["pack"], _pack_question(), "--pack", type=PACK),
        "zone": asked_or(given["zone"], _("Time zone"), ZONE, _require_zone),
        "currency": asked_or(given["currency"], _("Currency"), CURRENCY, _require_currency),
        "language": asked_or(given["language"], _("Language"), LANGUAGE, type=LANGUAGES),
        **_administrator_answers(given),
    }


def _administrator_answers(given: dict[str, Any]) -> dict[str, Any]:
    question = _("User name of the administrator")
    username = asked(given["admin"], question, "--admin", require_new_username)
    name = asked_or(given["admin_name"], _("Name of the administrator"), username)
    person = User(username=username, name=name, email=given["email"])
    password = asked_password(given["password"], lambda typed: require_strong(typed, person))
    return {"admin": username, "admin_name": name, "password": password}


def _require_zone(name: str) -> None:
    require_valid(Unit(zone=name), "zone")


def _require_currency(code: str) -> None:
    require_valid(Unit(currency=code), "currency")


def _pack_question() -> str:
    """The packs by name, for whoever has to choose."""
    lines = [f"  {name:14}{label}" for name, label in PACKS.items()]
    return "\n".join([_("Policy packs:"), *lines, _("Pack")])


def _found(answers: dict[str, Any]) -> Unit:
    system = User.objects.system()
    name = answers["company_name"]
    company = found_company(
        by=system,
        code=answers["company_code"],
        name={answers["language"]: name, "en": name},
        zone=answers["zone"],
        currency=answers["currency"],
    )
    load_policy(company, by=system, pack=answers["pack"])
    return company


def _administrator(company: Unit, answers: dict[str, Any]) -> User:
    system = User.objects.system()
    admin = add_user(
        by=system,
        unit=company,
        username=answers["admin"],
        name=answers["admin_name"],
        email=answers["email"],
        language=answers["language"],
    )
    set_password(admin, by=system, password=answers["password"])
    role = Role.objects.get(company=company, code=ADMINISTRATOR)
    grant_role(admin, by=system, role=role, unit=company)
    return admin


def _ask(question: str) -> str:
    return click.prompt(question, default="", show_default=False, err=True)
