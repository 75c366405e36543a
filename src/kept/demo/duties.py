"""Duties as a company's people do them: most in time, some late, a few not at all.

Every other week the duties of the next weeks are made, as the worker makes them; each that comes up
gets a moment at which somebody does it, with the words the company's file has for it.
"""

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import translation

from kept.cases.models import Case
from kept.demo.founding import Company
from kept.demo.hours import Happening
from kept.demo.players import Player
from kept.demo.telling import Faltered
from kept.kit import clock
from kept.parties.models import Account, Posting
from kept.promises.clockwork.zones import day_start
from kept.promises.duties import generate
from kept.promises.duties.actions import do_duty
from kept.promises.models import Duty
from kept.reports.actions import answer_report, prepare_report, submit_report
from kept.reports.models import ReportKind
from kept.stations.actions.inspections import close_inspection, plan_inspection
from kept.stations.actions.sales import SoldLine, enter_week
from kept.stations.actions.talks import log_talk
from kept.stations.models import InspectionMethod
from kept.workforce.actions.training import (
    acknowledge_training,
    enter_result,
    finish_training,
    train_people,
    train_station,
)
from kept.workforce.models import Topic

if TYPE_CHECKING:
    from kept.people.models import User

#: Duties began that long ago, and are made anew that often.
SINCE, EVERY = timedelta(days=100), timedelta(days=14)
#: The share done in time, and the share done after all; the rest is missed.
IN_TIME, LATE = 0.9, 0.06
LATEST = timedelta(days=4)
#: How late in its time a duty is done: never at once, seldom in the last hour.
BEGUN, NEARLY_OVER = 0.25, 0.95
#: Station staff are trained that soon after an inspection that went badly.
TRAINED_WITHIN = 10
#: What own people are examined in, by the duty that asks for it.
OWN_TOPICS = {"hq_training": Topic.NEW_TECHNOLOGY, "staff_check": Topic.WORKFLOW}


