"""Which trainings are owed again and again or were asked for, and how holding one keeps them."""

from kept.parties.models import Account
from kept.people.models import User
from kept.promises import duties, ledger
from kept.promises.models import Promise, PromiseKind
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
}
DUTIES = tuple(dict.fromkeys(DUTY_OF.values()))


def keep_trained(training: Training, *, by: User) -> None:
    """Keep what the station owed, or what each of our people owed who was there and passed."""
    code = DUTY_OF[Topic(training.topic)]
    if training.account is not None:
        duties.fulfil(code, training.account, by=by, on=training.held_on)
        for promise in asked_of(training.account, training.topic):
            ledger.keep(promise, by=by, subject=training.account)
        return
    rows = Attendee.objects.filter(training=training).passed().select_related("person")
    for attendee in rows:
        duties.fulfil(code, attendee.person, by=by, on=training.held_on)


def asked_of(account: Account, topic: str) -> list[Promise]:
    """The open promises to train a station in a topic: a bad inspection asks for one (S0.07)."""
    rows = ledger.open_promises(account, [PromiseKind.TRAIN])
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
