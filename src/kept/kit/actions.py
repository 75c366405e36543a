"""Actions: the only way anything changes.

``@action`` wraps a function in the envelope every change goes through: one transaction, the subject
locked and read again, right and sight checked, objections asked, then the body, and numbers taken
last. The outermost action is run again, up to three times, after a deadlock.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, update_wrapper
from typing import Any, Protocol, TypeVar

from django.db import OperationalError, models, transaction
from django.utils.translation import gettext_lazy as _

from kept.kit import wiring
from kept.kit.locking import lock
from kept.kit.outage import told
from kept.kit.params import Param, signature_params
from kept.kit.refusal import InvalidInput, Refused

TRIES_AFTER_DEADLOCK = 3
_DEADLOCK_STATES = {"40P01", "40001"}
#: Called when an outermost verb has ended, or is about to be tried again after a deadlock, with the
#: verb, its subject, who, the result, the error, and whether it is tried again. They never raise.
observers: list[Callable[["Action", Any, Any, Any, Exception | None, bool], None]] = []
_registry: dict[str, "Action"] = {}
_running: ContextVar["Envelope | None"] = ContextVar("kept_running_envelope", default=None)


class Services(Protocol):
    """What the floors above supply to the envelope (see timeline.envelope)."""

    def require_right(self, action: "Action", subject: Any, by: Any, unit: Any) -> None: ...
    def require_one_company(self, action: "Action", subject: Any, values: Any) -> None: ...
    def require_version(self, subject: Any, version: int) -> None: ...
    def take_receipt(self, by: Any, key: str, verb: str, body: Mapping[str, Any]) -> Any: ...
    def keep_receipt(self, receipt: Any, result: Any) -> None: ...
    def first_answer(self, receipt: Any) -> Any: ...
    def number(self, created: list[Any]) -> None: ...


_services: Services | None = None


def supply(services: Services) -> None:
    """Called once by the timeline when the application starts."""
    global _services
    _services = services


def services() -> Services:
    if _services is None:
        raise RuntimeError("no timeline is installed")
    return _services


@dataclass
class Envelope:
    """The outermost action now running, what still has to be numbered before it commits, and what
    is written once, after everything else.
    """

    created: list[Any] = field(default_factory=list)
    endings: dict[type["Ending"], "Ending"] = field(default_factory=dict)

    def finish(self, *, before_numbers: bool = False) -> None:
        """Write what was gathered. One may give work to another that comes after it."""
        done: set[type[Ending]] = set()
        while left := [one for kind, one in self.endings.items() if kind not in done]:
            first = min(left, key=lambda one: one.order)
            if before_numbers and first.order >= 0:
                return
            done.add(type(first))
            first.finish()


class Ending(Protocol):
    """Something gathered during an action and written once at its end, before it commits.

    The lower ``order``, the earlier; below zero before numbers are taken, which make others wait.
    """

    order: int

    def finish(self) -> None: ...


E = TypeVar("E", bound=Ending)


def ending(kind: type[E]) -> E | None:
    """The one of its kind that the running action ends with; None outside an action."""
    envelope = _running.get()
    if envelope is None:
        return None
    return envelope.endings.setdefault(kind, kind())  # type: ignore[return-value]


def number_at_end(thing: Any) -> None:
    """Give ``thing`` its register number as the last statement before commit.

    Numbers taken first would hold the register's row for the whole action and make everybody wait.
    """
    envelope = _running.get()
    if envelope is None:
        raise RuntimeError("numbers are taken inside actions only")
    envelope.created.append(thing)


def is_running() -> bool:
    """True inside an action."""
    return _running.get() is not None


class Action:
    """A registered verb. Calling it runs it; the doors use ``perform`` with key and version."""

    do_not_call_in_templates = True

    def __init__(
        self,
        function: Callable[..., Any],
        name: str,
        *,
        label: Any,
        creates: type | None = None,
        on: Iterable[Any] | None = None,
        right: str | None = None,
        adds: bool = False,
        danger: bool = False,
        primary: bool | Callable[[Any, Any], bool] = False,
        shown: bool = False,
        icon: str = "",
        offered: Callable[[Any, Any], bool] | None = None,
        internal: bool = False,
    ) -> None:
        update_wrapper(self, function)
        self.function, self.name, self.label = function, name, label
        self.module, self.verb = name.split(".", 1)
        self.creates, self.right = creates, right or name
        self.on = frozenset(on) if on is not None else None
        self.adds, self.danger, self.shown, self.icon = adds, danger, shown, icon
        self._primary = primary
        self._offered, self.internal = offered, internal

    def __repr__(self) -> str:
        return f"<action {self.name}>"

    @cached_property
    def params(self) -> tuple[Param, ...]:
        return signature_params(self.function)

    @cached_property
    def subject_model(self) -> type[models.Model] | None:
        """The model of the first argument; None for a creating verb."""
        if self.creates is not None:
            return None
        first = next(iter(inspect.signature(self.function).parameters.values()))
        hint = inspect.get_annotations(self.function, eval_str=True)[first.name]
        return hint

    @property
    def model(self) -> type:
        """The model whose address the verb lives under."""
        return self.creates or self.subject_model  # type: ignore[return-value]

    def is_offered(self, subject: Any, by: Any) -> bool:
        """Whether the verb makes sense for the subject as it stands: decides buttons only."""
        if self.on is not None and subject.status not in self.on:
            return False
        return self._offered is None or self._offered(subject, by)

    def is_primary(self, subject: Any, by: Any) -> bool:
        """Whether it is the next thing to do with the subject as it stands."""
        return self._primary(subject, by) if callable(self._primary) else self._primary

    def __call__(self, subject: Any = None, /, *, by: Any, **values: Any) -> Any:
        return self.perform(subject, by=by, values=values)

    def perform(
        self,
        subject: Any = None,
        *,
        by: Any,
        values: Mapping[str, Any],
        key: str | None = None,
        version: int | None = None,
    ) -> Any:
        """Run the verb. Raises Refused and its kin, and then nothing has changed (SX.06)."""
        if _running.get() is not None:
            return self._body(subject, by, self.clean(values))
        try:
            result = self._tried(subject, by, self.clean(values), key, version)
        except Exception as error:
            self._tell(subject, by, None, error)
            raise
        self._tell(subject, by, result)
        return result

    @told()
    def _tried(self, subject: Any, by: Any, values: dict[str, Any], key: Any, version: Any) -> Any:
        for attempt in range(1, TRIES_AFTER_DEADLOCK + 1):
            try:
                return self._outermost(subject, by, values, key, version)
            except OperationalError as error:
                if attempt == TRIES_AFTER_DEADLOCK or not _is_deadlock(error):
                    raise
                self._tell(subject, by, None, error, True)
        raise AssertionError("unreachable")

    def _tell(
        self,
        subject: Any,
        by: Any,
        result: Any,
        error: Exception | None = None,
        again: bool = False,
    ) -> None:
        for observer in observers:
            observer(self, subject, by, result, error, again)

    def clean(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Check every value against the signature. Raises InvalidInput naming the field."""
        known = {param.name for param in self.params}
        for name in values:
            if name not in known:
                raise InvalidInput(_("“{name}” is not asked for here."), name=name, field=name)
        cleaned = {}
        for param in self.params:
            if param.name in values:
                cleaned[param.name] = param.clean(values[param.name])
            elif param.required:
                raise InvalidInput(_("Fill this in."), field=param.name)
            else:
                cleaned[param.name] = param.default
        return cleaned

    def _outermost(
        self, subject: Any, by: Any, values: dict[str, Any], key: str | None, version: int | None
    ) -> Any:
        with transaction.atomic(), _envelope() as envelope:
            receipt = None
            if key:
                body = {"subject": getattr(subject, "pk", None), **values}
                receipt = services().take_receipt(by, key, self.name, body)
                if receipt.is_repeat:
                    return services().first_answer(receipt)
            if subject is not None:
                lock(subject)
                if version is not None and not self.adds:
                    services().require_version(subject, version)
            services().require_right(self, subject, by, values.get("unit"))
            services().require_one_company(self, subject, values)
            result = self._body(subject, by, values, locked=True)
            envelope.finish(before_numbers=True)
            if envelope.created:
                services().number(envelope.created)
            if receipt is not None:
                services().keep_receipt(receipt, result)
            envelope.finish()
            return result

    def _body(self, subject: Any, by: Any, values: dict[str, Any], *, locked: bool = False) -> Any:
        if subject is None:
            return self.function(by=by, **values)
        if not locked:
            lock(subject)
        self._require_state(subject)
        for refused in wiring.objections(self.name, subject, by=by):
            raise refused
        return self.function(subject, by=by, **values)

    def _require_state(self, subject: Any) -> None:
        if self.on is not None and subject.status not in self.on:
            raise Refused(
                _("“{verb}” is not possible while this is “{state}”."),
                verb=self.label,
                state=subject.get_status_display(),
                rule="SX.06",
            )


