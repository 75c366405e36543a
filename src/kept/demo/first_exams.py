"""Whoever began in a role that asks for an exam passed it soon after the company was staffed."""

from kept.demo.players import Cast
from kept.people.models import Unit, User
from kept.promises.models import Promise, PromiseKind
from kept.workforce.actions.training import enter_result, finish_training, train_people
from kept.workforce.models import Topic


def pass_first_exams(unit: Unit, cast: Cast, words: dict[str, list[str]]) -> None:
    """One course for everybody of a company who owes the exam on products and workflow (S3.07)."""
    asked = Promise.objects.open().filter(kind=PromiseKind.TRAIN, unit__company=unit)
    people = list(User.objects.filter(pk__in=asked.values("person")).order_by("pk"))
    lead = next((one.user for one in cast.players if "lead" in one.tags), None)
    if not people or lead is None:
        return
    training = train_people(
        by=lead, unit=unit, topic=Topic.WORKFLOW, trainer=lead.name, people=people,
        course=words["courses"][0], content=words["contents"][0],
    )  # fmt: skip
    for attendee in training.attendees.order_by("pk"):
        enter_result(attendee, by=lead, score=90)
    finish_training(training, by=lead)
