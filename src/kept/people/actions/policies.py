"""A company's policy: packs are loaded from a day on, and what waits for its day begins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kept.kit import clock, packs
from kept.kit.actions import action
from kept.kit.pack_faults import UNREADABLE, checked, refusal_of
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.text import Line, Text
from kept.people.checking import faults_of
from kept.people.loading import beginning_of, remember_pack, supersede
from kept.people.models import PackPart, Unit, User


def _is_company(unit: Unit, by: User) -> bool:
    return unit.is_company


@action("people.load_policy", label=_("Load policy pack"), offered=_is_company, icon="book-open")
def load_policy(unit: Unit, *, by: User, pack: Line, valid_from: datetime | None = None) -> Unit:
    """Read a policy pack into a company's rows, in force from a moment on (SX.01, SX.19).

    It takes the place of the pack before it, whole: also rules the new one says nothing about end.
    Roles and modules change on that day too, not before.
    """
    return _loaded(unit, pack, packs.read_pack(pack), valid_from, by)


@action(
    "people.load_own_policy",
    label=_("Load policy of one's own"),
    right="people.load_policy",
    offered=_is_company,
    icon="book-open",
)
def load_own_policy(
    unit: Unit, *, by: User, name: Line, rules: Text, valid_from: datetime | None = None
) -> Unit:
    """Read a pack the company wrote itself, in force from a moment on (SX.19).

    ``rules`` is TOML; ``base = "lubricant"`` at its top lays it over a shipped pack. Refused with
    every fault before anything is written.
    """
    return _loaded(unit, name, packs.read_text(rules), valid_from, by)


@action(
    "people.load_pack_file",
    label=_("Load policy of one's own"),
    right="people.load_policy",
    internal=True,
)
def load_pack_file(
    unit: Unit, *, by: User, name: Line, pack: dict, valid_from: datetime | None = None
) -> Unit:
    """The same for a pack that was read from a file, whatever its length (SX.19)."""
    return _loaded(unit, name, pack, valid_from, by)


def _loaded(
    unit: Unit, name: str, pack: Mapping[str, Any], valid_from: datetime | None, by: User
) -> Unit:
    if not unit.is_company:
        raise InvalidInput(_("A pack is loaded for a whole company."), field="unit")
    beginning = beginning_of(unit, valid_from)
    loading = _read(unit, pack, beginning, by)
    remember_pack(unit, name, beginning)
    unit.record("company.policy_loaded", by=by, pack=name, rows=dict(loading.done))
    return unit


def _read(unit: Unit, pack: Mapping[str, Any], beginning: datetime, by: User) -> Loading:
    """The rows of a pack; where one cannot be read, a refusal that names every fault."""
    try:
        with transaction.atomic():
            supersede(unit, beginning)
            loading = packs.load(pack, company=unit, valid_from=beginning, by=by)
    except UNREADABLE as error:
        if faults := [one for one in faults_of(pack) if not one.is_warning]:
            raise refusal_of(faults, getattr(error, "rule", None)) from None
        raise error
    if faults := [one for one in checked(pack) if not one.is_warning]:
        raise refusal_of(faults)
    return loading


@action("people.begin_part", label=_("Begin part of a pack"), internal=True)
def begin_part(part: PackPart, *, by: User) -> PackPart:
    """What of a pack waited for its day (roles, modules) holds from now on (SX.19)."""
    packs.read_section(Loading(part.unit, clock.now(), by), part.section, part.body)
    part.begun_at = clock.now()
    part.save(update_fields=["begun_at"])
    return part
