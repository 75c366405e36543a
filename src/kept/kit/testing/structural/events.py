"""What is recorded and told, what is worded, and what is heard: read from the code, not run.

``record("case.closed", …)`` writes history, ``tell(people, "case.asked", …)`` a notice, and what
has a field or keyword ``event`` carries one to where it is written.
``declare("case.closed", _("Closed"))`` words it, ``@reaction("case.closed")`` hears it.
"""

import ast
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from kept.kit.testing.structural.floors import may_know
from kept.kit.testing.structural.sources import (
    Fault,
    Source,
    all_sources,
    called_name,
)

Function = ast.FunctionDef | ast.AsyncFunctionDef
WRITES = {"record", "tell"}
NOT_VALUES = {"by", "happened_at", "words", "values", "about", "key"}
DEPTH = 4


@dataclass(frozen=True)
class Said:
    """An event at one place in the code.

    ``names`` are the values and words given with it; ``has_more`` when some cannot be read there.
    """

    event: str
    part: str
    where: str
    is_told: bool
    names: frozenset[str]
    has_more: bool


@dataclass(frozen=True)
class Worded:
    """A declared sentence and the places in it."""

    event: str
    where: str
    places: frozenset[str]


@dataclass(frozen=True)
class Heard:
    """An event a part reacts to."""

    event: str
    part: str
    where: str


@dataclass
class History:
    """All of it, over some code."""

    said: list[Said]
    worded: list[Worded]
    heard: list[Heard]

    def recorded(self) -> dict[str, set[str]]:
        """Event → the parts that write it into history."""
        found: dict[str, set[str]] = {}
        for one in self.said:
            if not one.is_told:
                found.setdefault(one.event, set()).add(one.part)
        return found

    def hearers(self, event: str) -> set[str]:
        """The parts that react to an event."""
        return {one.part for one in self.heard if one.event == event}


@cache
def of_the_house() -> History:
    """The history of all parts."""
    return history_of(all_sources())


def history_of(sources: Iterable[Source]) -> History:
    """What the code of these files says, words and hears."""
    found, read = History([], [], []), list(sources)
    carriers = {name: at for source in read for name, at in _carriers(source)}
    for source in read:
        reading = _Reading(source, carriers)
        found.said.extend(reading.said())
        found.worded.extend(reading.worded())
        found.heard.extend(reading.heard())
    return found


def faults(history: History) -> list[Fault]:
    """Everything that does not fit together."""
    return [
        *_without_words(history),
        *_never_said(history),
        *_empty_places(history),
        *_heard_in_vain(history),
    ]


def _without_words(history: History) -> Iterator[Fault]:
    known = {one.event for one in history.worded}
    for one in history.said:
        if one.event not in known:
            yield Fault(one.where, f"“{one.event}” has no sentence: declare it in sentences.py")


def _never_said(history: History) -> Iterator[Fault]:
    known = {one.event for one in history.said}
    for one in history.worded:
        if one.event not in known:
            yield Fault(one.where, f"“{one.event}” is worded, but nothing records or tells it")


def _empty_places(history: History) -> Iterator[Fault]:
    places = {one.event: one.places for one in history.worded}
    for one in history.said:
        missing = places.get(one.event, frozenset()) - one.names
        if missing and not one.has_more:
            names = ", ".join(sorted(missing))
            how = "told" if one.is_told else "recorded"
            yield Fault(one.where, f"“{one.event}” is {how} without {names}, which it words")


def _heard_in_vain(history: History) -> Iterator[Fault]:
    recorded = history.recorded()
    for one in history.heard:
        writers = recorded.get(one.event, set())
        if not writers:
            yield Fault(one.where, f"hears “{one.event}”, but nothing records it")
        elif not any(may_know(one.part, writer) for writer in writers):
            yield Fault(one.where, f"hears “{one.event}” of a part above or beside it")


