"""Telling: many storylines run side by side through the real actions, in order of time.

Between two steps the sweep runs whenever a warning or a breach is due, so that both stand in the
story at the moment they would have come.
"""

import heapq
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Min

from kept.cases import actions
from kept.cases.models import Case
from kept.demo.cast import Cast, Player
from kept.demo.customers import Customer
from kept.demo.hours import AT_ONCE, Hours
from kept.demo.script import Step, Storyline
from kept.demo.verbs import perform
from kept.kit import clock
from kept.people.models import Unit
from kept.products.models import Product, SerialUnit
from kept.promises.models import Promise
from kept.promises.sweep import sweep

#: The worker looks every few seconds.
TICK = timedelta(seconds=4)
#: How much sooner or later than written a step comes, and how often somebody is slow.
SOONEST, LATEST, SLOW_SHARE, SLOW = 0.6, 1.15, 0.06, 2.6


class Faltered(Exception):
    """A storyline asked for something impossible: which, where, and what the action said."""


@dataclass
class Telling:
    """One storyline with its people, customer and times."""

    line: Storyline
    cast: Cast
    customer: Customer
    unit: Unit
    hours: Hours
    mailbox: str
    begins: datetime
    chance: random.Random
    product: Product | None = None
    serial: SerialUnit | None = None
    steps_wanted: int | None = None
    hurry: float | None = None
    case: Case = None  # type: ignore[assignment]
    asked: Player | None = None
    received: Player | None = None
    chosen: dict[str, str] = field(default_factory=dict)
    done: int = 0

    def __post_init__(self) -> None:
        self.chosen = {name: self.chance.choice(of) for name, of in self.line.vars.items()}

    @property
    def phone(self) -> str:
        return self.customer.phone

    @property
    def address(self) -> str:
        return self.customer.address

    def mail_address(self) -> str:
        return f"office{self.customer.account.pk}@mail.example"

    def fill(self, text: str) -> str:
        """The text with its braces filled."""
        if "{" not in text:
            return text
        given = self.chosen | self._facts()
        return text.format_map({name: _plain(value, given) for name, value in given.items()})

    def _facts(self) -> dict[str, str]:
        return {
            "customer": self.customer.name,
            "person": self.customer.person,
            "town": self.customer.town,
            "address": self.customer.address,
            "phone": self.customer.phone,
            "product": str(self.product.name) if self.product else "",
            "serial": self.serial.serial if self.serial else "",
            "unit": str(self.customer.unit),
            "owner": self.case.owner.name if self.case else "",
            "mailbox": self.mailbox,
        }

    def someone(self, tag: str, but=None) -> Player:
        near = self.case.unit if self.case and self.case.unit.kind == "branch" else None
        return self.cast.someone(
            tag, clock.now(), self.chance, near=near or self.customer.unit, but=but
        )

    def earlier_case(self) -> Case:
        """The case before this one, of the same customer where there is one."""
        earlier = Case.objects.filter(company=self.unit.company_id).exclude(pk=self.case.pk)
        same = earlier.filter(account=self.case.account_id).order_by("-pk").first()
        return same or earlier.order_by("-pk")[0]

    def go_on(self) -> None:
        """Open the case, or do the next step."""
        if self.case is None:
            self._open()
            return
        step = self.line.steps[self.done]
        try:
            perform(self, step, self._who(step).on_duty(clock.now()).user)
        except Exception as fault:
            raise Faltered(f"{self.line.code}, step {self.done + 1}, {step.verb}: {fault}") from fault
        self.done += 1

    def _open(self) -> None:
        line, customer = self.line, self.customer
        player = self.cast.someone(line.by, clock.now(), self.chance, near=customer.unit)
        known = {} if line.unknown else {"account": customer.account, "contact": customer.contact}
        mail = {"caller_email": self.mail_address()} if line.route == "mail" else {}
        try:
            self.case = actions.open_case(
                by=player.user,
                unit=player.unit,
                route=line.route,
                summary=self.fill(line.summary),
                description=self.fill(line.description),
                caller_name=customer.person_name,
                caller_phone=customer.phone,
                product=self.product,
                serial_unit=self.serial,
                version=self.chosen.get("version", ""),
                case_kind=line.kind,
                priority=line.priority,
                sender_type=line.sender,
                **known,
                **mail,
            )
        except Exception as fault:
            raise Faltered(f"{line.code}, opening: {fault}") from fault

    def _who(self, step: Step) -> Player:
        """Whoever the step names, else who works on the case; closing is the owner's."""
        if step.who == "asked" and self.asked is not None:
            return self.asked
        if step.who == "receiver" and self.received is not None:
            return self.received
        if step.who and step.who not in {"owner", "handler"}:
            return self.someone(step.who)
        is_owners = step.who == "owner" or step.verb == "close"
        handler = self.case.handler or self.case.owner
        return self.cast.of(self.case.owner if is_owners else handler)

    def next_moment(self, last: datetime) -> datetime | None:
        """When the next step comes, or none after the last."""
        wanted = len(self.line.steps) if self.steps_wanted is None else self.steps_wanted
        if self.done >= min(wanted, len(self.line.steps)):
            return None
        delay = self.line.steps[self.done].delay
        if self.hurry is not None:
            return last + delay * self.hurry
        factor = self.chance.uniform(SOONEST, LATEST)
        if self.chance.random() < SLOW_SHARE:
            factor *= SLOW
        moment = last + delay * factor
        return moment if delay <= AT_ONCE else self.hours.next_open(moment, self.chance)


def _plain(value: str, given: dict[str, str]) -> str:
    """A chosen text may itself hold braces."""
    return value.format_map(given) if "{" in value else value


def tell_all(
    tellings: Iterable[Telling],
    until: datetime,
    heard: Callable[[datetime], None],
    *,
    also: Iterable[tuple[datetime, Callable[[], object]]] = (),
) -> None:
    """Tell everything in order of time up to ``until``; ``also`` are other things that happen.

    ``heard`` is called with the moment of each case that begins.
    """
    queue: list[tuple[datetime, int, Callable[[], object] | Telling]] = []
    for place, (moment, what) in enumerate([*also, *((one.begins, one) for one in tellings)]):
        heapq.heappush(queue, (moment, place, what))
    while queue and queue[0][0] <= until:
        moment, place, what = heapq.heappop(queue)
        _sweep_until(moment)
        with clock.at(moment):
            if not isinstance(what, Telling):
                what()
                continue
            begins = what.case is None
            what.go_on()
        if begins:
            heard(moment)
        if (following := what.next_moment(moment)) is not None:
            heapq.heappush(queue, (following, place, what))
    _sweep_until(until)


def _sweep_until(moment: datetime) -> None:
    """Let the worker's rounds before the moment happen."""
    while True:
        tick = Promise.objects.aggregate(at=Min("next_tick_at"))["at"]
        if tick is None or tick + TICK > moment:
            return
        with clock.at(tick + TICK):
            sweep()
