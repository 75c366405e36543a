"""The warranty verdict: covered or not on a day, and why, line by line (S2.02, S2.03).

What the supplier of a component commits to comes first. The company's own cover is the ground with
the latest last day among: what was agreed for the unit, its contracts, the product's own term or
else the term of its family. Both the first and the last day of cover count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit import clock
from kept.parties.months import months_later
from kept.products.models import Component, Contract, SerialUnit, Start, WarrantyTerm
from kept.products.terms import in_force_on, terms_of

#: The date of a unit behind each event a term may be counted from.
DATES = {
    Start.SOLD: "sold_on",
    Start.DELIVERED: "delivered_on",
    Start.INSTALLED: "installed_on",
    Start.MADE: "made_on",
}


class State(models.TextChoices):
    """How the company's own cover stands on the day asked."""

    COVERED = "covered", _("covered")
    ENDED = "ended", _("no longer covered")
    NOT_YET = "not_yet", _("not covered yet")
    UNKNOWN = "unknown", _("cover not known")


@dataclass(frozen=True)
class Ground:
    """One reason for cover: from when until when, counted from which event, under what.

    ``rule`` is the key of the policy row it rests on. ``component``, ``supplier`` and
    ``commitment`` say what a supplier gives.
    """

    since: date | None
    until: date
    months: int | None = None
    starts: str = ""
    contract: str = ""
    covers: str = ""
    rule: int | None = None
    is_agreed: bool = False
    component: str = ""
    supplier: str = ""
    commitment: str = ""

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and day <= self.until

    @property
    def why(self) -> str:
        """The reason in the reader's language: "24 months from delivery 2024-12-31 …"."""
        if self.component:
            return _("{supplier} for {component}: {commitment}").format(
                supplier=self.supplier, component=self.component, commitment=self.commitment
            )
        if self.is_agreed:
            return str(_("agreed for this unit"))
        text = self._term()
        if self.contract:
            under = _("under contract {number}").format(number=self.contract)
            text = f"{text} {under}".strip()
        return f"{text} ({self.covers})" if self.covers else text

    def _term(self) -> str:
        if self.months is None or self.since is None:
            return ""
        months = ngettext("{n} month", "{n} months", self.months).format(n=self.months)
        return _("{months} from {event} {day}").format(
            months=months, event=Start(self.starts).label, day=worded(self.since)
        )

    def as_values(self) -> dict[str, Any]:
        """The ground as history keeps it."""
        return {name: value for name, value in vars(self).items() if value not in (None, "", False)}


@dataclass(frozen=True)
class Verdict:
    """Whether a unit is covered on a day; ``ground`` decided, ``grounds`` are all there were."""

    day: date
    state: State
    ground: Ground | None = None
    grounds: tuple[Ground, ...] = ()
    supplier: tuple[Ground, ...] = ()

    @property
    def is_covered(self) -> bool:
        return self.state == State.COVERED

    @property
    def until(self) -> date | None:
        """The last day of cover that is known."""
        return self.ground.until if self.ground else None

    @property
    def sentence(self) -> str:
        """ "Covered until 2026-12-31: 24 months from delivery 2024-12-31 under contract HT-01"."""
        if self.ground is None:
            return str(
                _("Cover not known: no date to count from. Enter when it was sold or delivered.")
            )
        text = {
            State.COVERED: _("Covered until {day}"),
            State.ENDED: _("Not covered: ended on {day}"),
            State.NOT_YET: _("Not covered yet: from {since} until {day}"),
        }[self.state].format(day=worded(self.ground.until), since=worded(self.ground.since))
        return f"{text}: {self.ground.why}" if self.ground.why else text

    @property
    def lines(self) -> list[str]:
        """Everything the verdict rests on, the supplier's entitlement before our own (S2.03)."""
        supplied = [
            _("The supplier covers it until {day}: {why}").format(
                day=worded(one.until), why=one.why
            )
            for one in self.supplier
        ]
        others = [
            _("Also until {day}: {why}").format(day=worded(one.until), why=one.why)
            for one in self.grounds
            if one is not self.ground
        ]
        return [*supplied, self.sentence, *others]

    @property
    def tag_state(self) -> str:
        """How the tag looks: good, bad, warned, plain."""
        return {
            State.COVERED: "good", State.ENDED: "bad", State.NOT_YET: "warned",
        }.get(self.state, "plain")  # fmt: skip


def worded(day: date | None) -> str:
    """A day as the reader writes it."""
    return date_format(day, "SHORT_DATE_FORMAT") if day else "–"