class _Reading:
    """One file being read; knows in which function a call stands."""

    def __init__(self, source: Source, carriers: dict[str, int]) -> None:
        self.source, self.carriers = source, carriers
        self.constants = _constants(source.tree)
        self.own = {node.name for node in source.nodes if isinstance(node, Function)}
        self.inside: dict[ast.Call, Function | None] = {}
        self._enter(source.tree, None)

    def _enter(self, node: ast.AST, function: Function | None) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                self.inside[child] = function
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            self._enter(child, child if is_function else function)  # type: ignore[arg-type]

    def said(self) -> Iterator[Said]:
        for call, function in self.inside.items():
            name = called_name(call)
            named = any(keyword.arg == "event" for keyword in call.keywords)
            if name in self.carriers:
                place = self.carriers[name]
            elif named:
                place = len(call.args)
            elif name.lstrip("_") in WRITES and name not in self.own:
                is_method = isinstance(call.func, ast.Attribute) and name == "record"
                place = 0 if is_method else 1
            else:
                continue
            names, has_more = _values_of(call, is_carried=named or name in self.carriers)
            is_told = named or name.lstrip("_") == "tell"
            for event in sorted(self._events_of(call, place, function)):
                where = self.source.at(call)
                yield Said(event, self.source.part, where, is_told, names, has_more)

    def _events_of(self, call: ast.Call, place: int, function: Function | None) -> set[str]:
        given = next((k.value for k in call.keywords if k.arg == "event"), None)
        if given is None and len(call.args) > place:
            given = call.args[place]
        return {text for text in self._texts(given, function) if _is_event(text)}

    def _texts(self, node: ast.AST | None, function: Function | None, depth: int = 0) -> set[str]:
        """The texts an expression may be, as far as this file tells."""
        if node is None or depth > DEPTH:
            return set()
        if isinstance(node, ast.Constant):
            return {node.value} if isinstance(node.value, str) else set()
        if isinstance(node, ast.IfExp):
            both = (node.body, node.orelse)
            return {text for one in both for text in self._texts(one, function, depth + 1)}
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            return set(self.constants.get(node.value.id, ()))
        if isinstance(node, ast.Name):
            return self._texts_of_name(node.id, function, depth)
        return set()

    def _texts_of_name(self, name: str, function: Function | None, depth: int) -> set[str]:
        if function is None:
            return set(self.constants.get(name, ()))
        found: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and _assigns(node, name):
                found |= self._texts(node.value, function, depth + 1)
        return found or self._as_passed(name, function, depth) or set(self.constants.get(name, ()))

    def _as_passed(self, name: str, function: Function, depth: int) -> set[str]:
        """What this file passes for a parameter of one of its functions."""
        order = [one.arg for one in function.args.args]
        found: set[str] = set()
        for call, around in self.inside.items():
            if called_name(call) != function.name:
                continue
            given = next((k.value for k in call.keywords if k.arg == name), None)
            if given is None and name in order and order.index(name) < len(call.args):
                given = call.args[order.index(name)]
            found |= self._texts(given, around, depth + 1)
        return found

    def worded(self) -> Iterator[Worded]:
        for call in self.source.calls:
            if called_name(call) != "declare" or len(call.args) < 2:
                continue
            event, text = _text(call.args[0]), call.args[1]
            sentence = _text(text.args[0] if isinstance(text, ast.Call) and text.args else text)
            if event and sentence:
                yield Worded(event, self.source.at(call), frozenset(_places(sentence)))

    def heard(self) -> Iterator[Heard]:
        for call in self.source.calls:
            if called_name(call) != "reaction":
                continue
            for given in call.args:
                inner = given.value if isinstance(given, ast.Starred) else given
                for event in sorted(self._texts(inner, None)):
                    yield Heard(event, self.source.part, self.source.at(call))


def _carriers(source: Source) -> Iterator[tuple[str, int]]:
    """Classes with a field ``event``, and its place: rows of tables, lines of bulk history."""
    for node in source.nodes:
        if isinstance(node, ast.ClassDef):
            lines = [one.target for one in node.body if isinstance(one, ast.AnnAssign)]
            fields = [target.id for target in lines if isinstance(target, ast.Name)]
            if "event" in fields:
                yield node.name, fields.index("event")


def _is_event(text: str) -> bool:
    subject, dot, what = text.partition(".")
    return bool(dot) and f"{subject}{what}".replace("_", "").isalpha()


def _text(node: ast.AST) -> str:
    """The text a node is, or nothing."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else ""  # type: ignore[attr-defined]


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _constants(tree: ast.Module) -> dict[str, tuple[str, ...]]:
    """Texts, and tuples, lists and tables of texts, that a file names at its top."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value
            inner = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [value])
            texts = tuple(_text(one) for one in inner)
            if texts and all(texts):
                found[node.targets[0].id] = texts
    return found


def _values_of(call: ast.Call, *, is_carried: bool) -> tuple[frozenset[str], bool]:
    """The names given with an event, and whether there may be more of them."""
    names: set[str] = set()
    has_more = is_carried
    given: list[ast.AST | None] = []
    for keyword in call.keywords:
        if keyword.arg is None:
            has_more = True
        elif keyword.arg in ("words", "values"):
            given.append(keyword.value)
        elif keyword.arg not in NOT_VALUES:
            names.add(keyword.arg)
    for one in given:
        if not isinstance(one, ast.Dict):
            has_more = True
            continue
        for key in one.keys:
            if isinstance(key, ast.Constant):
                names.add(str(key.value))
            else:
                has_more = True
    return frozenset(names), has_more


def _places(text: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}
