"""Pages of a what-if: the question, how far it is, the answer."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from kept.kit.pages import Page, find_visible, go_to, new_key
from kept.kit.refusal import NotAllowed, OutOfSight, Refused
from kept.people.reader import reader_of
from kept.promises.clockwork import Duration
from kept.promises.clockwork.wording import word_duration
from kept.promises.models import PromiseRule, WhatIf, WhatIfState
from kept.promises.models.what_if import RIGHT
from kept.promises.replay.picture import of_bands, of_week, whole
from kept.promises.replay.spread import BANDS, FIRST_LATE_BAND, Outcome
from kept.promises.replay.worded import band_words, margin_words, outcome_words
from kept.promises.shown import worded_rule
from kept.promises.what_if.actions import try_again, try_out
from kept.promises.what_if.asking import question_of
from kept.promises.what_if.forms import WhatIfForm

RELATED = ("unit__company", "by", "rule__calendar", "calendar", "duty")
TAG_STATES = {WhatIfState.RUNNING: "warned", WhatIfState.DONE: "good", WhatIfState.STOPPED: "bad"}
LATE = (Outcome.LATE, Outcome.OVERDUE)


class AskWhatIf(Page):
    """The question: which promises, and what would be different."""

    template_name = "promises/what_if_ask.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._form_page(WhatIfForm(self._reader(), initial=request.GET.dict()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WhatIfForm(self._reader(), request.POST)
        if not form.is_valid():
            return self._form_page(form, 422)
        try:
            key = request.POST.get("_key") or None
            asked = try_out.perform(by=request.user, values=form.values(), key=key)
        except (OutOfSight, NotAllowed):
            raise
        except Refused as refused:
            form.refuse(refused)
            return self._form_page(form, refused.status)
        return go_to(request, asked.get_absolute_url())

    def _reader(self) -> Any:
        reader = reader_of(self.request)
        if not reader.holds(RIGHT):
            raise PermissionDenied
        return reader

    def _form_page(self, form: WhatIfForm, status: int = 200) -> HttpResponse:
        key = self.request.POST.get("_key") or new_key()
        return self.show({"form": form, "key": key, "refused": form.refused}, status)


class OneWhatIf(Page):
    """A page of one what-if: not there for who may not see it."""

    def found(self, ref: str) -> WhatIf:
        return find_visible(WhatIf, ref, self.request.user, RELATED)


class WhatIfPage(OneWhatIf):
    """How far it is, or the answer."""

    template_name = "promises/what_if.html"

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        return self.show(shown(self.found(ref)))


class WhatIfProgress(OneWhatIf):
    """The line that says how far it is, asked for every two seconds; the whole page at the end."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        asked = self.found(ref)
        if not getattr(request, "htmx", None):
            return redirect(asked.get_absolute_url())
        if not asked.is_under_way or asked.is_silent:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "promises/what_if_progress.html", {"asked": asked})


class WhatIfAgain(OneWhatIf):
    """POST: take it up again."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        return redirect(self.found(ref).get_absolute_url())

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        asked = self.found(ref)
        key = request.POST.get("_key") or None
        try_again.perform(asked, by=request.user, values={}, key=key)
        return go_to(request, asked.get_absolute_url())


class WhatIfPicture(OneWhatIf):
    """The pictures as one file."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        asked = self.found(ref)
        if not asked.today:
            return redirect(asked.get_absolute_url())
        drawn = whole(asked.today, asked.changed, str(asked)).in_file()
        name = f'attachment; filename="what-if-{asked.pk}.svg"'
        headers = {"Content-Disposition": name}
        return HttpResponse(drawn, content_type="image/svg+xml", headers=headers)


def shown(asked: WhatIf) -> dict[str, Any]:
    """What the page of a what-if says of it."""
    context: dict[str, Any] = {
        "asked": asked,
        "title": title_of(asked),
        "state": TAG_STATES[WhatIfState(asked.status)],
        "term": word_duration(Duration.of(asked.duration)) if asked.duration else "",
        "rules": sorted({worded_rule(one) for one in _rules(asked)}),
        "key": new_key(),
    }
    if asked.today:
        context |= _answer(asked)
    return context


