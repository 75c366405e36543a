"""What the timeline supplies to every action: right and sight, version, receipts and numbers."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import BigAutoField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import Action
from kept.kit.prepared import Among, Given, GivenKeys, Prepared
from kept.kit.refusal import InvalidInput, NotAllowed, OutOfSight, SameKeyOtherBody, Stale
from kept.kit.updates import write_at_end
from kept.people.models import Policy, Unit, User
from kept.timeline.canonical import canonical, digest
from kept.timeline.models import Receipt, Sight, Thread
from kept.timeline.recorder import thread_of
from kept.timeline.sentences import sentence
from kept.timeline.sight import scopes_above

KEY_MAX = 80

Series = tuple[int, str, int]
"""A row of numbers: the company's key, the register's letter, the year."""


_SEEN: Prepared[Sight] = Prepared(
    lambda: Sight.objects.filter(
        Among("scope_id", GivenKeys("scopes", BigAutoField())),
        thread=Given("thread", BigAutoField()),
    ).values_list("scope_id")
)
"""In which of some scopes a thread is seen."""


class TimelineServices:
    """Plugged into the kit's envelope when the application starts."""

    def require_right(self, action: Action, subject: Any, by: User, unit: Any) -> None:
        """Raise OutOfSight or NotAllowed unless the person may run the verb here (SX.02)."""
        if by.is_system:
            return
        allowed = set(by.scopes_with(action.right))
        if subject is None:
            here = scopes_above(unit) if isinstance(unit, Unit) else None
            _require(action, bool(allowed) if here is None else bool(allowed & here))
        elif isinstance(subject, Unit):
            _require(action, bool(allowed & scopes_above(subject)))
        elif isinstance(subject, User):
            _require_over_person(action, subject, by, allowed)
        elif (thread_id := sight_thread_id(subject)) is not None:
            _require_on_thread(action, subject, thread_id, by, allowed)
        else:
            _require(action, subject.is_guarded_by(by))

    def require_one_company(self, action: Action, subject: Any, values: Mapping[str, Any]) -> None:
        """Raise InvalidInput for a thing of another company than the matter's (SX.01).

        Whoever works in two companies sees things of both; they never meet in one matter. Verbs on
        people decide for themselves: a group manager is granted a role elsewhere.
        """
        if action.module == "people":
            return
        company = company_id_of(subject if subject is not None else values.get("unit"))
        for name, value in values.items():
            other = company_id_of(value)
            if None not in (company, other) and other != company:
                raise InvalidInput(
                    _("“{thing}” belongs to another company."),
                    thing=value,
                    field=name,
                    rule="SX.01",
                )

    def require_version(self, subject: Any, version: int) -> None:
        """Raise Stale, saying who changed what, when the thread grew since the page was drawn."""
        thread = thread_of(subject)
        thread.refresh_from_db(fields=["length"])
        if thread.length == version:
            return
        last = thread.entries.select_related("by").order_by("-seq").first()
        if last is None:
            return
        raise Stale(
            _(
                "{name} changed this after you opened the page ({event})."
                " Look at it again, then decide."
            ),
            name=last.by,
            event=sentence(last),
            mend=subject.get_absolute_url(),
        )

    def take_receipt(self, by: User, key: str, verb: str, body: Mapping[str, Any]) -> Receipt:
        """Enter the request key first; a key seen before brings its first answer again."""
        key, body_hash = key[:KEY_MAX], digest(verb, canonical(body))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO timeline_receipt"
                " (actor_id, key, verb, body_hash, result_model, result_id, created_at)"
                " VALUES (%s, %s, %s, %s, '', NULL, %s)"
                " ON CONFLICT (actor_id, key) DO NOTHING RETURNING id",
                [
                    by.pk,
                    key,
                    verb,
                    body_hash,
                    connection.ops.adapt_datetimefield_value(timezone.now()),
                ],
            )
            row = cursor.fetchone()
        if row is not None:
            receipt = Receipt(pk=row[0], actor=by, key=key, verb=verb, body_hash=body_hash)
            receipt.is_repeat = False  # type: ignore[attr-defined]
            return receipt
        receipt = Receipt.objects.get(actor=by, key=key)
        if receipt.body_hash != body_hash:
            raise SameKeyOtherBody()
        receipt.is_repeat = True  # type: ignore[attr-defined]
        return receipt

    def keep_receipt(self, receipt: Receipt, result: Any) -> None:
        if result is None or not hasattr(result, "_meta"):
            return
        receipt.result_model, receipt.result_id = result._meta.label_lower, result.pk
        write_at_end(receipt, "result_model", "result_id")

    def first_answer(self, receipt: Receipt) -> Any:
        if not receipt.result_model:
            return None
        return apps.get_model(receipt.result_model)._base_manager.get(pk=receipt.result_id)

    def number(self, created: list[Any]) -> None:
        """Give each new thing the next number of its register, as the last statements (SX.05)."""
        for thing in sorted(created, key=_place_in_line):
            if thing.pk is None:  # nobody needed its key before
                thing.save(force_insert=True)
        wanted: dict[Series, list[Any]] = defaultdict(list)
        for thing in sorted(created, key=_place_in_line):
            company = thing.thread.company
            wanted[company.pk, thing.register, clock.today(company.zone).year].append(thing)
        taken = take_numbers_of({series: len(things) for series, things in wanted.items()})
        for (company_id, register, year), things in wanted.items():
            for thing, count in zip(things, taken[company_id, register, year], strict=True):
                thing.take_number(number_text(thing.thread.company, register, year, count))


