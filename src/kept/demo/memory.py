"""What is known once is not asked ten thousand times while the demo is told.

Every action reads its subject anew and with it everything the subject points at, finds the rules
that are in force, and lets its matter be found by the new words. Told in a row that is half of the
time. Inside ``one_long_telling`` rows and rules nothing changes are answered from memory, and each
thing is put into the search index once, at the end.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

from django.db.models import Model
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

from kept.cases.actions import intake
from kept.kit import clock
from kept.parties.models import Account, Contact
from kept.people.models import Unit, User
from kept.products.models import Product, SerialUnit
from kept.promises import folding, ledger
from kept.promises.models import Calendar, PromiseRule
from kept.search.changes import Changes
from kept.search.index import put_many
from kept.search.kinds import kinds
from kept.timeline.models import Thread

#: Rows that stay as they are while the demo is told; of a thread one copy hears every change.
STEADY: frozenset[type[Model]] = frozenset(
    {Unit, User, Account, Contact, Product, SerialUnit, Calendar, PromiseRule, Thread}
)
BATCH = 200


@contextmanager
def one_long_telling() -> Iterator[None]:
    """Answer steady rows and rules from memory inside the block, and index it all at its end."""
    with ExitStack() as stack:
        stack.enter_context(_steady_foreign_keys())
        stack.enter_context(_remembered(ledger, "rule_for", _rule_key))
        stack.enter_context(_remembered(intake, "rules_for", _rules_key))
        stack.enter_context(_remembered(folding, "calendar_of", _calendar_key))
        stack.enter_context(_indexed_at_the_end())
        yield


@contextmanager
def _put_in_place(owner: Any, name: str, function: Callable[..., Any]) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, function)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def _steady_foreign_keys() -> Iterator[None]:
    ask_database = ForwardManyToOneDescriptor.get_object
    known: dict[tuple[type[Model], Any], Model] = {}

    def get_object(self: Any, instance: Model) -> Model:
        model = self.field.remote_field.model
        if model not in STEADY:
            return ask_database(self, instance)
        key = (model, getattr(instance, self.field.attname))
        if key not in known:
            known[key] = ask_database(self, instance)
        return known[key]

    with _put_in_place(ForwardManyToOneDescriptor, "get_object", get_object):
        yield


@contextmanager
def _remembered(module: Any, name: str, key: Callable[..., Any]) -> Iterator[None]:
    function, known = getattr(module, name), {}

    @wraps(function)
    def remembering(*args: Any) -> Any:
        about = key(*args)
        if about not in known:
            known[about] = function(*args)
        return known[about]

    with _put_in_place(module, name, remembering):
        yield


def _rule_key(kind: str, unit: Unit, facts: dict[str, str], at: Any = None) -> Any:
    """Policies of the demo hold from the first day, so the moment does not matter."""
    return str(kind), unit.pk, tuple(sorted((name, str(fact)) for name, fact in facts.items()))


def _rules_key(kinds: Iterable[str], unit: Unit, facts: dict[str, str], at: Any = None) -> Any:
    return tuple(_rule_key(kind, unit, facts) for kind in kinds)


def _calendar_key(row: Calendar | None, zone: str, known_at: Any = None) -> Any:
    """Companies of the demo decide about no day of their calendars, so what was known when does not
    matter.
    """
    return row and row.pk, zone, clock.now().year


@contextmanager
def _indexed_at_the_end() -> Iterator[None]:
    changed: dict[int, tuple[str, Any]] = {}

    def later(changes: Changes) -> None:
        for thread, kind in changes.kinds.items():
            changed.pop(thread, None)
            changed[thread] = kind, clock.now()

    with _put_in_place(Changes, "finish", later):
        yield
    keys = list(changed)
    for start in range(0, len(keys), BATCH):
        _index(keys[start : start + BATCH], changed)


def _index(threads: list[int], changed: dict[int, tuple[str, Any]]) -> None:
    """Let things be found, the one changed longest ago first."""
    cards = {
        card.thread_id: replace(card, updated_at=changed[card.thread_id][1])
        for kind, findable in kinds().items()
        for card in findable.cards_of(one for one in threads if changed[one][0] == kind)
    }
    put_many(cards[thread] for thread in threads if thread in cards)
