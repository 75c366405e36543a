"""What happens to a request on its way: its checklist, its fee, and a special cause of delay."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import facts_of, register_word
from kept.cases.actions.ownership import ALIVE
from kept.cases.actions.reception import ItemCode
from kept.cases.models import Case, Charging, ExcuseNeeds, Request, Route
from kept.cases.requests.checks import is_open_request, names_of, open_request, request_of
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.money import Money
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text, TextRule
from kept.people.models import User
from kept.promises import ledger
from kept.promises.actions import excuse_promise
from kept.promises.models import PromiseKind
from kept.timeline.models import Attachment

ItemName = Annotated[str, TextRule(120, many_lines=False)]
MOST_ITEMS = 100


def has_open_items(case: Case, by: User) -> bool:
    """Something of the request's checklist is still to be done."""
    request = request_of(case)
    return request is not None and request.is_open and bool(request.open_items)


def has_done_items(case: Case, by: User) -> bool:
    """Something of the request's checklist was ticked, and could be taken back."""
    request = request_of(case)
    return request is not None and request.is_open and len(request.open_items) < len(request.items)


@action(
    "cases.tick_item",
    label=_("Tick off items"),
    on=ALIVE,
    right="cases.work",
    icon="list-checks",
    offered=has_open_items,
)
def tick_item(
    case: Case, *, by: User, items: Sequence[ItemCode], done_on: date | None = None
) -> Case:
    """Items of the request's checklist are done, each with its day (S4.25)."""
    request = open_request(case)
    chosen = set(items)
    ready = [item for item in request.open_items if item["code"] in chosen]
    if unknown := chosen - {item["code"] for item in ready}:
        raise InvalidInput(
            _("“{code}” is not open on this checklist."), code=min(unknown), field="items"
        )
    if not ready:
        raise InvalidInput(_("Tick at least one thing that is not ticked yet."), field="items")
    day = done_on or clock.today(case.company.zone)
    _require_day(request, day)
    for item in ready:
        item["done_on"], item["by"] = day.isoformat(), by.username
    request.save(update_fields=["items"])
    case.record("case.items_ticked", by=by, on=day, words={"items": str(names_of(ready))})
    return case


def _require_day(request: Request, day: date) -> None:
    """Nothing is done on a day that has not come, or before it was asked for."""
    zone = request.case.company.zone
    if day > clock.today(zone):
        raise InvalidInput(_("This has not happened yet."), field="done_on")
    if day < clock.local(request.started_at, zone).date():
        raise InvalidInput(_("It was asked for later than that. Check the day."), field="done_on")


@action(
    "cases.untick_item",
    label=_("Item not done after all"),
    on=ALIVE,
    right="cases.work",
    icon="undo-2",
    offered=has_done_items,
)
def untick_item(case: Case, *, by: User, item: ItemCode, reason: Line) -> Case:
    """An item was ticked by mistake: it is open again, and both stay on record (SX.05)."""
    request = open_request(case)
    found = next((one for one in request.items if one["code"] == item), None)
    if found is None or not found.get("done_on"):
        raise InvalidInput(_("“{code}” is not ticked."), code=item, field="item")
    found.pop("done_on")
    found.pop("by", None)
    request.save(update_fields=["items"])
    words = {"items": str(names_of([found])), "reason": reason}
    case.record("case.item_unticked", by=by, words=words)
    return case


@action(
    "cases.add_item",
    label=_("Add an item from the contract"),
    on=ALIVE,
    right="cases.work",
    icon="circle-plus",
    offered=is_open_request,
)
def add_item(case: Case, *, by: User, item: ItemName) -> Case:
    """What the contract promises beyond the usual list belongs to this request too (S4.25)."""
    request = open_request(case)
    if len(request.items) >= MOST_ITEMS:
        raise Refused(_("A checklist has at most {most} items."), most=MOST_ITEMS, field="item")
    if any(item in one["name"].values() for one in request.items):
        raise InvalidInput(_("“{item}” stands on the checklist already."), item=item, field="item")
    code = f"contract-{1 + sum(one['code'].startswith('contract-') for one in request.items)}"
    request.items = [*request.items, {"code": code, "name": {"en": item, "zh-hans": item}}]
    request.save(update_fields=["items"])
    case.record("case.item_added", by=by, words={"items": item})
    return case


def may_cost(case: Case, by: User) -> bool:
    """A request for which a fee could be written down."""
    request = request_of(case)
    return request is not None and request.is_open and request.kind.charging != Charging.ALWAYS_FREE


@action(
    "cases.charge_request",
    label=_("Charge a fee"),
    on=ALIVE,
    right="cases.work",
    icon="banknote",
    offered=may_cost,
)
def charge_request(case: Case, *, by: User, fee: Decimal, reason: Line = "") -> Case:
    """Write down what the service costs; one that is free is charged by nobody (S4.22, S4.23)."""
    request = open_request(case)
    _require_chargeable(request)
    currency = case.unit.currency
    try:
        amount = Money.of(fee, currency)
    except ValueError:
        amount = None
    if amount is None or amount.minor <= 0:
        raise InvalidInput(
            _("Write an amount above nothing in {currency}, such as 50.00."),
            currency=currency,
            field="fee",
        )
    old, request.fee = request.fee, amount
    request.fee_waived_at = request.fee_waived_by = None
    request.save()
    case.record(
        "case.request_charged",
        by=by,
        fee=str(amount.in_language("en")),
        old=old.as_json() if old else None,
        amount=amount.as_json(),
        words={"reason": reason},
    )
    return case


