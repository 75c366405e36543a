"""By what the ledger can be counted. Upper modules add theirs: customers, stations."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kept.kit.wiring import Slot
from kept.people.models import Unit, User
from kept.promises.models import PromiseKind, PromiseRule
from kept.promises.shown import worded_rule
from kept.timeline.models import Thread

#: Asked with the reader; answers with a list of Groupings.
more_groupings = Slot("promises.groupings")

#: What the register's filters call "none".
NONE = "null"


@dataclass(frozen=True)
class Named:
    """What one group is called, and its value in the register's filter."""

    words: str
    value: str


@dataclass(frozen=True)
class Grouping:
    """``column`` of a promise makes the groups and ``param`` is the register's filter for one;
    ``name_all`` names many groups at once. ``among`` leaves only some promises to be counted.
    """

    name: str
    label: Any
    column: str
    param: str
    name_all: Callable[[Iterable[Any]], Mapping[Any, Named]]
    among: Q | None = None


def groupings(reader: User) -> list[Grouping]:
    """All that a reader may choose from, by column."""
    return [*OWN, *(one for several in more_groupings.ask(reader) for one in several)]


def _kinds(values: Iterable[Any]) -> dict[Any, Named]:
    labels = dict(PromiseKind.choices)
    return {value: Named(str(labels.get(value, value)), value) for value in values}


def _rules(keys: Iterable[Any]) -> dict[Any, Named]:
    rows = PromiseRule.objects.filter(pk__in=[key for key in keys if key]).select_related(
        "calendar"
    )
    named = {row.pk: Named(worded_rule(row), str(row.pk)) for row in rows}
    return {None: Named(_("Named by hand, without a rule"), NONE), **named}


def _units(keys: Iterable[Any]) -> dict[Any, Named]:
    rows = Unit.objects.filter(pk__in=list(keys))
    return {row.pk: Named(str(row.name), str(row.pk)) for row in rows}


def _people(keys: Iterable[Any]) -> dict[Any, Named]:
    rows = User.objects.filter(pk__in=[key for key in keys if key])
    named = {row.pk: Named(str(row.name), str(row.pk)) for row in rows}
    return {None: Named(_("Nobody in person"), NONE), **named}


def name_threads(keys: Iterable[Any]) -> dict[Any, Named]:
    """Whom something was promised to, by the number of their story."""
    rows = Thread.objects.filter(pk__in=[key for key in keys if key])
    return {row.pk: Named(row.title or row.number, row.number) for row in rows}


OWN = (
    Grouping("kind", pgettext_lazy("of a promise", "Kind"), "kind", "kind", _kinds),
    Grouping("rule", gettext_lazy("Rule"), "rule", "rule", _rules),
    Grouping("unit", gettext_lazy("Unit"), "unit", "unit", _units),
    Grouping("person", gettext_lazy("Person"), "person", "person", _people),
)
