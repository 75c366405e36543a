"""When things happen: the hours a company works, and when its cases begin."""

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

#: The last weeks are dense, the rest of the year is thin.
DENSE, THIN = timedelta(days=42), timedelta(days=365)
DENSE_SHARE = 0.62
#: A step that small follows at once, also after hours: nobody hangs up at six sharp.
AT_ONCE = timedelta(minutes=45)

Happening = tuple[datetime, Callable[[], "list[Happening] | None"]]
"""Something at a moment, and what it does; it may answer with more that happens later."""


class Hours:
    """The hours of one company. ``days`` counts from Monday; no hours at all means day and night"""

    def __init__(self, zone: str, opens: str = "", closes: str = "", days: int = 5) -> None:
        self.zone, self.days = ZoneInfo(zone), days
        self.is_always = not opens
        self.opens = time.fromisoformat(opens or "00:00")
        self.closes = time.fromisoformat(closes or "23:59")

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody works at that moment."""
        local = moment.astimezone(self.zone)
        on_day = local.weekday() < self.days and self.opens <= local.time() <= self.closes
        return self.is_always or on_day

    def next_open(self, moment: datetime, chance: random.Random) -> datetime:
        """The moment itself, or some minutes after the next opening."""
        if self.is_open(moment):
            return moment
        local = moment.astimezone(self.zone)
        day = local.date() if local.time() < self.opens else local.date() + timedelta(days=1)
        while day.weekday() >= self.days:
            day += timedelta(days=1)
        opening = datetime.combine(day, self.opens, self.zone)
        return opening + timedelta(minutes=chance.uniform(1, 50))

    def some_moment(self, day_before_now: float, now: datetime, chance: random.Random) -> datetime:
        """A working moment about so many days before now; the morning is busier."""
        day = (now - timedelta(days=day_before_now)).astimezone(self.zone).date()
        while not self.is_always and day.weekday() >= self.days:
            day -= timedelta(days=1)
        minutes = (self.closes.hour - self.opens.hour) * 60 + self.closes.minute - self.opens.minute
        after = chance.betavariate(1.6, 2.2) * (minutes - 40)
        return datetime.combine(day, self.opens, self.zone) + timedelta(minutes=after)


def beginnings(count: int, hours: Hours, now: datetime, chance: random.Random) -> list[datetime]:
    """When ``count`` cases begin, oldest first, none in the future."""
    found: list[datetime] = []
    while len(found) < count:
        is_dense = chance.random() < DENSE_SHARE
        first, last = (0.0, DENSE.days) if is_dense else (DENSE.days, THIN.days)
        moment = hours.some_moment(chance.uniform(first, last), now, chance)
        if moment < now - timedelta(minutes=1):
            found.append(moment)
    return sorted(found)
