"""The story of a case for other programs: each line worded for the reader, with what it is of."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from kept.cases.models import Case
from kept.cases.models.findable import OWN_STAFF
from kept.cases.story import CaseTold, entries_of, told_to
from kept.kit.api.asked import limit_of, place_of
from kept.kit.api.bodies import only
from kept.kit.api.document import described, page_of_items
from kept.kit.api.lists import read_page, written
from kept.kit.api.sources import REFERENCE, Schema
from kept.kit.api.values import plain, reference_of
from kept.kit.lists import Order
from kept.kit.lists.order import keyed
from kept.kit.pages import find_visible
from kept.timeline.models import Entry
from kept.timeline.naming import Names, name_of, names_in
from kept.web.sent_files import FILE, told_of

IN_ORDER = Order("recorded_at", "thread", "seq")
TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
LINE: Schema = {
    "seq": {"type": "integer"},
    "event": TEXT,
    "sentence": TEXT,
    "words": {"type": "object", "additionalProperties": TEXT},
    "values": {"type": "object"},
    "by": REFERENCE,
    "happened_at": MOMENT,
    "recorded_at": MOMENT,
    "files": {"type": "array", "items": FILE},
}
PAGE = page_of_items({"type": "object", "properties": LINE, "required": list(LINE)})


def add_stories(router: Router) -> None:
    """``GET /api/v1/cases/{ref}/story``."""
    router.add_api_operation(
        "/cases/{ref}/story",
        ["GET"],
        case_story,
        response={200: None},
        operation_id="story_of_case",
        summary="Story of a case",
        description=(
            "Everything that happened to a case and to those merged into it, the oldest line first."
            " `sentence` is worded for the reader, `event` and `values` are what was recorded."
        ),
        tags=["cases"],
        openapi_extra=described(PAGE, "Limit", "Cursor"),
    )


def case_story(request: HttpRequest, ref: str) -> HttpResponse:
    """One page of the story."""
    reader: Any = request.auth  # type: ignore[attr-defined]
    only(request, "limit", "cursor")
    case = find_visible(Case, ref, reader, related=("thread",))
    entries = entries_of(case)
    if not reader.is_own_staff:
        entries = entries.exclude(event__in=OWN_STAFF)
    rows, keys = keyed(entries, IN_ORDER, backwards=False)
    name = f"story {case.pk}"
    place = place_of(name, request.GET.get("cursor", ""), keys)
    found, cursor = read_page(name, rows, keys, place, limit_of(request.GET.get("limit")))
    return written({"items": _lines(found, reader), "next": cursor})


def _lines(entries: list[Entry], reader: Any) -> list[dict[str, Any]]:
    values = [json.loads(entry.body)["values"] for entry in entries]
    names = names_in(values)
    told = told_to(entries, reader)
    return [
        _line(line, {name: _value(one, names) for name, one in kept.items()})
        for line, kept in zip(told, values, strict=True)
    ]


def _line(line: CaseTold, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "event": line.event,
        "sentence": line.sentence,
        "words": line.words,
        "values": values,
        "by": reference_of(line.by),
        "happened_at": plain(line.happened_at),
        "recorded_at": plain(line.recorded_at),
        "files": [told_of(one) for one in line.attachments],
    }


def _value(value: Any, names: Names) -> Any:
    """A stored value without its tag; a row by its name."""
    if isinstance(value, list):
        return [_value(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    if "row" in value:
        return {"kind": value["row"].rpartition(".")[2], "name": name_of(value, names)}
    for tag in ("at", "on", "dec", "seconds"):
        if tag in value:
            return value[tag]
    return {name: _value(one, names) for name, one in value.items()}
