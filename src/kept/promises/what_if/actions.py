"""How a what-if is asked and taken up again; its answer is kept by the worker (``working``)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line
from kept.people.models import Unit, User
from kept.people.real_time import real_now
from kept.promises.models import Calendar, PromiseKind, PromiseRule, WhatIf, WhatIfState
from kept.promises.models.what_if import RIGHT
from kept.promises.what_if.asking import term_of
from kept.promises.what_if.working import work_out

AGAIN_FROM = (WhatIfState.RUNNING, WhatIfState.STOPPED)


@action("promises.try_out", label=_("What if"), creates=WhatIf, right=RIGHT, icon="scale",
        internal=True)  # fmt: skip
def try_out(
    *,
    by: User,
    unit: Unit,
    kind: PromiseKind,
    from_on: date,
    until_on: date,
    rule: PromiseRule | None = None,
    duration: Line = "",
    calendar: Calendar | None = None,
    duty: Calendar | None = None,
) -> WhatIf:
    """Ask what would have been kept, and when deadlines would fall, if a rule had been another;
    the worker counts the unit's own promises made on these days (C01, C02).
    """
    if not duration and calendar is None:
        raise InvalidInput(
            _("Say what should be different: another term, or another calendar."), field="duration"
        )
    if until_on < from_on:
        raise InvalidInput(_("The last day lies before the first."), field="until_on")
    term = str(term_of(duration)) if duration else ""
    if rule is not None and rule.kind != kind:
        raise InvalidInput(_("This rule is for promises of another kind."), field="rule")
    asked = WhatIf.objects.create(
        unit=unit,
        by=by,
        asked_at=clock.now(),
        kind=kind,
        rule=rule,
        duration=term,
        calendar=calendar,
        duty=duty,
        from_on=from_on,
        until_on=until_on,
        heard_at=real_now(),
    )
    change = ", ".join(filter(None, [term, calendar.code if calendar else ""]))
    unit.record("promise.tried_out", by=by, kind=kind, change=change)
    work_out.enqueue(asked.pk, asked.attempt)
    return asked


@action("promises.try_again", label=_("Work out again"), on=AGAIN_FROM, right=RIGHT, icon="play",
        internal=True)  # fmt: skip
def try_again(asked: WhatIf, *, by: User) -> WhatIf:
    """Take up a what-if that broke off or whose worker died; it is counted from the beginning."""
    if asked.is_under_way and not asked.is_silent:
        raise Refused(_("It is still being worked on. Wait for its end."))
    asked.attempt += 1
    asked.status, asked.ended_at = WhatIfState.RUNNING, None
    asked.done, asked.heard_at = 0, real_now()
    asked.save()
    work_out.enqueue(asked.pk, asked.attempt)
    return asked
