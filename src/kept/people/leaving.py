"""What still waits for a person: asked before they leave, shown on their page (SX.17)."""

import json
from typing import Any

from kept.people.models import User
from kept.people.wiring import OpenWork, open_work


def work_of(user: User) -> list[OpenWork]:
    """Every line of open work of a person, over all modules."""
    return [OpenWork.of(line) for line in open_work.ask(user) if line]


def colleague_of(entry: Any) -> User:
    """Whom ``person.work_handed_over`` hands the work to, read from its line of history."""
    return User.objects.get(pk=json.loads(entry.body)["values"]["to"]["id"])
