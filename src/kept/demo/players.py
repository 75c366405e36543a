"""The people of a company: who takes a call, who stands in, who is free for a step."""

import random
from dataclasses import dataclass, field
from datetime import datetime

from kept.people.models import Unit, User


@dataclass
class Player:
    """One person and what they do in storylines; ``away`` while a deputy stands in."""

    user: User
    tags: frozenset[str]
    unit: Unit
    deputy: "Player | None" = None
    away: tuple[datetime, datetime] | None = None

    def is_away(self, moment: datetime) -> bool:
        return self.away is not None and self.away[0] <= moment < self.away[1]

    def on_duty(self, moment: datetime) -> "Player":
        """The person, or the deputy while they are away."""
        return self.deputy if self.deputy is not None and self.is_away(moment) else self


@dataclass
class Cast:
    """All people of one company."""

    players: list[Player] = field(default_factory=list)

    def of(self, key: int) -> Player:
        """The player with this user's key."""
        return next(one for one in self.players if one.user.pk == key)

    def named(self, login: str) -> Player | None:
        """The player with a user name."""
        return next((one for one in self.players if one.user.username == login), None)

    def someone(
        self,
        tag: str,
        moment: datetime,
        chance: random.Random,
        *,
        near: Unit | None = None,
        but: User | None = None,
    ) -> Player:
        """Somebody with a tag who is there, of the unit ``near`` where it has such people."""
        able = [one for one in self.players if tag in one.tags and not one.is_away(moment)]
        able = [one for one in able if one.user != but] or able
        local = [one for one in able if near is not None and one.unit == near]
        if not able:
            raise LookupError(f"nobody in the cast is “{tag}”")
        return chance.choice(local or able)
