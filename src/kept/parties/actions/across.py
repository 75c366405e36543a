"""Serving a customer of another territory, and letting outside people in."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line
from kept.parties.models import ALIVE, Account, CrossRegionService, Phone
from kept.parties.naming import dialled
from kept.parties.settings import account_policy
from kept.people.actions.roles import grant_scope
from kept.people.models import Grant, Role, Unit, UnitKind, User
from kept.timeline.notices import tell
from kept.timeline.sight import add_sight, scopes_above


@action("parties.serve_across", label=_("Serve customer of another territory"),
        creates=CrossRegionService, icon="route")  # fmt: skip
def serve_across(*, by: User, unit: Unit, customer: Line, reason: Line) -> CrossRegionService:
    """Take on a customer who belongs elsewhere, known by number, code or phone (S1.32).

    Nobody is refused for their territory: the unit sees the customer from now on, is credited, and
    the home unit is told. Found by the exact number only, so that nobody browses other territories.
    """
    account = _found(unit, customer)
    return credit_across(account, unit, by=by, reason=reason)


def credit_across(account: Account, unit: Unit, *, by: User, reason: str) -> CrossRegionService:
    """Log a service for a customer of another territory; cases call it when they open there."""
    if is_home(account, unit):
        raise Refused(
            _("{name} belongs to this territory: just serve it."), name=account.name, rule="S1.32"
        )
    served = CrossRegionService.objects.create(
        account=account,
        home_unit=account.unit,
        unit=unit,
        server=by,
        reason=reason,
        served_at=clock.now(),
    )
    add_sight(account.thread, scopes_above(unit))
    account.record(
        "account.served_across", by=by, home=account.unit, unit=unit, words={"reason": reason}
    )
    tell(
        [person for person in _at_home(account) if person != by],
        "account.served_across",
        about=account.thread,
        key=f"across:{served.pk}",
        home=account.unit,
        unit=unit,
    )
    return served


def _at_home(account: Account) -> list[User]:
    """Who is told at home: who looks after the customer, and who leads there; else all there."""
    named = [one for one in (account.relationship_owner, account.unit.manager) if one]
    return named or list(User.objects.active().filter(unit=account.unit))


def credit_once_a_day(account: Account, unit: Unit, *, by: User, reason: str) -> None:
    """Credit a service for a customer of another territory, unless this very person was credited
    for it today (S1.32).
    """
    midnight = clock.local(clock.now(), unit.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    served = CrossRegionService.objects.filter(account=account, unit=unit, server=by)
    if not served.filter(served_at__gte=midnight).exists():
        credit_across(account, unit, by=by, reason=reason)


def is_home(account: Account, unit: Unit) -> bool:
    """Whether a unit serves the account as its own: its territory, or one above or below it."""
    return unit.path.startswith(account.unit.path) or account.unit.path.startswith(unit.path)


def serves_across(account: Account, unit: Unit) -> bool:
    """Whether a case of the account opened in a unit is credited as cross-region (S1.32): only
    territories are; headquarters and the hotline serve everybody.
    """
    return unit.kind in (UnitKind.BRANCH, UnitKind.REGION) and not is_home(account, unit)


def _found(unit: Unit, customer: str) -> Account:
    accounts = Account.objects.alive().filter(company=unit.company_id).select_related("unit")
    found = accounts.filter(number=customer).first() or accounts.filter(code=customer).first()
    if found is None:
        found = _by_phone(unit, customer)
    if found is None:
        raise InvalidInput(
            _("No customer has the number, code or phone “{text}”."),
            text=customer,
            field="customer",
        )
    return found


def _by_phone(unit: Unit, text: str) -> Account | None:
    try:
        number = dialled(text, "customer", account_policy(unit).phone_region)
    except InvalidInput:
        return None
    rows = Phone.objects.current().filter(number=number, contact__account__company=unit.company_id)
    phone = rows.select_related("contact__account__unit").order_by("pk").first()
    return phone.contact.account.survivor if phone else None


@action("parties.admit", label=_("Let somebody sign in for it"), on=ALIVE, icon="key-round")
def admit(account: Account, *, by: User, person: User, role: Role) -> Account:
    """Grant somebody a role for this account alone: a station or dealer sees its own (SX.02)."""
    if role.company_id != account.company_id:
        raise Refused(_("This role belongs to another company."), rule="SX.01", field="role")
    if Grant.objects.current().filter(user=person, role=role, scope=account.scope_id).exists():
        raise Refused(_("{name} can do this already."), name=person, field="person", rule="SX.02")
    grant_scope(person, role, account.scope)
    account.record("account.admitted", by=by, person=person, role=role)
    return account
