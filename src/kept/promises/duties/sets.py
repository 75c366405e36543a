"""Sets of subjects: what a duty is about and who owes it, named by the modules that know (C23)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.kit.wiring import module_of
from kept.kit.words import Listed
from kept.people.models import Unit, User
from kept.people.wiring import is_on
from kept.timeline.models import Thread


@dataclass(frozen=True)
class DutySubject:
    """One thing a duty is about.

    ``thread`` tells its story, ``unit`` is whose promise it is, ``person`` owes it; ``since`` is
    the day from which on it belongs to the set, where that is known.
    """

    thread: Thread
    unit: Unit
    person: User | None
    since: date | None = None


Gather = Callable[..., Iterable[DutySubject]]
Say = Callable[[str, Unit | None], str]


@dataclass(frozen=True)
class SubjectSet:
    """A registered set: its name (one that ends in ":" asks for one word more), what it is called,
    who gathers it, and how the word behind it is said.
    """

    name: str
    label: Any
    gather: Gather
    say: Say


_sets: dict[str, SubjectSet] = {}


def _as_it_is(word: str, company: Unit | None) -> str:
    return word


def subjects(name: str, label: Any, say: Say = _as_it_is) -> Callable[[Gather], Gather]:
    """Register a set: ``def gather(company, at) -> Iterable[DutySubject]``.

    A name that ends in ":" takes a word behind it ("people.with_role:engineer"), which the
    function is given third. ``label`` says in words who is meant; ``{word}`` in it is that word,
    as ``say`` words it for a company, or for none. It is asked only where its module is on for
    the company.
    """

    def put(gather: Gather) -> Gather:
        if name in _sets:
            raise RuntimeError(f"two sets of subjects are named {name}")
        _sets[name] = SubjectSet(name, label, gather, say)
        return gather

    return put


def check_subjects(name: str) -> str:
    """The name of a set. Raises InvalidInput where no module knows it."""
    _found(name)
    return name


def _found(name: str) -> tuple[SubjectSet, str]:
    head, colon, word = name.partition(":")
    known = _sets.get(f"{head}{colon}")
    if known is None or (colon and not word):
        raise InvalidInput(
            _("Nobody knows the set “{name}”. There are: {known}."),
            name=name,
            known=Listed(sorted(_sets)),
        )
    return known, word


def gathered(name: str, company: Unit, at: datetime) -> list[DutySubject]:
    """The subjects of a set at a moment, each thread once; none where its module is off."""
    known, word = _found(name)
    if not is_on(module_of(known.gather), company):
        return []
    found = known.gather(company, at, word) if word else known.gather(company, at)
    return list({subject.thread.pk: subject for subject in found}.values())


def label_of_set(name: str, company: Unit | None = None) -> str:
    """Who is meant, in the reader's language and by the names of the company."""
    known, word = _found(name)
    return str(known.label).format(word=known.say(word, company) if word else "")
