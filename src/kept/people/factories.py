"""Companies and people for tests and the demo, made through actions."""

from datetime import UTC, datetime

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from kept.kit import clock
from kept.people.actions import add_unit, add_user, found_company, grant_role, load_policy
from kept.people.models import Installation, Role, Unit, UnitKind, User
from kept.people.second_factor import has_factor

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def make_company(
    code: str = "HN", name: str = "Huaneng", *, pack: str = "software", zone: str = "Asia/Shanghai"
) -> Unit:
    """A company with its policy pack in force since long ago."""
    system = User.objects.system()
    with clock.at(LONG_AGO):
        company = found_company(by=system, code=code, name={"en": name, "zh-hans": name}, zone=zone)
        load_policy(company, by=system, pack=pack)
    return company


def make_unit(
    parent: Unit, code: str, name: str = "", kind: UnitKind = UnitKind.DEPARTMENT
) -> Unit:
    return add_unit(
        by=User.objects.system(),
        unit=parent,
        code=code,
        name={"en": name or code, "zh-hans": name or code},
        kind=kind,
    )


def make_user(unit: Unit, username: str, *roles: str, name: str = "", **values: str) -> User:
    """A person of a unit with roles there."""
    system = User.objects.system()
    user = add_user(by=system, unit=unit, username=username, name=name or username, **values)
    for code in roles:
        role = Role.objects.get(company=unit.company_id, code=code)
        grant_role(user, by=system, role=role, unit=unit)
    return enrolled(User.objects.get(pk=user.pk))


def give(user: User, role: str, unit: Unit) -> User:
    """One more grant, and the person as read anew."""
    found = Role.objects.get(company=unit.company_id, code=role)
    grant_role(user, by=User.objects.system(), role=found, unit=unit)
    return enrolled(User.objects.get(pk=user.pk))


def enrolled(user: User) -> User:
    """The person with an authenticator app, where a role of theirs asks for one.

    A demo installation asks for none, so there nobody has one and passwords alone open.
    """
    is_asked = user.needs_second_factor and not Installation.the().is_demo
    if is_asked and not has_factor(user):
        TOTP.activate(user, generate_totp_secret())
    return user