def _require_chargeable(request: Request) -> None:
    if request.kind.charging == Charging.ALWAYS_FREE:
        raise Refused(
            _("“{kind}” is free of charge: no fee may be taken for it."),
            kind=request.kind,
            rule=request.kind.source or None,
            field="fee",
        )


@action(
    "cases.waive_fee",
    label=_("Waive the fee"),
    on=ALIVE,
    icon="hand",
    offered=may_cost,
)
def waive_fee(case: Case, *, by: User, reason: Text) -> Case:
    """Let a service be free that could cost something: who decided so, and why."""
    request = open_request(case)
    _require_chargeable(request)
    if request.fee_waived_at is not None:
        raise Refused(_("The fee is waived already."), rule="SX.06")
    request.fee, request.fee_waived_at, request.fee_waived_by = None, clock.now(), by
    request.save()
    case.record("case.fee_waived", by=by, words={"reason": reason})
    return case


def waits_for_a_notice(case: Case, by: User) -> bool:
    """No special cause counts before the customer was told, and nobody has been asked to."""
    request = request_of(case)
    if request is None or not request.is_open or request.customer_told_at is not None:
        return False
    needed = request.kind.excuse_needs == ExcuseNeeds.CUSTOMER_TOLD
    return needed and not ledger.open_promises(case, [PromiseKind.TELL_CUSTOMER]).exists()


@action(
    "cases.report_special_cause",
    label=_("A special cause came up"),
    on=ALIVE,
    right="cases.work",
    icon="octagon-alert",
    offered=waits_for_a_notice,
)
def report_special_cause(case: Case, *, by: User, cause: Line) -> Case:
    """Whoever learns of a special cause, in the warehouse perhaps, says so: the owner owes the
    customer word of it at once. It excuses nothing yet; that waits for the notice (S4.18).
    """
    request = open_request(case)
    if not ledger.open_promises(case, [PromiseKind.FULFIL]).exists():
        raise Refused(_("Nothing is promised any more that could be excused."), rule="SX.06")
    case.record("case.special_cause", by=by, words={"text": cause})
    ledger.promise_by_rule(
        case,
        PromiseKind.TELL_CUSTOMER,
        by=by,
        unit=case.unit,
        person=case.owner,
        to=case.customers_thread,
        facts={**facts_of(case), "request": request.kind.code},
        text=cause,
    )
    return case


def reported_cause(case: Case) -> str:
    """The special cause of which the customer is still to be told; empty for none."""
    promise = ledger.open_promises(case, [PromiseKind.TELL_CUSTOMER]).first()
    return promise.text if promise is not None else ""


@action(
    "cases.excuse_request",
    label=_("Special cause of delay"),
    on=ALIVE,
    right="cases.work",
    icon="shield-alert",
    offered=is_open_request,
)
def excuse_request(
    case: Case,
    *,
    by: User,
    cause: Line,
    told: Text = "",
    route: Route | None = None,
    reference: Line = "",
    files: Sequence[Attachment] = (),
) -> Case:
    """A special cause keeps it from being done in time. Where the company promises so, the customer
    is told first, and what they were told stands in the register, which is the evidence (S4.18);
    elsewhere a file or a reference proves it (S2.16).
    """
    request = open_request(case)
    promise = ledger.open_promises(case, [PromiseKind.FULFIL]).first()
    if promise is None:
        raise Refused(_("Nothing is promised any more that could be excused."), rule="SX.06")
    if told and route is None:
        raise InvalidInput(_("Say how the customer was told."), field="route")
    if told and route is not None:
        register_word(case, by=by, route=route, content=told)
        case.record("case.customer_told", by=by, route=route, words={"text": told})
        request.customer_told_at = clock.now()
        ledger.keep_open(case, [PromiseKind.TELL_CUSTOMER], by=by)
    require_told(request)
    request.special_cause = cause
    request.save(update_fields=["special_cause", "customer_told_at"])
    if request.customer_told_at is not None and not reference:
        reference = str(case.number)
    proof = {"reference": reference, "files": files}
    excuse_promise.perform(promise, by=by, values={"reason": cause, **proof})
    return case


def require_told(request: Request) -> None:
    """Raise Refused for an excuse before the customer knows, where that comes first (S4.18)."""
    needed = request.kind.excuse_needs == ExcuseNeeds.CUSTOMER_TOLD
    if needed and request.customer_told_at is None:
        raise Refused(
            _("Tell {name} first: a special cause excuses nothing they were not told."),
            name=request.case.customer_name or _("the customer"),
            rule=request.kind.source or None,
            field="told",
            mend=f"{request.get_absolute_url()}excuse_request/",
        )