def _place_in_line(thing: Any) -> tuple[int, str, int]:
    return thing.thread.company_id, thing.register, thing.pk or 0


def company_id_of(thing: Any) -> int | None:
    """The company of a thing of ours, by what stands on its row or on its thread's; else None."""
    if not isinstance(thing, models.Model):
        return None
    if hasattr(thing, "company_id"):
        return thing.company_id
    if isinstance(thing, Policy):
        return thing.unit.company_id
    if (thread_id := sight_thread_id(thing)) is None:
        return None
    return Thread.objects.values_list("company_id", flat=True).get(pk=thread_id)


def sight_thread_id(subject: Any) -> int | None:
    """The thread through which a subject is seen: its own, or the one it hangs on."""
    if isinstance(subject, Thread):
        return subject.pk
    path = getattr(subject, "thread_path", None)
    if path is None:
        return None
    *steps, last = path.split("__")
    for step in steps:
        subject = getattr(subject, step)
    return getattr(subject, f"{last}_id")


def _require(action: Action, allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(action.right, action.label)


def _require_over_person(action: Action, subject: User, by: User, allowed: set[int]) -> None:
    if subject.unit is None:
        raise OutOfSight()
    _require(action, bool(allowed & scopes_above(subject.unit)))


def _require_on_thread(
    action: Action, subject: Any, thread_id: int, by: User, allowed: set[int]
) -> None:
    wanted = {*by.sight(subject.see_right), *allowed}
    seen = {scope for (scope,) in _SEEN.tuples(thread=thread_id, scopes=wanted)}
    if not seen & set(by.sight(subject.see_right)):
        raise OutOfSight()
    in_person = by.scope_id in seen and bool(allowed)
    _require(action, in_person or bool(seen & allowed))


def take_numbers(company: Unit, register: str, year: int, count: int) -> range:
    """The next ``count`` numbers of a register at once, for a bulk verb."""
    series = (company.pk, register, year)
    return take_numbers_of({series: count})[series]


def take_numbers_of(counts: Mapping[Series, int]) -> dict[Series, range]:
    """The next numbers of several registers: one statement that counts up and answers.

    Registers are counted up in the order of their names, so that two actions never wait for each
    other.
    """
    rows = [(*series, count) for series, count in sorted(counts.items())]
    values = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO timeline_series (company_id, register, year, last) VALUES {values}"
            " ON CONFLICT (company_id, register, year)"
            " DO UPDATE SET last = timeline_series.last + excluded.last"
            " RETURNING company_id, register, year, last",
            [value for row in rows for value in row],
        )
        last = {(company, register, year): last for company, register, year, last in cursor}
    return {one: range(last[one] - count + 1, last[one] + 1) for one, count in counts.items()}


def number_text(company: Unit, register: str, year: int, count: int) -> str:
    """``HN-C26-000123``: company code, register, year, number."""
    return f"{company.code}-{register}{year % 100:02d}-{count:06d}"
