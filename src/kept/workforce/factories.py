"""Trainings for tests and the demo, made through actions."""

from kept.parties.models import Account
from kept.people.models import User
from kept.workforce.actions import train_station
from kept.workforce.models import Topic, Training


def make_training(
    station: Account, by: User, topic: Topic = Topic.ATTITUDE, **values: str
) -> Training:
    """A training of everybody at a station."""
    attendees = list(station.contacts.current())
    values.setdefault("trainer", by.name)
    return train_station(station, by=by, topic=topic, attendees=attendees, **values)
