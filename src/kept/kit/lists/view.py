"""The page of a list: reads the address, narrows, fetches one page, and answers in its form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html_join
from django_filters import FilterSet

from kept.kit import clock
from kept.kit.lists import asked as asking
from kept.kit.lists.addresses import Addresses, as_orders
from kept.kit.lists.columns import Column, Place, Row, body_of, rows_for, with_choices
from kept.kit.lists.files import Capped, csv_response, xlsx_response
from kept.kit.lists.filters import Lookup, parts_of, refuse_unbounded
from kept.kit.lists.first_page import first_page
from kept.kit.lists.narrow import narrow
from kept.kit.lists.nearest import Near
from kept.kit.lists.order import Key, Order, keyed
from kept.kit.lists.pager import Page as PageOfRows
from kept.kit.lists.pager import fetch, first_of
from kept.kit.lists.parts import (
    NOT_UNDERSTOOD,
    NOTHING_FOUND,
    NOTHING_YET,
    Empty,
    SavedView,
    SavedViews,
)
from kept.kit.lists.spoken import chips, filter_words
from kept.kit.pages import Page


def _none_saved(user: Any, name: str) -> Sequence[SavedView]:
    return ()


_saved_views: SavedViews = _none_saved
_save_at: str = ""


def offer_saved_views(of: SavedViews, save_at: str = "") -> None:
    """Called once by people: which views a person has saved of a list, and the address of the
    form that names the present one."""
    global _saved_views, _save_at
    _saved_views, _save_at = of, save_at


class List(Page):
    """Filter, columns, fragment, print and files of one list, at one address.

    ``?order=due`` or ``-due`` (the other way round), ``after``/``before`` a cursor,
    ``format=csv|xlsx|print``, ``all=1`` without the filters a list starts with, ``lookup=<filter>``
    suggestions for a filter over a large table, ``conditions=1`` with the filter open; everything
    else belongs to the filter.

    ``fixed`` are filters that mean the same whoever asks and whenever: of a list that says ``near``
    and ``rows_of``, the first page under them is written once for all readers.

    ``row_address`` is ``row_url`` as a pattern over columns (``/cases/{number}/``): with it the API
    reads rows without making objects of them.
    """

    template_name = "kit/list.html"
    rows_template: ClassVar[str] = "kit/list_rows.html"
    filter_template: ClassVar[str] = "kit/list_filter.html"
    print_template: ClassVar[str] = "kit/list_print.html"

    name: ClassVar[str]
    title: ClassVar[Any]
    columns: ClassVar[Sequence[Column]]
    order: ClassVar[Mapping[str, Order | tuple[str, ...]]] = {"newest": Order("-pk")}
    default_order: ClassVar[str] = ""
    filter: ClassVar[type[FilterSet] | None] = None
    defaults: ClassVar[Mapping[str, Any]] = {}
    right: ClassVar[str] = ""
    fixed: ClassVar[frozenset[str]] = frozenset()
    empty: ClassVar[Empty] = NOTHING_YET
    row_address: ClassVar[str] = ""
    page_size: ClassVar[int] = 50
    file_rows: ClassVar[int] = 50_000
    print_rows: ClassVar[int] = 500

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.filter is not None:
            refuse_unbounded(cls.filter)
        for column in getattr(cls, "columns", ()):
            if column.order and column.order not in cls.order:
                raise ImproperlyConfigured(f"{cls.__name__}: there is no order {column.order!r}")

    # What a module says about its list

    def queryset(self, request: HttpRequest) -> QuerySet:
        """The rows this reader may see, with ``select_related`` for what the columns read."""
        return self.rows_of(request.user)

    def rows_of(self, reader: Any) -> QuerySet:
        """The same by the reader alone, for lists that need to know nothing else."""
        raise NotImplementedError

    def row_url(self, row: Any) -> str:
        """Where a row leads."""
        return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""

    def row_label(self, row: Any) -> str:
        """What a row is called, for screen readers and where its link cell is empty."""
        return str(row)

    def row_state(self, row: Any) -> str:
        """The mark at the row's edge: "late", "broken", "warned" or "done"."""
        return ""

    def near(self) -> Near | None:
        """What names the rows that come next in the order asked for, where an index can."""
        return None

    def context(self) -> dict[str, Any]:
        """More for a template of the list's own."""
        return {}

    # Answering

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        reader: Any = request.user
        if self.right and not reader.holds(self.right):
            raise PermissionDenied
        if name := request.GET.get("lookup"):
            return self._suggestions(name)
        if (page := self._first_page()) is not None:
            return self._page(page)
        rows = self.narrowed
        if self.is_valid and self.asked.format in {"csv", "xlsx"}:
            return self._file(Capped(*self._in_order(rows), self.file_rows))
        if self.asked.conditions and self._is_fragment:
            return self._conditions()
        if self.asked.format == "print":
            return self._printed(Capped(*self._in_order(rows), self.print_rows))
        page = fetch(
            *self._in_order(rows),
            after=self.asked.after,
            before=self.asked.before,
            size=self.page_size,
            near=self.near(),
        )
        return self._page(page)

    def _first_page(self) -> PageOfRows | None:
        asked = self.asked
        if asked.format or asked.conditions or asked.after or asked.before:
            return None
        found = self.first_rows(self.page_size + 1)
        return found and first_of(*found, self.page_size)

    def first_rows(self, limit: int, *columns: str) -> tuple[list[Any], list[Key]] | None:
        """The first rows under the conditions asked for, and the keys of their order, where a
        statement written once finds them; as columns by name where some are named.
        """
        asked = self.asked
        values = {name: tuple(given) for name, given in asked.values.lists()}
        if not self.fixed.issuperset(values) or asked.refused or (near := self.near()) is None:
            return None

        anybodys: Any = type(self)()  # what is kept for all readers holds no request
        anybodys.asked, anybodys.request = asked, None

        def in_order(reader: Any) -> tuple[QuerySet, list[Key]]:
            rows, keys = anybodys._in_order(anybodys._narrowed(anybodys.rows_of(reader)))
            if columns:
                names = dict.fromkeys([*columns, *(key.name for key in keys)])
                rows = rows.prefetch_related(None).values(*names)
            return rows, keys

        reader, order = self.request.user, self.addresses.current
        key = (type(self), order, tuple(sorted(values.items())), limit, columns)
        page = first_page(key, near, in_order, reader, limit)
        if page is None or (found := page.read(near, reader)) is None:
            return None
        return found, page.keys

    def _file(self, rows: Capped) -> HttpResponseBase:
        if self.asked.format == "csv":
            return csv_response(self._columns("file"), rows, self.name)
        return xlsx_response(self._columns("file"), rows, self.name, self.title)

    def _conditions(self) -> HttpResponse:
        """The form of the filter alone: what stands in it is read only when somebody opens it."""
        if self.whole_filter is None:
            raise Http404
        context = {
            "filter": self.whole_filter,
            "order": self.asked.order,
            "clear_url": self.addresses.unfiltered(),
        }
        response = render(self.request, self.filter_template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def _printed(self, capped: Capped) -> HttpResponse:
        columns = self._columns("print")
        rows = self._rows(list(capped), columns, linked=False)
        context = {
            **self._common(columns),
            "rows": rows,
            "filter_words": filter_words(self.filterset) if self.filterset else "",
            "cut_words": capped.sentence(),
            "printed_at": clock.now(),
            "printed_by": self.request.user,
            "back_url": self.addresses.here(),
        }
        return render(self.request, self.print_template, context)

    def _page(self, page: PageOfRows) -> HttpResponse:
        is_fragment = self._is_fragment
        columns = self._columns("screen")
        rows = self._rows(page.rows, columns)
        context = {
            **self._common(columns),
            "rows": rows,
            "body": body_of(rows),
            "page": page,
            "older_url": self.addresses.here(after=page.next) if page.next else "",
            "newer_url": self.addresses.here(before=page.previous) if page.previous else "",
            "empty": self._empty_words(),
            **self.context(),
        }
        if not is_fragment:
            views = context["saved_views"] = self._saved_views()
            context["save_view_url"] = self._save_view_url(views)
        template = self.rows_template if is_fragment else self.template_name
        response = render(self.request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    @property
    def _is_fragment(self) -> bool:
        """True when htmx asks for the rows alone."""
        htmx: Any = getattr(self.request, "htmx", None)
        return bool(htmx) and not htmx.boosted

    def _common(self, columns: Sequence[Column]) -> dict[str, Any]:
        is_open = self.asked.conditions or not self.is_valid
        return {
            "list": self,
            "title": self.title,
            "is_fragment": self._is_fragment,
            "headings": [self.addresses.heading(column) for column in columns],
            "filter": self.whole_filter if is_open else self.filterset,
            "chips": self._chips,
            "is_filter_open": is_open,
            "filter_url": self.addresses.here(conditions="1"),
            "clear_url": self.addresses.unfiltered(),
            "orders": self.addresses.order_choices(),
            "order": self.asked.order,
            "csv_url": self.addresses.here(format="csv"),
            "xlsx_url": self.addresses.here(format="xlsx"),
            "print_url": self.addresses.here(format="print"),
            "querystring": self.addresses.here().removeprefix("?"),
        }

    # Rows

    @cached_property
    def asked(self) -> asking.Asked:
        """What the address asks for, made safe."""
        names = list(self.filter.base_filters) if self.filter else []
        asked = asking.read(self.request.GET, names, self.defaults)
        if asked.order.removeprefix("-") not in self.order:
            asked.order = ""
        return asked

    @cached_property
    def seen(self) -> QuerySet:
        """The reader's rows before any filter."""
        return self.queryset(self.request)

    @cached_property
    def filterset(self) -> FilterSet | None:
        """The filter with what was asked in it, and nothing of it that was not."""
        if self.filter is None:
            return None
        return self._filter(asking.filters_in(self.asked, self.filter.base_filters))

    @cached_property
    def whole_filter(self) -> FilterSet | None:
        """The filter with all its conditions, for a form."""
        if self.filter is None:
            return None
        whole = self._filter(frozenset(self.filter.base_filters))
        narrow(whole, self.asked.refused)  # its faults stand beside its fields
        return whole

    def _filter(self, names: frozenset[str], rows: QuerySet | None = None) -> FilterSet:
        parts = parts_of(self.filter, names)  # type: ignore[arg-type]
        rows = self.seen if rows is None else rows
        return parts(self.asked.values, queryset=rows, request=self.request)

    def _narrowed(self, rows: QuerySet) -> QuerySet:
        if self.filter is None:
            return rows
        names = asking.filters_in(self.asked, self.filter.base_filters)
        return narrow(self._filter(names, rows), self.asked.refused)

    @cached_property
    def narrowed(self) -> QuerySet:
        """The rows asked for, in no order yet."""
        if self.filterset is None:
            return self.seen
        return narrow(self.filterset, self.asked.refused)

    @property
    def is_valid(self) -> bool:
        return self.filterset is None or not self.filterset.form.errors

    def in_order(self) -> tuple[QuerySet, list[Key]]:
        """The rows asked for, and the keys of the order asked for, to read them page by page."""
        return self._in_order(self.narrowed)

    def _in_order(self, rows: QuerySet) -> tuple[QuerySet, list[Key]]:
        name = self.addresses.current
        order = self.addresses.orders[name.removeprefix("-")]
        return keyed(rows, order, backwards=name.startswith("-"))

    def _columns(self, place: Place) -> list[Column]:
        model, reader = self.seen.model, self.request.user
        shown = [one for one in self.columns if place in one.places]
        return [with_choices(one, model).seen_by(reader) for one in shown]

    def _rows(self, found: list[Any], columns: list[Column], *, linked: bool = True) -> list[Row]:
        return rows_for(
            found,
            columns,
            url_of=self.row_url if linked else lambda row: "",
            label_of=self.row_label,
            state_of=self.row_state,
        )

    # Words and addresses

    @cached_property
    def addresses(self) -> Addresses:
        """Where the links of this page lead."""
        usual = self.default_order or next(iter(self.order))
        return Addresses(self.asked, as_orders(self.order), usual, bool(self.defaults))

    @cached_property
    def _chips(self) -> list[Any]:
        if self.filterset is None:
            return []
        return chips(self.filterset, self.asked.values, self.addresses.kept())

    def _empty_words(self) -> Empty:
        if not self.is_valid:
            return NOT_UNDERSTOOD
        is_narrowed = bool(self._chips) and not self.asked.is_usual
        return NOTHING_FOUND if is_narrowed else self.empty

    def _saved_views(self) -> list[SavedView]:
        here = self.addresses.here().removeprefix("?")
        return [
            replace(view, is_active=view.query == here)
            for view in _saved_views(self.request.user, self.name)
        ]

    def _save_view_url(self, views: Sequence[SavedView]) -> str:
        """The form that names what is shown now, unless it is the list as it starts."""
        here = self.addresses.here().removeprefix("?")
        is_usual = not here or (self.asked.is_usual and not self.asked.order)
        if not _save_at or is_usual or any(view.is_active for view in views):
            return ""
        asked = {"list_name": self.name, "address": self.request.path, "query": here}
        return f"{_save_at}?{urlencode(asked)}"

    def _suggestions(self, name: str) -> HttpResponse:
        lookup = self._filter(frozenset([name])).filters.get(name) if self.filter else None
        typed = self.request.GET.get(name, "")
        if not isinstance(lookup, Lookup):
            raise Http404
        if len(typed) > asking.LONGEST_VALUE or asking.is_unprintable(typed):
            return HttpResponse("")
        options = format_html_join("", '<option value="{}">{}</option>', lookup.suggestions(typed))
        return HttpResponse(options)
