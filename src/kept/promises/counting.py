"""What the ledger is asked for, and its rows: each figure leads to the promises behind it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kept.kit import clock
from kept.kit.lists import asked as asking
from kept.kit.lists.narrow import narrow
from kept.people.reader import reader_of
from kept.promises.figures import (
    Figures,
    counts_by,
    figures_by,
    in_steps,
    median_of,
    together,
)
from kept.promises.groupings import Grouping, groupings
from kept.promises.lists import PromiseFilter
from kept.promises.models import Promise
from kept.promises.outcomes import PromiseOutcome as Outcome
from kept.promises.periods import Step, step_for, steps_of, usual_period

REGISTER = "/promises/"
USUAL = "kind"
#: Groups by time are made of steps, not of a column.
BY_TIME = {"week": gettext_lazy("Week"), "month": gettext_lazy("Month")}
#: Conditions that would leave out what is to be counted.
NOT_HERE = ("state", "outcome", "made_from", "made_until")
#: Figures → the outcomes they count, in the register's words.
COUNTS: dict[str, tuple[Outcome, ...]] = {
    "made": (),
    "fell_due": (Outcome.IN_TIME, Outcome.LATE, Outcome.BROKEN),
    **{outcome.value: (outcome,) for outcome in Outcome},
}
LATEST_FIRST = "late"
LONGEST = timedelta(days=366 * 50)


@dataclass(frozen=True)
class LedgerRow:
    """One group with its figures; ``params`` narrow the register to the rows behind them.
    ``is_whole``: all groups together.
    """

    words: str
    figures: Figures
    params: tuple[tuple[str, str], ...]
    is_whole: bool = False

    @property
    def url(self) -> str:
        return self.url_of("made")

    def url_of(self, name: str) -> str:
        """The register with exactly the rows behind a figure."""
        outcomes = [("outcome", outcome.value) for outcome in COUNTS[name]]
        return f"{REGISTER}?{urlencode([*self.params, *outcomes])}"

    def worst_url(self) -> str:
        """What was or is late, the latest first."""
        late = [("outcome", Outcome.LATE.value), ("outcome", Outcome.BROKEN.value)]
        return f"{REGISTER}?{urlencode([*self.params, *late, ('order', LATEST_FIRST)])}"


class Ledger:
    """The figures a reader asked for: of which promises, by what, over which period.

    Counts what the register shows this reader under the same conditions, by the same filter.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.now = clock.now()
        self.asked = asking.read(request.GET, PromiseFilter.base_filters, {})
        for name in NOT_HERE:
            self.asked.values.pop(name, None)
        first, last = usual_period(timezone.localtime(self.now).date())
        if not any(self.asked.values.get(name) for name in ("due_from", "due_until")):
            self.asked.values["due_from"] = first.isoformat()
            self.asked.values["due_until"] = last.isoformat()

    @cached_property
    def edges(self) -> tuple[date, date] | None:
        """The days between which all that the reader may see falls due; none where nothing does."""
        seen = self._seen.order_by("due_at").values_list("due_at", flat=True)
        found = [seen.first(), seen.last()]
        days = [timezone.localtime(one).date() for one in found if one]
        return (days[0], days[1]) if days else None

    @property
    def _seen(self) -> QuerySet:
        return Promise.objects.visible_to(reader_of(self.request)).filter(due_at__isnull=False)

    @cached_property
    def filterset(self) -> PromiseFilter:
        return PromiseFilter(self.asked.values, queryset=self._seen, request=self.request)

    @cached_property
    def rows(self) -> QuerySet:
        """The promises that are counted."""
        rows, form = narrow(self.filterset, self.asked.refused), self.filterset.form
        first, last = form.cleaned_data.get("due_from"), form.cleaned_data.get("due_until")
        if first and last and not timedelta(0) <= last - first <= LONGEST:
            form.add_error(None, _("Choose a period of at most fifty years, its first day first."))
        return rows.none() if form.errors else rows

    @property
    def errors(self) -> list[str]:
        self.rows  # noqa: B018 - narrowing is what finds them
        return [str(one) for several in self.filterset.form.errors.values() for one in several]

    @cached_property
    def period(self) -> tuple[date, date]:
        """Its first and last day; one that was not named is that of the earliest or latest row."""
        self.rows  # noqa: B018 - fills the form's values
        values = self.filterset.form.cleaned_data
        first, last = values.get("due_from"), values.get("due_until")
        return (first or self._edge("due_at", last), last or self._edge("-due_at", first))

    def _edge(self, order: str, otherwise: date | None) -> date:
        found = self.rows.order_by(order).values_list("due_at", flat=True).first()
        return timezone.localtime(found).date() if found else otherwise or self.today

    @property
    def today(self) -> date:
        return timezone.localtime(self.now).date()

    # By what

    @cached_property
    def choices(self) -> dict[str, Any]:
        """What it can be counted by: name → label."""
        own = {one.name: one.label for one in groupings(reader_of(self.request))}
        return {**own, **BY_TIME}

    @cached_property
    def by(self) -> str:
        wanted = self.request.GET.get("by", USUAL)
        return wanted if wanted in self.choices else USUAL

    @cached_property
    def grouping(self) -> Grouping | None:
        """The column it is counted by; none when it is counted by time."""
        named = {one.name: one for one in groupings(reader_of(self.request))}
        return named.get(self.by)

    # Rows

    @cached_property
    def whole(self) -> LedgerRow:
        """All of them together."""
        each = [row.figures for _step, row in self.drawn]
        median = median_of(self.rows, self.now) if each else None
        return replace(self._row(str(_("All")), together(each, median)), is_whole=True)

    @cached_property
    def groups(self) -> list[LedgerRow]:
        """The rows of the ledger: most broken first, weeks and months in order."""
        if not self.whole.figures.made:
            return []
        if self.grouping is None:
            return self.in_time(self.by)
        rows = self.rows if self.grouping.among is None else self.rows.filter(self.grouping.among)
        counted = figures_by(rows, self.grouping.column, self.now)
        names = self.grouping.name_all(counted)
        found = [
            self._row(names[key].words, figures, (self.grouping.param, names[key].value))
            for key, figures in counted.items()
            if key in names
        ]
        return sorted(found, key=_most_broken_first)

    @property
    def is_whole(self) -> bool:
        """Whether the groups together are all that is counted."""
        return self.grouping is None or self.grouping.among is None

    def in_time(self, kind: str) -> list[LedgerRow]:
        """The figures of each week, month or year of the period, empty ones among them."""
        steps = steps_of(*self.period, kind)
        counted = figures_by(in_steps(self.rows, steps), "step", self.now)
        return [self._step(step, counted.get(n, Figures())) for n, step in enumerate(steps)]

    @cached_property
    def drawn(self) -> list[tuple[Step, LedgerRow]]:
        """The steps of the picture with what is counted in them; together they are all there is."""
        if self.errors:
            return []
        steps = steps_of(*self.period, step_for(*self.period))
        counted = counts_by(in_steps(self.rows, steps), "step", self.now) if steps else {}
        rows = [self._step(step, counted.get(n, Figures())) for n, step in enumerate(steps)]
        return list(zip(steps, rows, strict=True))

    def _step(self, step: Step, figures: Figures) -> LedgerRow:
        days = ("due_from", step.first.isoformat()), ("due_until", step.last.isoformat())
        return self._row(step.words(), figures, *days)

    def _row(self, words: str, figures: Figures, *narrower: tuple[str, str]) -> LedgerRow:
        return LedgerRow(words, figures, self._params(narrower))

    def _params(self, narrower: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        over = dict(narrower)
        kept = [
            (name, value)
            for name, values in self.asked.values.lists()
            if name not in over
            for value in values
            if value
        ]
        return (*kept, *over.items())

    # Addresses

    def here(self, **changed: str) -> str:
        """This ledger, but for what is changed."""
        return "?" + urlencode([*self._params(()), ("by", self.by), *changed.items()])

    def counted_by(self, name: str) -> str:
        return "?" + urlencode([*self._params(()), ("by", name)])


def _most_broken_first(row: LedgerRow) -> tuple[Any, ...]:
    figures = row.figures
    return (-(figures.late + figures.broken), -figures.made, row.words)
