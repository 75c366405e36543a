"""What people offers to the modules above, and what it fills itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import CharField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit import wiring
from kept.kit.lists import SavedView as ShownView
from kept.kit.lists import offer_saved_views
from kept.kit.pack_faults import Fault
from kept.kit.pages import MenuItem, frame_parts, menu
from kept.kit.prepared import Given, Prepared
from kept.kit.wiring import Slot
from kept.people.models import Absence, SavedView, Unit, User
from kept.people.permissions import ADMINISTRATION
from kept.people.staffing import staffing_faults

#: Open work that waits for a person, asked with the user: an ``OpenWork`` or nothing. To hand it
#: all over, hear ``person.work_handed_over`` and ask ``leaving.colleague_of(entry)`` for whom.
open_work = Slot("people.open_work")
#: Open matters of a unit, asked with the unit before it is closed: an ``OpenWork`` or nothing.
unit_work = Slot("people.unit_work")
#: Panels beside a person or a unit, asked with the subject and the reader: ``Panel`` or nothing.
panels = Slot("people.panels")
#: What a company decided, asked with the unit and a moment: a ``PolicySection`` or nothing.
policy_sentences = Slot("people.policy_sentences")
#: What is wrong with how a company keeps its policy (holes in rosters, roles nobody has), asked
#: with the company and a moment: a list of ``kept.kit.pack_faults.Fault``, or nothing.
policy_checks = Slot("people.policy_checks")
#: How many matters a change of policy leaves under their old rule, asked with the company: a
#: sentence or nothing.
policy_leaves = Slot("people.policy_leaves")
#: What stands beside units in a list of them, asked with the reader and the units:
#: ``{key: UnitMark}``.
unit_marks = Slot("people.unit_marks")
#: What a person is warned of on their desk as long as it lasts, asked with them: ``Panel`` or
#: nothing.
desk_panels = Slot("people.desk_panels")
#: Names of scopes that are no units (accounts), asked with a list of keys: ``{key: name}``.
scope_names = Slot("people.scope_names")


@dataclass(frozen=True)
class OpenWork:
    """One line of open work: "3 open cases", how many, and where they are listed."""

    label: Any
    count: int = 1
    url: str = ""

    def __str__(self) -> str:
        return str(self.label)

    @classmethod
    def of(cls, line: Any) -> "OpenWork":
        """A plain line as one, for fillers that only know the words."""
        return line if isinstance(line, cls) else cls(line)


@dataclass(frozen=True)
class Panel:
    """A panel on a page of people: title, template, what the template is given, and an icon."""

    title: Any
    template: str
    context: Any = None
    icon: str = "info"


@dataclass(frozen=True)
class UnitMark:
    """A word beside a unit in a list: the word, and what colour it has."""

    label: Any
    state: str = "plain"


@dataclass(frozen=True)
class PolicySentence:
    """One rule in words, for which unit, since when, where it comes from, and its own page."""

    text: Any
    unit: Unit | None = None
    valid_from: datetime | None = None
    source: str = ""
    url: str = ""


@dataclass(frozen=True)
class PolicyLink:
    """A way from a section to what can be done about it, for whoever holds a right."""

    label: Any
    url: str
    right: str
    icon: str = "plus"


@dataclass(frozen=True)
class PolicySection:
    """What one module knows of a company's rules; ``see`` is the right to open their pages."""

    title: Any
    sentences: Sequence[PolicySentence]
    icon: str = "scale"
    links: Sequence[PolicyLink] = ()
    see: str = ""


ALWAYS_ON = {
    "kit",
    "people",
    "timeline",
    "search",
    "promises",
    "imports",
    "approvals",
    "vouchers",
    "parties",
    "cases",
}


def is_on(module: str, subject: Any) -> bool:
    """Whether a module is on for the company of a subject (C23)."""
    if module in ALWAYS_ON:
        return True
    company = company_of(subject)
    return company is None or not company.modules or module in company.modules


def company_of(subject: Any) -> Unit | None:
    """The company a subject belongs to, where it can be told without asking the database twice."""
    if hasattr(subject, "company_id"):
        return subject.company
    thread = getattr(subject, "thread", None)
    return thread.company if thread is not None else None


wiring.supply_switch(is_on)


@open_work.fill(order=80)
def managed_units(user: User) -> OpenWork | None:
    """Units the person leads: each needs another manager."""
    units = list(Unit.objects.active().filter(manager=user))
    if not units:
        return None
    words = ngettext("manager of {n} unit", "manager of {n} units", len(units))
    url = units[0].get_absolute_url() if len(units) == 1 else "/units/"
    return OpenWork(words.format(n=len(units)), len(units), url)


@open_work.fill(order=81)
def standing_in(user: User) -> OpenWork | None:
    """Absences of colleagues in which the person stands in."""
    count = Absence.objects.still_needed().filter(deputy=user).count()
    if not count:
        return None
    words = ngettext("deputy in {n} absence", "deputy in {n} absences", count)
    return OpenWork(words.format(n=count), count, user.get_absolute_url())


@menu.fill(order=95)
def administration_item(user: User) -> MenuItem | None:
    """Administration, for those who have a right to change people, units or roles."""
    if not any(user.holds(right) for right in ADMINISTRATION):
        return None
    return MenuItem(_("Administration"), "/units/", "settings")


@frame_parts.fill()
def company_and_person(user: User) -> dict[str, Any]:
    """Whose installation this is for the reader, and where their own page is."""
    return {"company": user.company or "", "user_url": user.get_absolute_url()}


def saved_views_of(user: Any, list_name: str) -> list[ShownView]:
    """The views a person saved of a list, and those shared with them; one query."""
    rows = _views(user.pk, tuple(user.unit_ids_above)).rows(list_name=list_name)
    return [ShownView(row.title, row.query, pk=row.pk) for row in rows]


@lru_cache(maxsize=500)
def _views(person: int, units: tuple[int, ...]) -> Prepared[SavedView]:
    """Asked with every list, and the same for a person as long as they are where they are."""
    theirs = SavedView.objects.shown_to(person, units)
    return Prepared(
        lambda: theirs.filter(list_name=Given("list_name", CharField())).order_by("title", "pk")
    )


offer_saved_views(saved_views_of, save_at="/views/save_view/")


@policy_checks.fill(order=10)
def who_is_there_to_do_it(company: Unit, moment: datetime) -> list[Fault]:
    """Roles nobody has, and whether somebody may appoint people (SX.02)."""
    return staffing_faults(company, moment)
