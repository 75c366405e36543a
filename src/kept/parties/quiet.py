"""Quiet hours: when a partner is not to be bothered (S3.21, C11).

They hold back only what the company begins by itself to keep up a relationship: a return visit by
phone, a birthday call. A promised answer, a call-back, whatever is owed, goes out at any hour, and
a partner who calls may always be written down.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import TextRule
from kept.parties.models import Account
from kept.parties.models.policy import QuietHours
from kept.people.models import Unit
from kept.promises.clockwork import Shift

MOST_PERIODS = 6
DAY = timedelta(days=1)
#: Quiet periods as typed: ``12:00-14:00``, one on a line.
PERIODS = TextRule(400)


@dataclass(frozen=True)
class MayContact:
    """The answer to whether a relationship contact may begin: yes from ``next_at`` on; when that
    is the moment asked about, at once.
    """

    asked_at: datetime
    next_at: datetime
    zone: str

    @property
    def is_allowed(self) -> bool:
        return self.next_at == self.asked_at

    def __bool__(self) -> bool:
        return self.is_allowed

    def __str__(self) -> str:
        if self.is_allowed:
            return str(_("may be called now"))
        local = self.next_at.astimezone(ZoneInfo(self.zone))
        moment = date_format(local, "SHORT_DATETIME_FORMAT")
        return str(_("quiet now; may be called from {moment}")).format(moment=moment)


def may_contact(account: Account, at: datetime | None = None) -> MayContact:
    """Whether the company may begin a relationship contact with an account at a moment, and if not
    when next (S3.21). Ask it for visits and campaigns, never for what was promised (C11).
    """
    moment = (at or clock.now()).astimezone(UTC)
    zone = account.unit.zone
    next_at = _free_from(moment, [Shift.of(one) for one in periods_of(account)], zone)
    return MayContact(moment, next_at, zone)


def require_may_contact(account: Account, at: datetime | None = None) -> None:
    """Refuse to begin a relationship contact inside quiet hours (S3.21)."""
    answer = may_contact(account, at)
    if not answer:
        local = answer.next_at.astimezone(ZoneInfo(answer.zone))
        raise Refused(
            _("{name} is not to be disturbed now. Call from {moment} on; if they call, write it "
              "down."),
            name=account,
            moment=date_format(local, "SHORT_DATETIME_FORMAT"),
            rule="S3.21",
            mend=account.get_absolute_url(),
        )  # fmt: skip


def periods_of(account: Account) -> list[str]:
    """The quiet hours of an account: its own, else those of its unit."""
    return periods_in(account.unit) if account.quiet_hours is None else account.quiet_hours


def periods_in(unit: Unit, at: datetime | None = None) -> list[str]:
    """The quiet hours a company decided for its partners; none unless it did."""
    row: Any = QuietHours.objects.in_force(unit, at).first()
    return list(row.periods) if row else []


def _free_from(moment: datetime, periods: Iterable[Shift], zone: str) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in and of those that follow."""
    periods = list(periods)
    for _step in range(2 * MOST_PERIODS):
        ends = [end for start, end in _around(moment, periods, zone) if start <= moment < end]
        if not ends:
            break
        moment = max(ends)
    return moment


def _around(
    moment: datetime, periods: list[Shift], zone: str
) -> Iterator[tuple[datetime, datetime]]:
    """The periods of the day before, which may reach over midnight, and of the day itself."""
    today = moment.astimezone(ZoneInfo(zone)).date()
    for day in (today - DAY, today):
        for one in periods:
            start = datetime.combine(day, one.start, ZoneInfo(zone))
            last = day if one.closing <= DAY and one.end > one.start else day + DAY
            end = datetime.combine(last, one.end, ZoneInfo(zone))
            yield start.astimezone(UTC), end.astimezone(UTC)


def read_periods(typed: str) -> list[str]:
    """Quiet periods as typed, in order. Raises InvalidInput for what leaves no time to call."""
    parts = [part.strip() for line in typed.splitlines() for part in line.split(",")]
    return check_periods([part for part in parts if part])


def check_periods(periods: Iterable[Any]) -> list[str]:
    """Quiet periods in order. Raises InvalidInput for what is none, or leaves no time to call."""
    try:
        found = sorted(Shift.of(str(one)) for one in periods)
    except ValueError:
        raise _not_read() from None
    minutes = sum((one.closing - one.opening for one in found), timedelta(0))
    if len(found) > MOST_PERIODS or minutes >= DAY:
        raise InvalidInput(
            _("These quiet hours leave no time to call. Shorten them."),
            field="quiet_periods",
            rule="S3.21",
        )
    return [str(one) for one in found]


def _not_read() -> InvalidInput:
    return InvalidInput(
        _("Write quiet hours like 12:00-14:00, one on a line; over midnight like 20:00-09:00."),
        field="quiet_periods",
    )


def in_words(periods: Iterable[str]) -> str:
    """ "12:00–14:00, 20:00–09:00"."""
    return ", ".join(one.replace("-", "–") for one in periods)
