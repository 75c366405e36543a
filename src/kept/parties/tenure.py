"""Since when an account belongs to a territory, and how it left: what churn is counted from."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.parties.models import Account, AccountState, Leaving, Tenure
from kept.parties.settings import today_in


def begin_tenure(account: Account, *, since_on: date | None = None) -> None:
    """An active customer begins to count in its territory, once; others never do.

    Raises InvalidInput for a day that has not come.
    """
    today = today_in(account.unit)
    if since_on is not None:
        require_day_has_come(since_on, today)
    if not account.is_served or account.status != AccountState.ACTIVE:
        return
    if open_tenure(account) is not None:
        return
    start = since_on or today
    Tenure.objects.create(account=account, unit=account.unit, customer_since=start, from_on=start)


def require_day_has_come(since_on: date, today: date) -> None:
    """Raise InvalidInput for somebody who is a customer since a day that has not come."""
    if since_on > today:
        raise InvalidInput(_("This has not happened yet."), field="since_on")


def open_tenure(account: Account) -> Tenure | None:
    return Tenure.objects.filter(account=account, until_on__isnull=True).first()


def end_tenure(account: Account, left_as: Leaving, *, reason: str = "") -> Tenure | None:
    """The account leaves its territory today; answers with the tenure that ended, if any."""
    tenure = open_tenure(account)
    if tenure is not None:
        tenure.until_on, tenure.left_as = today_in(account.unit), left_as
        tenure.reason = reason[:200]
        tenure.save(update_fields=["until_on", "left_as", "reason"])
    return tenure


def move_tenure(account: Account, *, reason: str = "") -> None:
    """The account goes on as a customer of the unit it lies in now, since the same day."""
    ended = end_tenure(account, Leaving.MOVED, reason=reason)
    if ended is not None:
        Tenure.objects.create(
            account=account,
            unit=account.unit,
            customer_since=ended.customer_since,
            from_on=today_in(account.unit),
        )