class Duties:
    """Everything recurring of all companies."""

    def __init__(self, companies: Iterable[Company], now: datetime, chance: random.Random) -> None:
        self._companies = {one.unit.pk: one for one in companies}
        self._now, self._chance = now, chance
        self._planned: set[int] = set()

    def rounds(self) -> list[Happening]:
        """The moments at which duties are made; each answers with the moments they are done at."""
        moments = [self._now - SINCE + EVERY * turn for turn in range(SINCE // EVERY + 1)]
        return [(moment, self.plan) for moment in [*moments, self._now]]

    def plan(self) -> list[Happening]:
        """Make what is owed next, and say when somebody will do it."""
        generate()
        new = Duty.objects.open().exclude(pk__in=self._planned)
        found: list[Happening] = []
        for duty in new.select_related("promise", "rule").order_by("pk"):
            self._planned.add(duty.pk)
            company = self._companies[duty.company_id]
            moment = _moment(duty, company, self._chance)
            if moment is not None and moment < self._now:
                found.append((moment, partial(self._do, duty.pk, company)))
        return found

    def _do(self, key: int, company: Company) -> list[Happening] | None:
        duty = Duty.objects.select_related("promise__about", "rule", "thread").get(pk=key)
        if duty.withdrawn_at is not None or not duty.promise.is_open:
            return None
        doing = Doing(duty, company, self._chance)
        with translation.override(company.spec["company"]["language"]):
            try:
                return _doings.get(duty.code, Doing.report_or_note)(doing)
            except Exception as fault:
                raise Faltered(f"{duty}, {clock.now():%Y-%m-%d %H:%M}: {fault}") from fault


def _moment(duty: Duty, company: Company, chance: random.Random) -> datetime | None:
    """When a duty is done, in working hours where there are any before it is due; None: never."""
    begins, due = max(duty.promise.started_at, clock.now()), duty.promise.due_at
    outcome = chance.random()
    if outcome >= IN_TIME + LATE or due is None:
        return None
    if outcome >= IN_TIME:
        return company.hours.next_open(due + LATEST * chance.uniform(0.1, 1), chance)
    if is_report(duty):
        begins = max(begins, day_start(duty.period_until, company.hours.zone))
    moment = begins + (due - begins) * chance.uniform(BEGUN, NEARLY_OVER)
    moment = company.hours.next_open(moment, chance)
    return moment if moment < due else due - timedelta(hours=chance.uniform(1, 9))


def is_report(duty: Duty) -> bool:
    """Whether a duty is to send a report, which is done at the end of its time."""
    return _report_kind(duty) is not None


def _report_kind(duty: Duty) -> ReportKind | None:
    kinds = ReportKind.objects.filter(unit=duty.company, duty=duty.code)
    return kinds.order_by("-valid_from", "-pk").first()


class Doing:
    """One duty in the hands of whoever owes it, or of who stands in."""

    def __init__(self, duty: Duty, company: Company, chance: random.Random) -> None:
        self.duty, self.company, self.chance = duty, company, chance
        self.words: dict[str, Any] = company.spec["duties"].get(duty.code, {})

    @property
    def by(self) -> "User":
        return self._player().on_duty(clock.now()).user

    def _player(self) -> Player:
        person = self.duty.promise.person
        if person is not None:
            return self.company.cast.of(person.pk)
        near = self.duty.promise.unit
        return self.company.cast.someone("lead", clock.now(), self.chance, near=near)

    @property
    def account(self) -> Account:
        """The customer or station the duty is about."""
        return Account.objects.select_related("unit__company").get(thread=self.duty.thread)

    def some(self, name: str) -> Any:
        """One of the company's words for this duty."""
        return self.chance.choice(self.words[name])

    def report_or_note(self) -> None:
        """What is no training, inspection, talk or sale is a report, or told in a few words."""
        kind = _report_kind(self.duty)
        if kind is None:
            self._note()
        else:
            self._report(kind)

    def _note(self) -> None:
        by, groups = self.by, self.words.get("at", ())
        able = [one.account.pk for one in self.company.customers if one.group in groups]
        seen = Account.objects.visible_to(by).filter(pk__in=able).order_by("pk")
        at = self.chance.choice(list(seen)).number if groups else ""
        do_duty(self.duty.promise, by=by, note=self.some("notes"), concerned=at or "")

    def _report(self, kind: ReportKind) -> None:
        account = Account.objects.filter(thread=self.duty.thread).first()
        unit = self.duty.promise.unit
        report = prepare_report(
            by=self.by, unit=unit, report_kind=kind, on=self.duty.period_from, account=account
        )
        answers = {name: self.some(name) for name in kind.requires}
        answer_report(report, by=self.by, **answers)
        submit_report(report, by=self.by)

    def sales(self) -> None:
        """The week's sales of the regions somebody is posted to."""
        week = self.duty.period_from
        products = sorted(self.company.products.values(), key=lambda one: one.code)
        for posting in Posting.objects.on(week).filter(person=self.duty.promise.person):
            enter_week(
                by=self.by,
                unit=self.duty.promise.unit,
                region=posting.region,
                week=week,
                source=self.some("sources"),
                lines=[self._sold(one) for one in products],
            )

    def _sold(self, product: Any) -> SoldLine:
        least, most = self.words["sold"]
        sold = self.chance.randint(least, most)
        return SoldLine(product, sold, stock=self.chance.randint(sold // 2, sold * 2))

    def inspect(self) -> list[Happening] | None:
        """Look at a station; one that treats people badly is trained soon after."""
        account, by = self.account, self.by
        method = self.chance.choice(list(InspectionMethod))
        inspection = plan_inspection(account, by=by, method=method)
        seen = self.some("seen")
        close_inspection(inspection, by=by, findings=seen["findings"], score=seen["score"])
        if not inspection.is_bad:
            return None
        after = timedelta(days=self.chance.uniform(1, TRAINED_WITHIN))
        moment = self.company.hours.next_open(clock.now() + after, self.chance)
        words = self.company.spec["duties"]["attitude_training"]
        return [(moment, partial(self._train, Topic.ATTITUDE, words))]

    def talk(self) -> None:
        """Talk about the settlement, with whoever answers for it at the station."""
        account = self.account
        said = self.some("talks")
        log_talk(
            account,
            by=self.by,
            persons=str(account.contacts.earliest("pk")),
            questions=said["question"],
            answers=said["answer"],
            disputed_orders=self._disputed(account, said.get("orders", [])),
        )

    def _disputed(self, account: Account, orders: list[str]) -> str:
        """Paper orders the station disputes, and with them its latest case that is here."""
        if not orders:
            return ""
        cases = Case.objects.visible_to(self.by).filter(account=account)
        latest = cases.order_by("-received_at", "-pk").first()
        known = [latest.number] if latest and latest.number else []
        papers = [one.format(number=f"{self.chance.randrange(100, 1000):04}") for one in orders]
        return "\n".join([*known, *papers])

    def train(self) -> None:
        """Train the people of a station."""
        topics = {
            "attitude_training": Topic.ATTITUDE,
            "technical_training": Topic.TECHNICAL,
            "honesty_education": Topic.HONESTY,
            "parts_training": Topic.PARTS,
        }
        self._train(topics[self.duty.code], self.words)

    def _train(self, topic: Topic, words: dict[str, Any]) -> None:
        account, by = self.account, self.by
        there = [account.contacts.earliest("pk")]
        training = train_station(
            account,
            by=by,
            topic=topic,
            trainer=by.name,
            attendees=there,
            content=self.chance.choice(words["contents"]),
        )
        if topic == Topic.HONESTY:
            acknowledge_training(training, by=by, contact=there[0])
            finish_training(training, by=by)

    def train_own(self) -> None:
        """Headquarters trains everybody who owes it, and examines them."""
        rows = Duty.objects.open().filter(
            company=self.duty.company, code=self.duty.code, period_from=self.duty.period_from
        )
        people = [one.promise.person for one in rows.select_related("promise__person")]
        by = self.company.cast.someone("lead", clock.now(), self.chance).user
        training = train_people(
            by=by,
            unit=self.company.unit,
            topic=OWN_TOPICS[self.duty.code],
            trainer=by.name,
            people=people,
            course=self.some("courses"),
            content=self.some("contents"),
        )
        for attendee in training.attendees.order_by("pk"):
            score = self.chance.randint(*self.words["scores"])
            enter_result(attendee, by=by, score=score)
        finish_training(training, by=by)


_doings: dict[str, Callable[[Doing], list[Happening] | None]] = {
    "weekly_sales": Doing.sales,
    "attitude_inspection": Doing.inspect,
    "settlement_talk": Doing.talk,
    "attitude_training": Doing.train,
    "technical_training": Doing.train,
    "honesty_education": Doing.train,
    "parts_training": Doing.train,
    "hq_training": Doing.train_own,
    "staff_check": Doing.train_own,
}
