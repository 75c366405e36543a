"""Changes of a person's own contact data (S0.43)."""

from kept.parties.changes.base import Change, Kind, Lines, differing
from kept.parties.fields import line
from kept.people.models import User


def _person_lines(person: User, change: Change) -> Lines:
    values = {name: value for name, value in change.values.items() if name != "address"}
    lines = differing(person, values)
    if "address" in change.values:
        posting = person.postings.filter(until_on__isnull=True).first()
        old = posting.address if posting else ""
        lines += [line("address", old, change.values["address"])]
    return [one for one in lines if one["old"] != one["new"]]


def _apply_person(person: User, change: Change) -> None:
    for name in ("phone", "email"):
        if name in change.values:
            setattr(person, name, change.values[name])
    person.save(update_fields=["phone", "email"])
    if "address" in change.values:
        person.postings.filter(until_on__isnull=True).update(address=change.values["address"])


KINDS = {
    "person": Kind("person.contact_data_changed", _person_lines, _apply_person),
}
