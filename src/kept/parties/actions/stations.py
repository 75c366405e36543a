"""Service stations: appointed, activated with a field manager and a phone, ended (S0.01)."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.locking import lock
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line
from kept.parties.actions.filing import Code, Name, PhoneText, Region, add_account
from kept.parties.models import (
    ALIVE,
    Account,
    AccountRole,
    AccountState,
    Coverage,
    Leaving,
    Phone,
    Posting,
)
from kept.parties.settings import today_in
from kept.parties.slots import account_open_work
from kept.parties.tenure import begin_tenure, end_tenure
from kept.people.models import Unit, User
from kept.timeline.notices import tell
from kept.timeline.sight import add_sight


@action("parties.add_station", label=_("Appoint station"), creates=Account, icon="store")
def add_station(
    *,
    by: User,
    unit: Unit,
    code: Code,
    name: Line,
    region: Region,
    address: Line = "",
    contact_name: Name = "",
    phone: PhoneText = "",
    email: Line = "",
    field_manager: User | None = None,
    even_so: Line = "",
) -> Account:
    """Enter an authorised service station; it waits until it is activated (S0.01)."""
    account = add_account(
        by=by,
        unit=unit,
        name=name,
        roles=[AccountRole.STATION],
        code=code,
        region=region,
        address=address,
        contact_name=contact_name,
        phone=phone,
        email=email,
        even_so=even_so,
    )
    if field_manager is not None:
        assign_field_manager(account, by=by, field_manager=field_manager)
    return account


def _is_startable(account: Account, by: User) -> bool:
    return account.status in (AccountState.PENDING, AccountState.ENDED)


@action("parties.activate", label=_("Activate"), on=(AccountState.PENDING, AccountState.ENDED),
        offered=_is_startable, primary=True, icon="circle-play")  # fmt: skip
def activate(account: Account, *, by: User) -> Account:
    """Let a station or partner begin: a station needs a field manager and a phone (S0.01)."""
    if account.is_station:
        _require_field_manager(account)
        _require_contact_phone(account)
    account.move_to(AccountState.ACTIVE)
    account.save(update_fields=["status"])
    account.record("account.activated", by=by, manager=account.field_manager)
    begin_tenure(account)
    return account


def _require_field_manager(account: Account) -> None:
    if account.field_manager is None:
        raise Refused(
            _("Assign a field manager to {name} first."),
            name=account.name,
            rule="S0.01",
            mend=f"{account.get_absolute_url()}assign_field_manager/",
        )


def _require_contact_phone(account: Account) -> None:
    phones = Phone.objects.current().filter(contact__account=account, contact__ended_at=None)
    if not phones.exists():
        raise Refused(
            _("Enter a contact phone of {name} first."),
            name=account.name,
            rule="S0.01",
            mend=f"{account.get_absolute_url()}add_contact/",
        )


def _is_station(account: Account, by: User) -> bool:
    return account.is_station


@action("parties.assign_field_manager", label=_("Assign field manager"), on=ALIVE,
        offered=_is_station, icon="user-cog")  # fmt: skip
def assign_field_manager(
    account: Account, *, by: User, field_manager: User, from_on: date | None = None
) -> Account:
    """Make one person of the field staff responsible for a station from a day on (S0.01, S0.02)."""
    if not account.is_station:
        raise Refused(_("Only a service station has a field manager."), rule="S0.01")
    start = from_on or today_in(account.unit)
    _require_posted(field_manager, account, start)
    if field_manager == account.field_manager:
        raise InvalidInput(
            _("{name} is responsible already."), name=field_manager, field="field_manager"
        )
    _cover(account, field_manager, start)
    old, account.field_manager = account.field_manager, field_manager
    account.save(update_fields=["field_manager"])
    add_sight(account.thread, [field_manager.scope_id])
    account.record(
        "account.field_manager_assigned", by=by, old=old, new=field_manager, from_on=start
    )
    tell(
        [person for person in (old, field_manager) if person],
        "account.field_manager_assigned",
        about=account.thread,
        key=f"field_manager:{account.pk}:{account.thread.length}",
        old=old,
        new=field_manager,
        from_on=start,
    )
    return account


def _require_posted(manager: User, account: Account, start: date) -> None:
    """Raise when the person is not field staff, or the day has not come."""
    if manager.company_id != account.company_id or not manager.is_active:
        raise InvalidInput(_("{name} does not work here."), name=manager, field="field_manager")
    if start > today_in(account.unit):
        raise InvalidInput(_("Enter this on the day it takes effect."), field="from_on")
    if not Posting.objects.on(today_in(account.unit)).filter(person=manager).exists():
        raise Refused(
            _("{name} is not posted as field staff. Enter the posting first."),
            name=manager,
            rule="S0.02",
            field="field_manager",
            mend=f"{manager.get_absolute_url()}post_field_staff/",
        )


def _cover(account: Account, manager: User, start: date) -> None:
    """End the running coverage the day before, and begin the new one: never two on one day."""
    running = Coverage.objects.filter(account=account, until_on__isnull=True).first()
    if running is not None:
        if start < running.from_on:
            raise InvalidInput(
                _("{name} became responsible on {day}; choose a later day."),
                name=running.manager,
                day=running.from_on.isoformat(),
                field="from_on",
                rule="S0.02",
            )
        running.until_on = start - timedelta(days=1)
        running.save(update_fields=["until_on"])
    Coverage.objects.create(account=account, manager=manager, from_on=start)


def _has_stations(user: User, by: User) -> bool:
    return user.managed_accounts.exists()


@action("parties.hand_stations", label=_("Hand over stations"), icon="arrow-right-left",
        right="parties.assign_field_manager", offered=_has_stations)  # fmt: skip
def hand_stations(user: User, *, by: User, to_person: User) -> User:
    """Give every station of a field manager to another one, before they leave (S0.02, SX.17)."""
    stations = Account.objects.alive().filter(field_manager=user).order_by("pk")
    if not stations:
        raise Refused(_("{name} looks after no station."), name=user, rule="S0.02")
    for account in stations:
        lock(account)
        assign_field_manager(account, by=by, field_manager=to_person)
    return user


def _can_end(account: Account, by: User) -> bool:
    return not account.is_served


@action("parties.end_account", label=_("End partnership"), icon="circle-slash", danger=True,
        on=(AccountState.PENDING, AccountState.ACTIVE), offered=_can_end)  # fmt: skip
def end_account(account: Account, *, by: User, reason: Line) -> Account:
    """A station, operator or supplier is no longer one; its file and history stay (SX.05)."""
    if account.is_served:
        raise Refused(
            _("A customer is marked as lost, with the reason."),
            rule="S1.23",
            mend=f"{account.get_absolute_url()}mark_lost/",
        )
    if waiting := [line for line in account_open_work.ask(account) if line]:
        raise Refused(
            _("{name} still has open work: {work}."),
            name=account.name,
            work="; ".join(str(line) for line in waiting),
            rule="SX.17",
        )
    account.move_to(AccountState.ENDED)
    account.save(update_fields=["status"])
    account.record("account.ended", by=by, words={"reason": reason})
    end_tenure(account, Leaving.ENDED, reason=reason)
    return account
