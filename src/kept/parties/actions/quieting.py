"""An account's own quiet hours (S3.21)."""

from typing import Annotated

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.parties.models import ALIVE, Account
from kept.parties.quiet import PERIODS, in_words, periods_in, read_periods
from kept.people.models import User

Periods = Annotated[str, PERIODS]


@action(
    "parties.set_quiet_hours",
    label=_("Set quiet hours"),
    right="parties.edit",
    on=ALIVE,
    icon="moon",
)
def set_quiet_hours(
    account: Account, *, by: User, quiet_periods: Periods = "", as_company: bool = False
) -> Account:
    """Say when a partner is not to be disturbed, or that the company's quiet hours hold for them.

    They hold back relationship contacts the company begins; never what was promised (C11).
    """
    periods = None if as_company else read_periods(quiet_periods)
    account.quiet_hours = periods
    account.save(update_fields=["quiet_hours"])
    shown = periods_in(account.unit) if periods is None else periods
    words = in_words(shown) or _now("none")
    account.record("account.quiet_hours_set", by=by, periods=words, own=not as_company)
    return account
