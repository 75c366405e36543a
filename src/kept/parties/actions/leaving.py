"""Customers who leave, come back or move to another territory (S1.23)."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line
from kept.parties.churn import churn_of, rolling_period
from kept.parties.models import ALIVE, Account, AccountState, Leaving
from kept.parties.settings import account_policy, today_in
from kept.parties.tenure import begin_tenure, end_tenure, move_tenure
from kept.parties.territory import require_territory
from kept.people.models import Unit, User
from kept.timeline import sight
from kept.timeline.notices import tell


def _is_served(account: Account, by: User) -> bool:
    return account.is_served


@action("parties.mark_lost", label=_("Mark as lost"), on=(AccountState.ACTIVE,), danger=True,
        offered=_is_served, icon="trending-down")  # fmt: skip
def mark_lost(account: Account, *, by: User, reason: Line = "") -> Account:
    """A customer has left, with the reason; its territory's churn is counted anew (S1.23)."""
    if not account.is_served:
        raise Refused(_("Only a customer or dealer can be lost."), rule="S1.23")
    if not reason:
        raise InvalidInput(
            _("Write down why {name} was lost."), name=account.name, field="reason", rule="S1.23"
        )
    account.move_to(AccountState.LOST)
    account.lost_at, account.lost_reason = clock.now(), reason
    account.save(update_fields=["status", "lost_at", "lost_reason"])
    account.record("account.lost", by=by, words={"reason": reason})
    end_tenure(account, Leaving.LOST, reason=reason)
    _warn_of_churn(account)
    return account


def _warn_of_churn(account: Account) -> None:
    """Tell the territory's manager, and whoever leads above, when the limit is reached."""
    unit = account.unit
    today = today_in(unit)
    policy = account_policy(unit)
    figure = churn_of(unit, *rolling_period(today, policy.churn_months))
    if figure.passes(policy.churn_limit):
        return
    above = Unit.objects.filter(pk__in=unit.ancestor_ids).select_related("manager")
    tell(
        [one.manager for one in above if one.manager],
        "churn.limit_reached",
        about=account.thread,
        key=f"churn:{unit.pk}:{today:%Y-%m}:{figure.lost}",
        unit=unit,
        lost=figure.lost,
        active=figure.active,
        rate=figure.rate_words,
    )


@action("parties.win_back", label=_("Won back"), on=(AccountState.LOST,), primary=True,
        right="parties.mark_lost", icon="trending-up")  # fmt: skip
def win_back(account: Account, *, by: User, reason: Line = "") -> Account:
    """A lost customer is one again, from today; that it was lost stays counted (S1.23)."""
    account.move_to(AccountState.ACTIVE)
    account.save(update_fields=["status"])
    account.record("account.won_back", by=by, words={"reason": reason})
    begin_tenure(account)
    return account


@action("parties.move", label=_("Move to another territory"), on=ALIVE, icon="map")
def move_account(account: Account, *, by: User, unit: Unit, reason: Line) -> Account:
    """The account belongs to another unit from today (C15); who saw it so far still sees it."""
    if unit.company_id != account.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=unit, rule="SX.01",
                      field="unit")  # fmt: skip
    if unit == account.unit:
        raise InvalidInput(_("It lies there already."), field="unit")
    require_territory(unit, account.roles, account.name)
    old, account.unit = account.unit, unit
    account.save(update_fields=["unit"])
    account.thread.unit = unit
    account.thread.save(update_fields=["unit"])
    sight.add_sight(account.thread, sight.scopes_above(unit))
    move_tenure(account, reason=reason)
    account.record("account.moved", by=by, old=old, new=unit, words={"reason": reason})
    return account
