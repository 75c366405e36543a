"""The lists of the house behind the API: ``GET /api/v1/<name of the list>``.

The same rows in the same order as on the screen, with the list's own filters, masked and scoped
alike. A page is few statements: no count, no offset, and where plain columns are enough no objects.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router

from kept.kit.api.asked import (
    Asked,
    asked_of,
    cursor_behind,
    place_of,
    refuse_faults,
)
from kept.kit.api.rows import (
    Item,
    Shape,
    columns_needed,
    flat_writer,
    model_of,
    row_writer,
    shape_of,
)
from kept.kit.lists import List
from kept.kit.lists.nearest import Near
from kept.kit.lists.order import Key
from kept.kit.lists.pager import rows_behind
from kept.kit.refusal import NotAllowed

JSON = "application/json; charset=utf-8"


def add_lists(router: Router, kinds: Iterable[type[List]]) -> None:
    """A route for each list, at its name."""
    for kind in kinds:
        router.add_api_operation(
            f"/{kind.name}",
            ["GET"],
            list_view(kind),
            response={200: None},
            operation_id=f"list_{kind.name}",
            tags=[kind.name],
        )


def list_view(kind: Any) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one list."""

    def view(request: HttpRequest) -> HttpResponse:
        reader: Any = request.auth  # type: ignore[attr-defined]
        if kind.right and not reader.holds(kind.right):
            raise NotAllowed(kind.right, kind.title)
        asked = asked_of(kind, request)
        request.GET = asked.address  # type: ignore[assignment]
        page = kind()
        page.setup(request)
        return written(page_of(page, asked, shape_of(kind).seen_by(reader)))

    return view


def page_of(page: List, asked: Asked, shape: Shape) -> dict[str, Any]:
    """The rows asked for, and the cursor that goes on behind them; None behind the last."""
    name = f"{page.name} {page.addresses.current}"
    if (first := _first_page(page, name, asked, shape)) is not None:
        return first
    rows, keys = page.in_order()
    refuse_faults(page)
    place = place_of(name, asked.cursor, keys)
    if shape.is_flat(rows):
        names = [*columns_needed(shape, rows.model), *(key.name for key in keys)]
        rows = rows.prefetch_related(None).values(*dict.fromkeys(names))
        write: Callable[[Any], Item] = flat_writer(shape, rows.model)
    else:
        write = row_writer(shape, rows.model, page.row_url)
    found, cursor = read_page(name, rows, keys, place, asked.limit, page.near())
    return {"items": [write(row) for row in found], "next": cursor}


def _first_page(page: List, name: str, asked: Asked, shape: Shape) -> dict[str, Any] | None:
    if asked.cursor or not page.fixed or not shape.is_plain:
        return None
    model: Any = model_of(type(page))
    found = page.first_rows(asked.limit + 1, *columns_needed(shape, model))
    if found is None:
        return None
    shown, cursor = cut(name, *found, asked.limit)
    write = flat_writer(shape, model)
    return {"items": [write(row) for row in shown], "next": cursor}


def read_page(
    name: str,
    rows: QuerySet,
    keys: list[Key],
    place: list[Any] | None,
    limit: int,
    near: Near | None = None,
) -> tuple[list[Any], str | None]:
    """At most ``limit`` rows behind a place, and the cursor that goes on behind the last of them;
    None when it is the last of all.
    """
    return cut(name, rows_behind(rows, keys, place, limit + 1, near), keys, limit)


def cut(name: str, found: list[Any], keys: list[Key], limit: int) -> tuple[list[Any], str | None]:
    """The rows that are shown of those that were found, and the cursor as above."""
    if len(found) <= limit:
        return found, None
    shown = found[:limit]
    return shown, cursor_behind(name, keys, _reads(shown[-1]))


def _reads(row: Any) -> Callable[[str], Any]:
    return row.__getitem__ if isinstance(row, dict) else lambda name: getattr(row, name)


def written(body: dict[str, Any], status: int = 200) -> HttpResponse:
    """Straight to JSON: what was made here is not checked once more on its way out."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(content, content_type=JSON, status=status)
