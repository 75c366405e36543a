"""Telling: many storylines run side by side through the real actions, in order of time.

Between two steps the sweep runs whenever a warning or a breach is due, so that both stand in the
story at the moment they would have come.
"""

import heapq
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db.models.signals import post_save
from django.utils import translation

from kept.cases import actions
from kept.cases.models import Case
from kept.demo.customers import Customer
from kept.demo.hours import AT_ONCE, Happening, Hours
from kept.demo.players import Cast, Player
from kept.demo.script import Step, Storyline
from kept.demo.verbs import perform
from kept.kit import clock
from kept.people.models import Unit
from kept.products.models import Product, SerialUnit
from kept.products.terms import product_policy
from kept.promises.models import Promise, PromiseKind
from kept.promises.sweep import sweep

#: The worker looks every few seconds.
ROUND = timedelta(seconds=4)
#: How much sooner or later than written a step comes, and how often somebody is slow.
SOONEST, LATEST, SLOW_SHARE, SLOW = 0.6, 1.15, 0.06, 2.6

#: What a clerk writes when there is no contract yet, by language.
NO_CONTRACT = {"en": "The contract is being renewed", "zh-hans": "合同正在续签，先行服务"}


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
    language: str
    begins: datetime
    chance: random.Random
    product: Product | None = None
    serial: SerialUnit | None = None
    opener: str = ""
    others: Sequence[Customer] = ()
    steps_wanted: int | None = None
    hurry: float | None = None
    case: Any = None
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
        """The text with its braces filled; a chosen word may itself hold braces."""
        while "{" in text:
            text = text.format_map(self.chosen | self._facts())
        return text

    def _facts(self) -> dict[str, str]:
        customer = self.customer
        return {
            "customer": customer.name,
            "person": customer.person,
            "town": customer.town,
            "address": customer.address,
            "phone": customer.phone,
            "product": str(self.product.name) if self.product else "",
            "serial": self.serial.serial if self.serial else "",
            "unit": str(customer.unit),
            "mailbox": self.mailbox,
        }

    def someone(self, tag: str, but=None) -> Player:
        near = self.case.unit if self.case and self.case.unit.kind == "branch" else None
        return self.cast.someone(
            tag, clock.now(), self.chance, near=near or self.customer.unit, but=but
        )

    def earlier_case(self) -> Case:
        """The case of the same customer before this one."""
        earlier = Case.objects.filter(account=self.customer.account, pk__lt=self.case.pk)
        return earlier.latest("pk")

    def go_on(self) -> None:
        """Open the case, or do the next step, in the language of the company."""
        with translation.override(self.language):
            self._go_on()

    def _go_on(self) -> None:
        if self.case is None:
            self._open()
            return
        step = self.line.steps[self.done]
        try:
            perform(self, step, self._who(step).on_duty(clock.now()).user)
        except Exception as fault:
            raise Faltered(
                f"{self.line.code}, step {self.done + 1}, {step.verb}: {fault}"
            ) from fault
        self.done += 1

    def _open(self) -> None:
        if self.line.again:
            self._come_again()
        line, customer = self.line, self.customer
        player = self.cast.named(self.opener) or self.cast.someone(
            line.by, clock.now(), self.chance, near=customer.unit
        )
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
                marked_because=self._why_all_the_same(),
                version=self.chosen.get("version", ""),
                case_kind=line.kind,
                priority=line.priority,
                sender_type=line.sender,
                **known,
                **mail,
            )
        except Exception as fault:
            raise Faltered(f"{line.code}, opening: {fault}") from fault

    def _why_all_the_same(self) -> str:
        """Why equipment is served that no contract covers, where the company asks (S2.02)."""
        if self.serial is None or not product_policy(self.serial.company).needs_contract:
            return ""
        if self.serial.contracts.exists():
            return ""
        return NO_CONTRACT.get(self.language, NO_CONTRACT["en"])

    def _come_again(self) -> None:
        """It is whoever was in touch last."""
        known = {one.account.pk: one for one in self.others}
        last = Case.objects.filter(company=self.unit, account__in=known).order_by("-pk").first()
        if last is not None and last.account is not None:
            self.customer = known[last.account.pk]

    def _who(self, step: Step) -> Player:
        """Whoever the step names, else who works on the case; closing is the owner's."""
        if step.who == "asked" and self.asked is not None:
            return self.asked
        if step.who == "receiver" and self.received is not None:
            return self.received
        if step.who and step.who not in {"owner", "handler"}:
            return self.someone(step.who)
        is_owners = step.who == "owner" or step.verb == "close"
        handler = self.case.handler_id or self.case.owner_id
        return self.cast.of(self.case.owner_id if is_owners else handler)

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


def tell_all(
    tellings: Iterable[Telling],
    until: datetime,
    heard: Callable[[datetime], None],
    *,
    also: Iterable[Happening] = (),
) -> None:
    """Tell everything in order of time up to ``until``; ``also`` are other things that happen, and
    one may answer with more that will.

    ``heard`` is called with the moment of each case that begins.
    """
    begun = [(one.begins, one) for one in tellings]
    queue: list[tuple[datetime, int, Any]] = [
        (moment, place, what) for place, (moment, what) in enumerate([*also, *begun])
    ]
    places = count(len(queue))
    heapq.heapify(queue)
    with Rounds() as rounds:
        while queue and queue[0][0] <= until:
            moment, place, what = heapq.heappop(queue)
            rounds.before(moment)
            with clock.at(moment):
                if not isinstance(what, Telling):
                    if (come := what()) is not None:
                        queue.extend((then, next(places), more) for then, more in come)
                        heapq.heapify(queue)
                        rounds.look(kind=PromiseKind.DUTY)
                    continue
                begins = what.case is None
                what.go_on()
            if begins:
                heard(moment)
            if (following := what.next_moment(moment)) is not None:
                heapq.heappush(queue, (following, place, what))
        rounds.before(until)


class Rounds:
    """The worker's rounds over the promises: one whenever a warning or breach has come due."""

    def __enter__(self) -> "Rounds":
        self._ticks: list[tuple[datetime, int]] = []
        self._now: dict[int, datetime | None] = {}
        post_save.connect(self._hear, sender=Promise)
        return self

    def __exit__(self, *_error: object) -> None:
        post_save.disconnect(self._hear, sender=Promise)

    def _hear(self, instance: Promise, **_rest: object) -> None:
        tick = self._now[instance.pk] = instance.next_tick_at
        if tick is not None:
            heapq.heappush(self._ticks, (tick, instance.pk))

    def look(self, **which: object) -> None:
        """Take in promises that were written, or looked at by the sweep, many at once."""
        for one in Promise.objects.filter(next_tick_at__isnull=False, **which):
            if self._now.get(one.pk) != one.next_tick_at:
                self._hear(one)

    def before(self, moment: datetime) -> None:
        """Make the rounds that come before a moment."""
        while self._ticks and (at := self._ticks[0][0] + ROUND) <= moment:
            ticked = list(self._ticked(at))
            if ticked:
                with clock.at(at):
                    sweep()
                self.look(pk__in=ticked)

    def _ticked(self, at: datetime) -> Iterator[int]:
        """The promises that ticked until a moment, without what was meant for them before."""
        while self._ticks and self._ticks[0][0] <= at:
            tick, key = heapq.heappop(self._ticks)
            if self._now[key] == tick:
                yield key
