"""How an upper module is heard below: slots, reactions and objections.

All of a module's wiring stands in its ``wiring.py``, imported when the application starts. Each is
asked only where its module is switched on for the company concerned (C23).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from kept.kit.refusal import Refused

Hearer = Callable[..., Any]

_reactions: dict[str, list[Hearer]] = defaultdict(list)
_objections: dict[str, list[Hearer]] = defaultdict(list)
_subject_objections: dict[type, list[Hearer]] = defaultdict(list)


def _always_on(module: str, subject: Any) -> bool:
    return True


_is_on: Callable[[str, Any], bool] = _always_on


def supply_switch(is_on: Callable[[str, Any], bool]) -> None:
    """Called once by people: says whether a module is on for the company of a subject."""
    global _is_on
    _is_on = is_on


def module_of(hearer: Hearer) -> str:
    """``kept.visits.wiring`` → ``visits``."""
    return hearer.__module__.split(".")[1]


class Slot:
    """A place a lower module offers: panels, columns, menu items, or a question.

    Fillers are called with what the asker passes, in the order given when they were put in.
    """

    def __init__(self, name: str, *, default: Any = None) -> None:
        self.name, self.default = name, default
        self._fillers: list[tuple[int, Hearer]] = []

    def fill(self, order: int = 50) -> Callable[[Hearer], Hearer]:
        def put(hearer: Hearer) -> Hearer:
            self._fillers.append((order, hearer))
            self._fillers.sort(key=lambda pair: pair[0])
            return hearer

        return put

    def ask(self, subject: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """What every filler that is on for the subject's company answers, without the Nones."""
        answers = (
            filler(subject, *args, **kwargs)
            for _, filler in self._fillers
            if _is_on(module_of(filler), subject)
        )
        return [answer for answer in answers if answer is not None]

    def first(self, subject: Any, *args: Any, **kwargs: Any) -> Any:
        """The first answer, or the slot's default: a slot used as a question."""
        answers = self.ask(subject, *args, **kwargs)
        return answers[0] if answers else self.default


def reaction(*events: str) -> Callable[[Hearer], Hearer]:
    """Hear an event inside the transaction that caused it: ``def hear(subject, *, by, entry)``."""

    def put(hearer: Hearer) -> Hearer:
        for event in events:
            _reactions[event].append(hearer)
        return hearer

    return put


def react(event: str, subject: Any, *, by: Any, entry: Any) -> None:
    """Let everything that hears ``event`` do what must be true at once."""
    for hearer in _reactions.get(event, ()):
        if _is_on(module_of(hearer), subject):
            hearer(subject, by=by, entry=entry)


def heard_events() -> set[str]:
    return set(_reactions)


def objection(verb: str | type) -> Callable[[Hearer], Hearer]:
    """Object to one verb (its name) or to every verb of a subject (its model).

    ``def object(subject, *, by)`` returns a Refused, or None. It costs at most one query: the page
    asks all of them to decide its buttons.
    """

    def put(hearer: Hearer) -> Hearer:
        (_objections if isinstance(verb, str) else _subject_objections)[verb].append(hearer)  # type: ignore[index]
        return hearer

    return put


def objections(verb: str, subject: Any, *, by: Any) -> Iterable[Refused]:
    """Every objection to the verb on this subject, one at a time."""
    hearers = [*_objections.get(verb, ()), *_subject_objections.get(type(subject), ())]
    for hearer in hearers:
        if _is_on(module_of(hearer), subject) and (refused := hearer(subject, by=by)):
            yield refused
