"""The facts of a file: changed, with old and new on record."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.parties.actions.filing import Code, Name, Region, Short, checked_year, colleague
from kept.parties.changes import Change, require_complete
from kept.parties.changes.account import require_free_code
from kept.parties.models import ALIVE, SERVED, Account, AccountRole, AccountState, Joining
from kept.parties.noticing import change_file
from kept.parties.tenure import begin_tenure
from kept.parties.territory import require_territory
from kept.people.models import User
from kept.timeline.sight import add_sight


@action("parties.change_account", label=_("Change file"), on=ALIVE, right="parties.edit",
        icon="pencil")  # fmt: skip
def change_account(
    account: Account,
    *,
    by: User,
    name: Line | None = None,
    code: Code | None = None,
    region: Region | None = None,
    org_type: Short | None = None,
    joined_year: int | None = None,
    joining: Joining | None = None,
    project_class: Region | None = None,
    agent_name: Name | None = None,
    notes: Text | None = None,
    effective_on: date | None = None,
    reason: Line = "",
) -> Account:
    """Change facts of the file; old and new stay on record (SX.05). A value not given stays.

    A station's data waits until the channel owner acknowledges it (S0.42): the notice is then on
    ``account.notice``.
    """
    given = {
        "name": name, "code": code, "region": region, "org_type": org_type,
        "joined_year": checked_year(joined_year, account.unit), "joining": joining,
        "project_class": project_class, "agent_name": agent_name, "notes": notes,
    }  # fmt: skip
    if name == "":
        raise InvalidInput(_("Fill this in."), field="name")
    values = {
        field: getattr(value, "value", value)
        for field, value in given.items()
        if value is not None and value != getattr(account, field)
    }
    if code:
        require_free_code(account, code)
    account.notice = change_file(  # type: ignore[attr-defined]
        account, Change("account", values), by=by, reason=reason, effective_on=effective_on
    )
    return account


@action("parties.change_roles", label=_("Change roles"), on=ALIVE, right="parties.edit",
        icon="tags")  # fmt: skip
def change_roles(account: Account, *, by: User, roles: Sequence[AccountRole]) -> Account:
    """Say what the party is to the company. A station begins through its own door (S0.01)."""
    held = [role.value for role in sorted(set(roles))]
    if not held:
        raise InvalidInput(_("Choose at least one role."), field="roles")
    is_new_station = AccountRole.STATION in held and not account.is_station
    if is_new_station and account.status == AccountState.ACTIVE:
        raise Refused(
            _("A station is activated with a field manager. Add it as a station."),
            rule="S0.01",
            field="roles",
            mend="/accounts/add_station/",
        )
    _require_still_served(account, held)
    require_territory(account.unit, held, account.name)
    old, account.roles = account.roles, held
    account.save(update_fields=["roles"])
    require_complete(account)
    account.record("account.roles_changed", by=by, old=old, new=held)
    begin_tenure(account)
    return account


def _require_still_served(account: Account, held: list[str]) -> None:
    """A customer does not leave by a change of words: only as lost, with a reason (S1.23)."""
    was_served = account.is_served and account.status == AccountState.ACTIVE
    if was_served and not any(role in held for role in SERVED):
        raise Refused(
            _("{name} is an active customer. Mark it as lost, with the reason, instead."),
            name=account.name,
            rule="S1.23",
            field="roles",
            mend=f"{account.get_absolute_url()}mark_lost/",
        )


@action("parties.assign_owner", label=_("Say who looks after it"), on=ALIVE, right="parties.edit",
        icon="user-check")  # fmt: skip
def assign_owner(account: Account, *, by: User, relationship_owner: User) -> Account:
    """Name who keeps the relation: an operator's owner, a customer's engineer (S0.03)."""
    colleague(relationship_owner, account.unit)
    if relationship_owner == account.relationship_owner:
        raise InvalidInput(
            _("{name} looks after it already."), name=relationship_owner, field="relationship_owner"
        )
    old, account.relationship_owner = account.relationship_owner, relationship_owner
    account.save(update_fields=["relationship_owner"])
    add_sight(account.thread, [relationship_owner.scope_id])
    account.record("account.owner_assigned", by=by, old=old, new=relationship_owner)
    return account
