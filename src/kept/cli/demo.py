"""``kept demo``: look around first, in an invented group or with data of your own."""

import secrets
import sys
import time
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kept.cases.importing.bulk import CASES
from kept.cli.asking import say
from kept.cli.importing import Asked, bring_in, report
from kept.cli.serving import serve_until_told, serving_options
from kept.demo import load
from kept.kit.importing.mapping import (
    Mapping,
    mapping_for,
    mapping_named,
    require_complete,
)
from kept.kit.importing.running import opened
from kept.people.actions import add_user, found_company, grant_role, load_policy, set_password
from kept.people.models import Role, Unit, User
from kept.web.readiness import prepare

CODE, PACK = "MY", "equipment"


@click.command()
@serving_options
@click.option(
    "--import",
    "import_from",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Begin with this table of cases instead of the invented group.",
)
@click.option("--mapping", "mapping_name", help="How to read that table (see kept import).")
@click.option("--fresh", is_flag=True, help="Begin anew, forgetting the demo that was there.")
@click.option("--no-serve", is_flag=True, help="Only load.")
def demo(
    import_from: Path | None, mapping_name: str | None, fresh: bool, no_serve: bool, **how: Any
) -> None:
    """Open Kept with an invented group of five companies, or with your own cases.

    The data stand in var/demo (KEPT_HOME names another place). A demo that is there already is
    opened again as it was left.
    """
    if fresh:
        forget()
    prepare(say)
    if Unit.objects.exists():
        say(_("The demo that is here already is opened; --fresh begins anew."))
    elif import_from:
        load_own(import_from, mapping_name)
    else:
        load_group()
    if not no_serve:
        serve_until_told(**how)


def forget() -> None:
    """Remove the demo's SQLite file. Other databases, and real ones, are left to their owners."""
    database = settings.DATABASES["default"]
    if "sqlite3" not in database["ENGINE"] or Path(settings.HOME).name != "demo":
        raise click.ClickException(_("--fresh is for the demo in var/demo only."))
    for ending in ("", "-wal", "-shm"):
        Path(f"{database['NAME']}{ending}").unlink(missing_ok=True)


def load_group() -> None:
    """The invented group, with a progress bar."""
    began = time.monotonic()
    with click.progressbar(length=1, label=_("Telling a year"), file=sys.stderr) as bar:

        def progress(done: int, total: int, what: str) -> None:
            bar.length = max(total, 1)
            if sys.stderr.isatty():
                bar.label = f"{_('Telling a year')} {what:<12.12}"
            bar.update(done - bar.pos)

        load(progress)
    say(_("Told in {seconds:.0f} s.").format(seconds=time.monotonic() - began))


def load_own(file: Path, mapping_name: str | None) -> None:
    """An empty company with the equipment pack, somebody who works there, an administrator, and
    the table's cases."""
    mapped = mapping_named(CASES, mapping_name) if mapping_name else None
    table = opened(CASES, file, mapping=mapped)
    table.file.close()
    mapped = mapped or mapping_for(CASES, table.header)
    require_complete(mapped, table.header)
    passwords = {username: secrets.token_urlsafe(9) for username in ("me", "admin")}
    company, me = _own_company(mapped, passwords)
    done = bring_in(CASES, file, company, Asked(mapping=mapped, options={"owner": me}))
    for line in report(done):
        say(line)
    words = _("Sign in as {username} with the password {password}")
    say(words.format(username="me", password=passwords["me"]))
    words = _("People and rules: {username}, {password} (asks for an authenticator app)")
    say(words.format(username="admin", password=passwords["admin"]))


@transaction.atomic
def _own_company(mapped: Mapping, passwords: dict[str, str]) -> tuple[Unit, User]:
    """The company, and who answers for its open cases: nobody needs a second factor to look."""
    system = User.objects.system()
    company = found_company(
        by=system, code=CODE, name={"en": "My company", "zh-hans": "我的公司"}, zone=mapped.zone
    )
    load_policy(company, by=system, pack=PACK)
    _person(company, "admin", "Admin", passwords, "administrator")
    return company, _person(company, "me", "Me", passwords, "lead", "clerk")


def _person(
    company: Unit, username: str, name: str, passwords: dict[str, str], *roles: str
) -> User:
    system = User.objects.system()
    person = add_user(by=system, unit=company, username=username, name=name)
    set_password(person, by=system, password=passwords[username])
    for code in roles:
        role = Role.objects.get(company=company, code=code)
        grant_role(person, by=system, role=role, unit=company)
    return person
