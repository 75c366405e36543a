"""Which trainings are owed again and again or were asked for, and how holding one keeps them."""

from kept.parties.models import Account
from kept.people.models import User
from kept.promises import duties, ledger
from kept.promises.models import Promise, PromiseKind
from kept.stations.actions import educated
from kept.stations.models import FraudCase, FraudDecision
from kept.timeline.models import Thread
from kept.timeline.recorder import thread_of
from kept.workforce.models import Attendee, Topic, Training

#: The duty a training about a topic keeps, by its code in the packs.
DUTY_OF = {
    Topic.ATTITUDE: "attitude_training",
    Topic.PARTS: "parts_training",
    Topic.TECHNICAL: "technical_training",
    Topic.HONESTY: "honesty_education",
    Topic.NEW_TECHNOLOGY: "hq_training",
    Topic.MANAGEMENT: "hq_training",
    Topic.VOCATIONAL: "hq_training",
    Topic.WORKFLOW: "staff_check",
}
DUTIES = tuple(dict.fromkeys(DUTY_OF.values()))


def keep_trained(training: Training, *, by: User) -> None:
    """Keep what the station owed, or what each of our people owed who was there and passed."""
    code = DUTY_OF[Topic(training.topic)]
    if training.account is not None:
        duties.fulfil(code, training.account, by=by, on=training.held_on)
        for promise in asked_of(training.account, training.topic):
            ledger.keep(promise, by=by, subject=training.account)
        if training.topic == Topic.HONESTY:
            _keep_after_fraud(training, training.account, by=by)
        return
    rows = Attendee.objects.filter(training=training).passed().select_related("person")
    for attendee in rows:
        duties.fulfil(code, attendee.person, by=by, on=training.held_on)
        for promise in asked_of(thread_of(attendee.person), training.topic):
            ledger.keep(promise, by=by, subject=promise.about)


def _keep_after_fraud(training: Training, station: Account, *, by: User) -> None:
    """The education each confirmed fraud asked for is held; one held before it was confirmed
    teaches nothing about it (S0.16, S0.19).
    """
    for case in educated(station, training.thread, training.held_on, by=by):
        ledger.keep_open(case, [PromiseKind.TRAIN], by=by)


def ask_after_fraud(case: FraudCase, *, by: User) -> Promise | None:
    """Let whoever looks after the station promise to educate it in honesty, by the company's rule;
    None where no rule asks for it. It hangs on the case, which the station never sees (S0.16).
    """
    return ledger.promise_by_rule(
        case,
        PromiseKind.TRAIN,
        by=by,
        unit=case.unit,
        person=case.account.field_manager or case.opened_by,
        facts={"topic": Topic.HONESTY},
    )


def asked_after_fraud(account: Account) -> list[FraudCase]:
    """The confirmed fraud cases of a station that still wait for its education (S0.19)."""
    rows = FraudCase.objects.open().filter(account=account, education__isnull=True)
    return list(rows.filter(decision=FraudDecision.CONFIRMED).order_by("pk"))


def asked_of(subject: Account | Thread, topic: str) -> list[Promise]:
    """The open promises of trainings in a topic: a bad inspection asks for one of the station
    (S0.07), beginning in a role for one of the person (S3.07).
    """
    rows = ledger.open_promises(subject, [PromiseKind.TRAIN])
    return [one for one in rows if one.rule and topic in one.rule.applies.get("topic", [topic])]


def ask_for(account: Account, topic: Topic, *, by: User) -> Promise | None:
    """Let the field manager promise to train a station in a topic, by the company's rule; None
    where no rule asks for it or it is promised already.
    """
    if asked_of(account, topic):
        return None
    return ledger.promise_by_rule(
        account,
        PromiseKind.TRAIN,
        by=by,
        unit=account.unit,
        person=account.field_manager,
        facts={"topic": topic},
    )