@contextmanager
def _envelope():
    envelope = Envelope()
    token = _running.set(envelope)
    try:
        yield envelope
    finally:
        _running.reset(token)


def _is_deadlock(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _DEADLOCK_STATES


def action(name: str, *, label: Any, **options: Any) -> Callable[[Callable[..., Any]], Action]:
    """Register a verb under ``module.verb``.

    ``creates``  the model a creating verb makes (it names its unit as a keyword)
    ``on``       the states of the subject in which the verb is possible
    ``right``    the right it needs, when it is not the verb's own name
    ``primary``  the next thing to do, always or when the function says so; ``shown`` stands as a
                 button beside it instead of behind "More"
    ``adds``     it only adds to the story, so a page opened earlier may still send it
    ``offered``  when its button is shown, beyond state and right
    ``internal`` no door offers it: other actions, the worker and the command line do
    """

    def register(function: Callable[..., Any]) -> Action:
        if name in _registry:
            raise RuntimeError(f"two actions are named {name}")
        _registry[name] = registered = Action(function, name, label=label, **options)
        return registered

    return register


def all_actions() -> list[Action]:
    return sorted(_registry.values(), key=lambda one: one.name)


def get_action(name: str) -> Action:
    return _registry[name]


def actions_on(model: type) -> list[Action]:
    """The verbs whose subject is this model, in the order they were written."""
    return [one for one in _registry.values() if one.subject_model is model and not one.internal]