def verdict_on(serial_unit: SerialUnit, day: date) -> Verdict:
    """The verdict on one unit; six queries."""
    return verdicts_on([serial_unit], day)[serial_unit.pk]


def verdicts_on(serial_units: Iterable[SerialUnit], day: date) -> dict[int, Verdict]:
    """The verdict on each of some units of one company, in as many queries as for one."""
    found = list(serial_units)
    models.prefetch_related_objects(found, "product", "contracts__company", "components__supplier")
    terms = terms_of(found[0].company) if found else []
    return {one.pk: judge(one, terms, day) for one in found}


def last_day_of_cover(serial_unit: SerialUnit) -> date | None:
    """The last day of the company's own cover, as far as it is known now."""
    grounds = verdict_on(serial_unit, clock.today(serial_unit.company.zone)).grounds
    return grounds[0].until if grounds else None


def judge(unit: SerialUnit, terms: Sequence[WarrantyTerm], day: date) -> Verdict:
    """The verdict from what is known about a unit; asks nothing of the database itself."""
    grounds = tuple(sorted(_grounds(unit, terms), key=lambda one: one.until, reverse=True))
    supplier = tuple(
        ground
        for component in unit.components.all()
        if (ground := _supplied(component)) and ground.holds_on(day)
    )
    holding = [one for one in grounds if one.holds_on(day)]
    if holding:
        return Verdict(day, State.COVERED, holding[0], grounds, supplier)
    coming = [one for one in grounds if one.since is not None and one.since > day]
    if coming:
        return Verdict(day, State.NOT_YET, coming[-1], grounds, supplier)
    if grounds:
        return Verdict(day, State.ENDED, grounds[0], grounds, supplier)
    return Verdict(day, State.UNKNOWN, None, (), supplier)


def _grounds(unit: SerialUnit, terms: Sequence[WarrantyTerm]) -> Iterable[Ground]:
    """Every ground there is; of the policy's terms the first whose event is known."""
    if unit.agreed_until:
        since = unit.delivered_on or unit.sold_on
        yield Ground(since, unit.agreed_until, is_agreed=True)
    for contract in unit.contracts.all():
        if ground := _by_contract(unit, contract):
            yield ground
    if unit.product.warranty_months:
        if start := _first_start(unit):
            yield _counted(unit, start, unit.product.warranty_months)
        return
    for term in _fitting(unit, terms):
        day = getattr(unit, DATES[Start(term.starts)])
        if day and term in in_force_on(terms, day):
            yield _counted(unit, Start(term.starts), term.months, rule=term.pk)
            return


def _first_start(unit: SerialUnit) -> Start | None:
    """What a product's own term is counted from: the latest event that is known."""
    order = (Start.INSTALLED, Start.DELIVERED, Start.SOLD, Start.MADE)
    return next((one for one in order if getattr(unit, DATES[one])), None)


def _fitting(unit: SerialUnit, terms: Iterable[WarrantyTerm]) -> list[WarrantyTerm]:
    """The terms of the unit's family; those for all families only where it has none of its own."""
    rows = list(terms)
    own = [one for one in rows if one.family and one.family == unit.product.family]
    return own or [one for one in rows if not one.family]


def _by_contract(unit: SerialUnit, contract: Contract) -> Ground | None:
    if contract.months and contract.starts:
        start = Start(contract.starts)
        if not getattr(unit, DATES[start]):
            return None
        ground = _counted(
            unit, start, contract.months, contract=contract.number, covers=contract.covers
        )
        return _cut(ground, contract)
    if contract.until_on is None:
        return None
    ground = Ground(
        contract.from_on, contract.until_on, contract=contract.number, covers=contract.covers
    )
    return _cut(ground, contract)


def _cut(ground: Ground, contract: Contract) -> Ground:
    """A contract that ended before its time covers until that day."""
    if contract.ended_at is None:
        return ground
    ended_on = clock.local(contract.ended_at, contract.company.zone).date()
    return replace(ground, until=min(ground.until, ended_on))


def _counted(unit: SerialUnit, start: Start, months: int, **under: Any) -> Ground:
    """So many months from an event; the day of the same number is still covered."""
    since = getattr(unit, DATES[start])
    until = months_later(since, months)
    return Ground(since, until, months=months, starts=start.value, **under)


def _supplied(component: Component) -> Ground | None:
    if component.ended_at is not None:
        return None
    return Ground(
        component.committed_from,
        component.committed_until,
        component=component.name,
        supplier=component.supplier.name,
        commitment=component.commitment,
    )
