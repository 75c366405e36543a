"""Kinds and requests as pages, lists and papers show them."""

from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from kept.cases.models import Charging, FieldType, Request, RequestKind
from kept.cases.requests.checks import missing
from kept.cases.requests.kinds import audience_words, rules_of
from kept.cases.requests.values import ROWS, Asked, fields_of, worded
from kept.kit.words import Words
from kept.parties.models import Account
from kept.people.models import Unit, User


def kind_card(kind: RequestKind, unit: Unit, account: Account | None = None) -> SimpleNamespace:
    """A kind in the catalogue: what is promised, what it costs, whom it is for, its checklist."""
    asked = f"?request_kind={kind.code}" + (f"&account={account.number}" if account else "")
    return SimpleNamespace(
        name=kind.name,
        explained=kind.explained,
        sentences=[
            *(str(rule.name) for rule in rules_of(kind, unit, {})),
            *about(kind),
        ],
        items=[Words(item["name"]) for item in kind.checklist],
        source=kind.source,
        url=f"/cases/request_service/{asked}",
    )


def cost_of(kind: RequestKind) -> str:
    """Whether it costs anything, as a sentence."""
    if kind.charging == Charging.ALWAYS_FREE:
        return _("Free of charge.")
    return _("A fee may be charged.") if kind.charging == Charging.OPTIONAL else _("Against a fee.")


def about(kind: RequestKind) -> list[str]:
    """What else is fixed about a kind, a sentence each."""
    told = [cost_of(kind)]
    if audience := audience_words(kind):
        told.append(_("For: {audience}.").format(audience=audience))
    if kind.arises:
        told.append(_("It arises by itself as soon as somebody is one of these."))
    if number := _label_of(kind, kind.number_field):
        told.append(_("No result without “{label}”.").format(label=number))
    if end := _label_of(kind, kind.ends):
        told.append(_("Not over before “{label}”.").format(label=end))
    if kind.excuse_needs:
        told.append(_("A delay is excused only once the customer was told."))
    return told


def _label_of(kind: RequestKind, name: str) -> str:
    return next((str(field.label) for field in fields_of(kind) if field.name == name), "")


def request_panel(request: Request, reader: User) -> SimpleNamespace:
    """What stands beside the case: fields, checklist, fee, and what is still missing."""
    works = reader.holds("cases.work") and request.case.is_open and request.is_open
    here = request.case.get_absolute_url()
    return SimpleNamespace(
        title=request.kind.name,
        icon="clipboard-list",
        template="cases/request_panel.html",
        request=request,
        facts=facts_of_request(request),
        items=items_shown(request),
        done=len(request.items) - len(request.open_items),
        missing=missing(request) if works else None,
        tick_url=f"{here}tick_item/" if works and request.open_items else "",
        fill_url=f"{here}fill_request/" if works and request.kind.fields else "",
        paper_url=f"{here}request/",
        state=state_words(request),
    )


def facts_of_request(request: Request) -> list[dict[str, Any]]:
    """The fields of a request, in the order they are asked; rows by their names."""
    facts: list[dict[str, Any]] = [
        {"label": field.label, "value": named(field, request.values.get(field.name))}
        for field in fields_of(request.kind)
    ]
    if request.fee is not None:
        facts.append({"label": _("Fee"), "value": request.fee})
    if request.fee_waived_by is not None:
        facts.append({"label": _("Fee waived by"), "value": request.fee_waived_by})
    if request.special_cause:
        facts.append({"label": _("Special cause"), "value": request.special_cause})
    if request.customer_told_at is not None:
        facts.append({"label": _("Customer told at"), "value": request.customer_told_at})
    if request.finished_at is not None:
        label = str(request.kind.done_word) or _("Done at")
        facts.append({"label": label, "value": request.finished_at})
    return facts


def named(field: Asked, value: Any) -> str:
    """A value in words; a row by its name, where it is still known."""
    if value is None or field.type not in ROWS:
        return worded(field, value)
    model = ROWS[FieldType(field.type)]
    row = model._base_manager.filter(**{model.ref: value}).first()
    return str(row) if row is not None else str(value)


def items_shown(request: Request) -> list[dict[str, Any]]:
    """The checklist: what is done on which day and by whom."""
    return [
        {
            "name": Words(item["name"]),
            "done_on": worded(DAY, item.get("done_on")),
            "by": item.get("by", ""),
        }
        for item in request.items
    ]


DAY = Asked("done_on", Words(), FieldType.DATE, "")  # type: ignore[arg-type]


def details(request: Request) -> str:
    """All that is filled in, on one line; rows by their numbers and codes."""
    told = [
        f"{field.label}: {worded(field, request.values[field.name])}"
        for field in fields_of(request.kind)
        if field.name in request.values
    ]
    return " · ".join(told)


def state_words(request: Request) -> str:
    """Where the request stands."""
    if request.withdrawn_at is not None:
        return _("withdrawn")
    if request.finished_at is not None:
        return _("done")
    return _("open")


def items_words(request: Request) -> str:
    """ "6 of 7" of its checklist; nothing where there is none."""
    if not request.items:
        return ""
    done = len(request.items) - len(request.open_items)
    return _("{done} of {all}").format(done=done, all=len(request.items))
