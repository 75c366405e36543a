"""Stations suspected of making repairs up: how far each case of the file has come by now."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from kept.cases.models import Case
from kept.demo.founding import Company
from kept.demo.hours import Happening
from kept.kit import clock
from kept.parties.models import Account
from kept.people.models import User
from kept.stations.actions.frauds import (
    close_fraud_case,
    decide_fraud,
    open_fraud_case,
    report_fraud,
)
from kept.stations.models import FraudCase, FraudDecision
from kept.timeline.files import store
from kept.workforce.actions.training import (
    acknowledge_training,
    finish_training,
    train_station,
)
from kept.workforce.models import Topic

#: So many of the station's latest cases are looked into.
LOOKED_INTO = 2
#: One step takes so long, whatever the file says.
AT_LEAST = timedelta(minutes=20)


def frauds_of(company: Company, now: datetime, chance: random.Random) -> list[Happening]:
    """The fraud cases of the company's file, each at another station and step by step up to now."""
    rows = company.spec.get("frauds", [])
    stations = [one.account for one in company.customers if one.group == "station"]
    found = []
    for row, account in zip(rows, chance.sample(stations, min(len(rows), len(stations))),
                            strict=False):  # fmt: skip
        moment = company.hours.next_open(now - timedelta(days=row["ago"]), chance)
        found.append((min(moment, now), Fraud(company, row, account.pk, now).suspect))
    return found


class Fraud:
    """One case of fraud, told as far as it has come; each step says when the next is done."""

    def __init__(self, company: Company, row: dict[str, Any], station: int, now: datetime) -> None:
        self.company, self.row, self.now, self._station = company, row, now, station
        self.began = now - timedelta(days=row["ago"])
        self.case: FraudCase | None = None

    @property
    def station(self) -> Account:
        return Account.objects.select_related("unit__company").get(pk=self._station)

    def suspect(self) -> list[Happening] | None:
        """Whoever looks after the station writes down what does not fit."""
        station = self.station
        by = self._field(station)
        seen = Case.objects.visible_to(by).filter(account=station).order_by("-received_at", "-pk")
        numbers = [one.number for one in seen[:LOOKED_INTO]]
        with self._language():
            self.case = open_fraud_case(
                station, by=by, suspected=self.row["suspected"],
                concerned_orders="\n".join([*filter(None, numbers), *self.row["orders"]]),
                statement=self.row["statement"],
            )  # fmt: skip
        return self._next("reported", self.report)

    def report(self) -> list[Happening] | None:
        case, by = self._again()
        content = self.row["evidence"].encode()
        file = store(SimpleUploadedFile(self.row["file"], content), by=by)
        with self._language():
            report_fraud(case, by=by, files=[file])
        return self._next("decided", self.decide)

    def decide(self) -> list[Happening] | None:
        case, _by = self._again()
        lead = self.company.cast.someone("lead", case.opened_at, random.Random(case.pk)).user
        decision = FraudDecision(self.row["decision"])
        with self._language():
            decide_fraud(case, by=lead, decision=decision, reason=self.row["because"])
        return self._next("educated", self.educate)

    def educate(self) -> list[Happening] | None:
        case, by = self._again()
        contact = case.account.contacts.earliest("pk")
        with self._language():
            training = train_station(
                case.account, by=by, topic=Topic.HONESTY, trainer=by.name, attendees=[contact],
                content=self.row["taught"],
            )  # fmt: skip
            acknowledge_training(training, by=by, contact=contact)
            finish_training(training, by=by)
        return self._next("closed", self.close)

    def close(self) -> None:
        case, by = self._again()
        close_fraud_case(case, by=by)

    def _again(self) -> tuple[FraudCase, User]:
        assert self.case is not None
        case = FraudCase.objects.select_related("account__unit__company").get(pk=self.case.pk)
        return case, self._field(case.account)

    def _field(self, station: Account) -> User:
        manager = station.field_manager
        assert manager is not None
        return self.company.cast.of(manager.pk).user

    def _next(self, step: str, what: Callable[[], Any]) -> list[Happening] | None:
        """The next step so many days after the first, where the file names it and it is over."""
        if step not in self.row:
            return None
        moment = self.began + timedelta(days=self.row[step])
        moment = self.company.hours.next_open(moment, random.Random(step))
        moment = max(moment, clock.now() + AT_LEAST)
        return [(moment, what)] if moment < self.now else None

    def _language(self) -> Any:
        return translation.override(self.company.spec["company"]["language"])
