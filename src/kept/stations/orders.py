"""Orders a talk or a fraud case is about: written numbers, and what of the company has them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.kit.text import TextRule
from kept.kit.wiring import Slot
from kept.parties.models import Account
from kept.people.models import User
from kept.timeline.models import Sight, Thread
from kept.timeline.models.thread import see_rights, seen_by

#: Numbers of orders as people write them, one a line.
Numbers = Annotated[str, TextRule(2000)]
LONGEST = 40
#: The kinds of stories a station works on under a number, one a filler; asked with the company.
order_kinds = Slot("stations.order_kinds")


@dataclass(frozen=True)
class Named:
    """A number as written, and the story of the order that has it; None where Kept has none."""

    number: str
    order: Thread | None


def orders_named(text: str, account: Account, *, by: User, field: str, rule: str) -> list[Named]:
    """The orders of a station that a text names, one a line, each once.

    A number nobody knows, or that the writer may not see, stays as it was written. Raises
    InvalidInput for one too long, and for an order of somebody else (S0.15, S0.18).
    """
    written: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        written.setdefault(line.upper(), line)
    for number in written.values():
        if len(number) > LONGEST:
            raise InvalidInput(
                _("“{number}” is too long for the number of an order: one number on each line."),
                number=number[:LONGEST],
                field=field,
                rule=rule,
            )
    known = _seen_under(list(written), account, by)
    _require_of_station(known.values(), account, field, rule)
    return [Named(number, known.get(key)) for key, number in written.items()]


def _seen_under(numbers: list[str], account: Account, by: User) -> dict[str, Thread]:
    """The orders of the company with these numbers that somebody may see, by number."""
    found: dict[str, Thread] = {}
    for kind in order_kinds.ask(account.company):
        rows = Thread.objects.filter(company=account.company_id, kind=kind, number__in=numbers)
        if not by.is_system:
            rows = rows.filter(seen_by(by.sight(see_rights()[kind]), "pk"))
        found.update({one.number: one for one in rows})
    return found


def _require_of_station(orders: Iterable[Thread], account: Account, field: str, rule: str) -> None:
    """Raise InvalidInput for an order the station has no part in."""
    wanted = {one.pk: one for one in orders}
    rows = Sight.objects.filter(thread__in=wanted, scope=account.scope_id)
    theirs = set(rows.values_list("thread", flat=True))
    for key, order in wanted.items():
        if key not in theirs:
            raise InvalidInput(
                _("{number} is no order of {station}. Look at the number again, or leave it out."),
                number=order.number,
                station=account,
                field=field,
                rule=rule,
            )
