"""Scripts stand beside the call and beside a difficult case."""

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.cases.intake import intake_panels
from kept.cases.models import Case
from kept.cases.wiring import case_panels
from kept.knowledge.models import Moment, Script
from kept.people.models import Unit, User

CALL_MOMENTS = (Moment.GREETING, Moment.DIALOGUE, Moment.RECEPTION)


@intake_panels.fill(order=10)
def scripts_beside_call(reader: User, route: str) -> Any:
    """Greeting and dialogue for the reader's kind of unit and this route (S1.49, S1.51)."""
    if reader.unit is None:
        return None
    return _panel(reader, reader.unit, route, CALL_MOMENTS)


@case_panels.fill(order=10)
def card_for_difficult_caller(case: Case, reader: User) -> Any:
    """What helps with an unreasonable caller; nobody quarrels (S1.59)."""
    if not case.is_abusive or reader.unit is None:
        return None
    return _panel(reader, reader.unit, case.route, (Moment.DIFFICULT,))


def _panel(reader: User, unit: Unit, route: str, moments: tuple[Moment, ...]) -> Any:
    rows = Script.objects.in_force(unit).filter(moment__in=moments)
    fitting = [row for row in rows if row.fits(unit.kind, route)]
    if not fitting:
        return None
    scripts = [SimpleNamespace(name=row.name, lines=row.lines_for(reader)) for row in fitting]
    return SimpleNamespace(
        title=_("What to say"),
        icon="message-square-quote",
        template="knowledge/script_panel.html",
        scripts=scripts,
    )
