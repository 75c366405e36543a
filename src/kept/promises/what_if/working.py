"""The worker counts a what-if and keeps the answer.

A job is a function of keys that may run twice: it begins anew, and only the worker that holds the
last attempt goes on.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from kept.kit import clock
from kept.kit.actions import action
from kept.people.models import User
from kept.people.real_time import real_now
from kept.promises.models import WhatIf, WhatIfRow, WhatIfState
from kept.promises.models.what_if import RIGHT
from kept.promises.what_if.asking import question_of
from kept.promises.what_if.counting import Counting

RELATED = ("unit__company", "rule", "calendar", "duty")


class Superseded(Exception):
    """Somebody else took it over: this attempt ends without a word."""


@dataclass(frozen=True)
class Answer:
    """What the worker found: figures under both rules, or nothing when it broke off."""

    attempt: int
    total: int = 0
    skipped: int = 0
    today: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)


@task()
def work_out(what_if_id: int, attempt: int) -> None:
    """Count the promises of a what-if, as long as the attempt is its last one."""
    rows = WhatIf.objects.select_related(*RELATED)
    asked = rows.filter(pk=what_if_id, attempt=attempt, status=WhatIfState.RUNNING).first()
    if asked is None:
        return
    system = User.objects.system()
    try:
        answer = counted(asked)
    except Superseded:
        return
    except Exception:
        keep_answer(asked, by=system, answer=Answer(attempt))
        raise
    keep_answer(asked, by=system, answer=answer)


def counted(asked: WhatIf) -> Answer:
    """Count, with the rows kept as they come. Raises Superseded."""
    WhatIfRow.objects.filter(what_if=asked).delete()
    counting = Counting(question_of(asked))

    def keep(rows: list[WhatIfRow]) -> None:
        for row in rows:
            row.what_if = asked
        WhatIfRow.objects.bulk_create(rows)

    def tell(done: int, total: int) -> None:
        mine = WhatIf.objects.filter(pk=asked.pk, attempt=asked.attempt)
        if not mine.update(done=done, total=total, heard_at=real_now()):
            raise Superseded

    compared = counting.run(keep, tell)
    return Answer(
        attempt=asked.attempt,
        total=compared.today["count"],
        skipped=counting.skipped,
        today=compared.today,
        changed=compared.changed,
    )


@action("promises.answer", label=_("Keep the answer of a what-if"), right=RIGHT, internal=True)
def keep_answer(asked: WhatIf, *, by: User, answer: Answer) -> WhatIf:
    """Freeze the figures that were found, unless a later attempt has begun."""
    if asked.attempt != answer.attempt or not asked.is_under_way:
        return asked
    asked.today, asked.changed = answer.today, answer.changed
    asked.total = asked.done = answer.total
    asked.skipped = answer.skipped
    asked.status = WhatIfState.DONE if answer.today else WhatIfState.STOPPED
    asked.ended_at = clock.now()
    asked.save()
    return asked