def title_of(asked: WhatIf) -> str:
    """The question in words: what is promised, and what would be different."""
    return _("What if: {question}").format(question=asked)


def _rules(asked: WhatIf) -> list[Any]:
    question = question_of(asked)
    rows = PromiseRule.objects.filter(pk__in=list(question.change.terms), superseded_at=None)
    return list(rows.select_related("calendar"))


def _answer(asked: WhatIf) -> dict[str, Any]:
    rows = Rows(asked)
    today, changed = asked.today, asked.changed
    pictures = (of_bands(today, changed, rows.of_field), of_week(today, "today", rows.of_field),
                of_week(changed, "changed", rows.of_field))  # fmt: skip
    return {
        "stats": list(_stats(asked, rows)),
        "outcomes": list(_outcomes(asked, rows)),
        "off_duty": _pair(asked, "off_duty", rows.off),
        "deadlines": _pair(asked, "deadlines", lambda rules: ""),
        "quantiles": list(_quantiles(asked, rows)),
        "bands": list(_bands(asked, rows)),
        "pictures": [
            mark_safe(one.in_page(f"picture-{at}"))  # made of escaped text
            for at, one in enumerate(pictures)
        ],
        "csv_url": rows.address(format="csv"),
        "rows_url": rows.address(),
    }


class Rows:
    """Addresses of the promises behind the figures of a what-if."""

    def __init__(self, asked: WhatIf) -> None:
        self.asked = asked

    def address(self, **narrowed: Any) -> str:
        return f"/promises/what-if/rows/?{urlencode({'what_if': self.asked.pk, **narrowed})}"

    def of_field(self, rules: str, figure: str, at: int) -> str:
        return self.address(**{f"{figure}_{rules}": at})

    def outcome(self, rules: str, outcome: str) -> str:
        return self.address(**{f"outcome_{rules}": outcome})

    def off(self, rules: str) -> str:
        return self.address(**{f"off_{rules}": "yes"})


def _pair(asked: WhatIf, name: str, address: Any) -> list[tuple[int, str]]:
    return [(getattr(asked, rules)[name], address(rules)) for rules in ("today", "changed")]


def _stats(asked: WhatIf, rows: Rows) -> Iterator[dict[str, Any]]:
    names = {"today": _("Kept today"), "changed": _("Kept, changed")}
    for rules, label in names.items():
        share = getattr(asked, rules)["kept_percent"]
        yield {
            "label": label,
            "value": "–" if share is None else f"{share} %",
            "url": rows.outcome(rules, Outcome.KEPT),
        }
    labels = {"today": _("Off duty today"), "changed": _("Off duty, changed")}
    for rules, label in labels.items():
        count = getattr(asked, rules)["off_duty"]
        yield {
            "label": label,
            "value": f"{count:,}",
            "url": rows.off(rules),
            "state": "warned" if count else "",
        }


def _outcomes(asked: WhatIf, rows: Rows) -> Iterator[dict[str, Any]]:
    for outcome in Outcome:
        cells = [
            (getattr(asked, rules)["outcomes"][outcome], rows.outcome(rules, outcome))
            for rules in ("today", "changed")
        ]
        yield {"label": outcome_words(outcome), "cells": cells, "is_late": outcome in LATE}


def _quantiles(asked: WhatIf, rows: Rows) -> Iterator[dict[str, Any]]:
    both = (asked.today["quantiles"], asked.changed["quantiles"])
    orders = ("margin_today", "margin")
    for percent in {**both[0], **both[1]}:
        cells = [
            (margin_words(one[percent]) if percent in one else "–", rows.address(order=order))
            for one, order in zip(both, orders, strict=True)
        ]
        yield {"label": _("{percent} % by").format(percent=percent), "cells": cells}


def _bands(asked: WhatIf, rows: Rows) -> Iterator[dict[str, Any]]:
    for band in range(len(BANDS) + 1):
        cells = [
            (getattr(asked, rules)["bands"][band], rows.of_field(rules, "band", band))
            for rules in ("today", "changed")
        ]
        yield {"label": band_words(band), "cells": cells, "is_late": band >= FIRST_LATE_BAND}
