"""Trainings: recorded with who was there, examined, acknowledged, and done (S0.07, S1.16)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action, number_at_end
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text, TextRule
from kept.kit.words import Listed
from kept.parties.models import Account, Contact
from kept.parties.settings import today_in
from kept.people.models import Unit, User
from kept.stations.actions.inspections import is_station, require_station
from kept.timeline import sight
from kept.workforce.models import (
    Attendee,
    Topic,
    Training,
    TrainingState,
    training_policy,
)
from kept.workforce.owed import keep_trained

RIGHT = "workforce.train"
Trainer = Annotated[str, TextRule(100, many_lines=False)]
RULES = {
    Topic.HONESTY: "S0.16",
    Topic.PARTS: "S0.27",
    Topic.NEW_TECHNOLOGY: "S1.16",
    Topic.MANAGEMENT: "S1.16",
    Topic.VOCATIONAL: "S1.16",
    Topic.WORKFLOW: "S3.07",
}


def rule_of(topic: str) -> str:
    """The requirement a training of a topic is held under."""
    return RULES.get(Topic(topic), "S0.07")


@action("workforce.train_station", label=_("Record training"), right=RIGHT, offered=is_station,
        icon="graduation-cap")  # fmt: skip
def train_station(
    account: Account,
    *,
    by: User,
    topic: Topic,
    trainer: Trainer,
    attendees: Sequence[Contact] = (),
    held_on: date | None = None,
    place: Line = "",
    course: Line = "",
    content: Text = "",
    result: Text = "",
) -> Training:
    """Write down a training of a station's staff; nobody there, no training (S0.07, S0.27).

    Honesty education is done once the station has acknowledged it (S0.16).
    """
    require_station(account, rule_of(topic))
    _require_attendees(attendees, topic, "attendees")
    for contact in attendees:
        if contact.account_id != account.pk:
            raise InvalidInput(
                _("{name} does not belong to {account}."),
                name=contact,
                account=account,
                field="attendees",
            )
    training = Training(account=account, topic=topic, trainer=trainer, place=place, course=course,
                        content=content, result=result)  # fmt: skip
    _hold(training, account.unit, held_on, by=by, scopes=[])
    if training.account is not None:
        sight.add_sight(training.thread, [account.scope_id])
    _enter(training, [Attendee(contact=one) for one in dict.fromkeys(attendees)], by=by)
    account.record("account.trained", by=by, topic=topic, held_on=training.held_on,
                   count=len(attendees), words={"text": training.course})  # fmt: skip
    _finish_if_whole(training, by=by)
    return training


@action("workforce.train_people", label=_("Record training of own people"), creates=Training,
        right=RIGHT, icon="graduation-cap")  # fmt: skip
def train_people(
    *,
    by: User,
    unit: Unit,
    topic: Topic,
    trainer: Trainer,
    people: Sequence[User] = (),
    held_on: date | None = None,
    place: Line = "",
    course: Line = "",
    content: Text = "",
    result: Text = "",
) -> Training:
    """Write down a training of own people, with everybody who was there (S1.16)."""
    _require_attendees(people, topic, "people")
    for person in people:
        if person.company_id != unit.company_id:
            raise InvalidInput(_("{name} does not work here."), name=person, field="people")
    training = Training(topic=topic, trainer=trainer, place=place, course=course, content=content,
                        result=result)  # fmt: skip
    _hold(training, unit, held_on, by=by, scopes=[one.scope_id for one in people])
    _enter(training, [Attendee(person=one) for one in dict.fromkeys(people)], by=by)
    for person in dict.fromkeys(people):
        person.record("person.trained", by=by, topic=topic, held_on=training.held_on,
                      words={"text": training.course})  # fmt: skip
    _finish_if_whole(training, by=by)
    return training


def _require_attendees(attendees: Sequence[Contact | User], topic: Topic, field: str) -> None:
    if not attendees:
        raise InvalidInput(
            _("Choose who was there: a training nobody attended is none."),
            field=field,
            rule=rule_of(topic),
        )


def _hold(
    training: Training, unit: Unit, held_on: date | None, *, by: User, scopes: Iterable[int]
) -> None:
    today = today_in(unit)
    if held_on is not None and held_on > today:
        raise InvalidInput(_("This has not happened yet."), field="held_on")
    assert unit.company is not None  # every unit has a company
    training.unit, training.company = unit, unit.company
    training.held_on, training.recorded_by = held_on or today, by
    training.thread = sight.open_thread(
        kind=Training.kind, unit=unit, title=training.title, scopes=scopes
    )
    training.save()
    number_at_end(training)


def _enter(training: Training, attendees: list[Attendee], *, by: User) -> None:
    policy = training_policy(training.unit)
    for attendee in attendees:
        attendee.training = training
        attendee.pass_mark = policy.pass_mark if training.topic in policy.exams else None
        attendee.save(force_insert=True)
    training.record("training.held", by=by, topic=training.topic, held_on=training.held_on,
                    whom=training.account or training.unit, count=len(attendees),
                    words={"text": training.content, "result": training.result})  # fmt: skip


def needs_acknowledgement(training: Training) -> bool:
    """Whether the station has yet to acknowledge it (S0.16)."""
    if training.account_id is None or training.acknowledged_at is not None:
        return False
    return training.topic in training_policy(training.unit).acknowledged


def missing(training: Training) -> Refused | None:
    """Why a training is not done yet, as the refusal that says so; None when nothing is missing."""
    if needs_acknowledgement(training):
        return Refused(
            _("{station} has not acknowledged this training yet."),
            station=training.account,
            rule="S0.16",
            mend=f"{training.get_absolute_url()}acknowledge_training/",
        )
    waiting = [one for one in _attendees(training) if one.waits_for_exam]
    if waiting:
        return Refused(
            _("The exam result of {names} is missing."),
            names=Listed(str(one.who) for one in waiting),
            rule=rule_of(training.topic),
            mend=f"{waiting[0].get_absolute_url()}",
        )
    return None


def _attendees(training: Training) -> list[Attendee]:
    return list(training.attendees.select_related("contact", "person").order_by("pk"))


def _finish_if_whole(training: Training, *, by: User) -> None:
    if missing(training) is None:
        _finish(training, by=by)


def _finish(training: Training, *, by: User) -> None:
    training.move_to(TrainingState.DONE)
    training.done_at = clock.now()
    training.save(update_fields=["status", "done_at"])
    training.record("training.done", by=by)
    sight.close(training.thread)
    keep_trained(training, by=by)


@action("workforce.enter_result", label=_("Enter exam result"), right=RIGHT, icon="trophy")
def enter_result(
    attendee: Attendee, *, by: User, score: int | None = None, result: Line = ""
) -> Attendee:
    """Write down how somebody did: the score of the exam, where there was one, and words."""
    training = attendee.training
    if training.status == TrainingState.DONE and attendee.pass_mark is not None:
        raise Refused(
            _("{training} is done; its results stand."), training=training,
            rule=rule_of(training.topic),
        )  # fmt: skip
    if attendee.pass_mark is None and score is not None:
        raise InvalidInput(
            _("A training about {topic} has no exam: write down the result in words."),
            topic=training.get_topic_display(),
            field="score",
        )
    if attendee.pass_mark is not None and score is None:
        raise InvalidInput(
            _("Enter the score of the exam."), field="score", rule=rule_of(training.topic)
        )
    most = training_policy(training.unit).score_max
    if score is not None and not 0 <= score <= most:
        raise InvalidInput(_("A score is a number from 0 to {max}."), max=most, field="score")
    attendee.score, attendee.result = score, result or attendee.result
    attendee.save(update_fields=["score", "result"])
    words = {"name": str(attendee.who), "result": result}
    if attendee.pass_mark is None:
        training.record("training.result", by=by, words=words)
    else:
        training.record("training.examined", by=by, score=score, pass_mark=attendee.pass_mark,
                        words=words)  # fmt: skip
    return attendee


@action("workforce.acknowledge_training", label=_("Acknowledge training"), adds=True,
        on=(TrainingState.HELD,), primary=lambda training, by: needs_acknowledgement(training),
        offered=lambda training, by: needs_acknowledgement(training),
        icon="stamp")  # fmt: skip
def acknowledge_training(
    training: Training, *, by: User, contact: Contact | None = None
) -> Training:
    """The station says that it was taught this: who there, and when (S0.16).

    Somebody of the station says it for themselves; one of ours names who at the station did.
    """
    if not needs_acknowledgement(training):
        raise Refused(_("Nothing waits to be acknowledged here."), rule="S0.16")
    if contact is not None and contact.account_id != training.account_id:
        raise InvalidInput(
            _("{name} does not belong to {account}."),
            name=contact,
            account=training.account,
            field="contact",
        )
    if contact is None and by.is_own_staff:
        raise InvalidInput(
            _("Say who at the station acknowledged it."), field="contact", rule="S0.16"
        )
    training.acknowledged_contact, training.acknowledged_by = contact, by
    training.acknowledged_at = clock.now()
    training.save(update_fields=["acknowledged_contact", "acknowledged_by", "acknowledged_at"])
    training.record("training.acknowledged", by=by, words={"name": training.acknowledged_name})
    return training


@action("workforce.finish_training", label=_("Training done"), right=RIGHT,
        on=(TrainingState.HELD,), primary=lambda training, by: not needs_acknowledgement(training),
        icon="check-check")  # fmt: skip
def finish_training(training: Training, *, by: User) -> Training:
    """Nothing is missing of a training: what was owed is kept. Refused before the station has
    acknowledged it (S0.16), and before everybody's exam is in (S1.16).
    """
    if (refusal := missing(training)) is not None:
        raise refusal
    _finish(training, by=by)
    return training
