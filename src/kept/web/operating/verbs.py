"""Every verb that ends is told: one line, one figure (see ``kept.kit.actions.observers``)."""

from typing import Any

import structlog
from django.db import models

from kept.kit.actions import Action, observers
from kept.kit.importing.kinds import Imported
from kept.kit.outage import Unavailable
from kept.kit.refusal import Refused
from kept.web.operating.figures import count_action, count_import_rows, count_retry

log = structlog.get_logger()


def tell(
    action: Action, subject: Any, by: Any, result: Any, error: Exception | None, again: bool
) -> None:
    """What became of a verb: its name, what it was about, who, and the rule if it was refused."""
    outcome = "again" if again else outcome_of(error)
    if again:
        count_retry(action.name)
    else:
        count_action(action.name, outcome)
    if isinstance(result, Imported) and not result.dry_run:
        _count_rows(action.name, result)
    (log.warning if outcome in ("failed", "again") else log.info)(
        "action",
        verb=action.name,
        subject=reference(subject if subject is not None else result),
        actor=getattr(by, "pk", None),
        company=getattr(by, "company_id", None),
        outcome=outcome,
        rule=getattr(error, "rule", None),
        refusal=type(error).__name__ if isinstance(error, Refused) else None,
    )


def outcome_of(error: Exception | None) -> str:
    """A machine that could not is a failure, however politely it is worded."""
    if error is None:
        return "done"
    is_rule = isinstance(error, Refused) and not isinstance(error, Unavailable)
    return "refused" if is_rule else "failed"


def _count_rows(verb: str, imported: Imported) -> None:
    count_import_rows(verb, "made", len(imported.made))
    count_import_rows(verb, "known", imported.known)
    count_import_rows(verb, "refused", len(imported.faults))


def reference(thing: Any) -> str | None:
    """``case HN-C26-000123``: a number of ours, else the key of the row; never a name."""
    if not isinstance(thing, models.Model):
        return None
    number = getattr(thing, "number", None)
    return f"{thing._meta.model_name} {number if _is_ours(number) else thing.pk}"


def _is_ours(number: Any) -> bool:
    """Numbers the registers gave: letters of a company, a year, six digits."""
    return isinstance(number, str) and number.isascii() and number.count("-") == 2


def watch() -> None:
    """Tell of every verb from now on."""
    if tell not in observers:
        observers.append(tell)
