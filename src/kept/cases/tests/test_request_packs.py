"""The service catalogue in policy packs: what a row may say, and that every shipped row can be
asked for, filled in and read back.
"""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.forms.boundfield import BoundField
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kept.cases.actions.requests import request_service
from kept.cases.models import FieldType, RequestKind
from kept.cases.requests.forms import RequestForm
from kept.cases.requests.packs import kind_from
from kept.cases.requests.values import Filling, as_text, fields_of, read_value
from kept.kit import packs
from kept.kit.refusal import InvalidInput
from kept.people.factories import make_company, make_unit, make_user
from kept.promises.clockwork import Duration

FIELD = {"name": "when", "label": {"en": "When"}, "type": "datetime"}
ROW = {"code": "tuning", "name": {"en": "Tuning"}, "fields": [FIELD]}


def shipped() -> list[tuple[str, dict]]:
    return [
        (pack, row) for pack in packs.PACKS for row in packs.read_pack(pack).get("requests", [])
    ]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"code": ""}, "oil_test"),
        ({"code": 7}, "oil_test"),
        ({"price": 5}, "price"),
        ({"name": {}}, "language"),
        ({"name": "Tuning"}, "language"),
        ({"fields": "when"}, "fields"),
        ({"fields": ["when"]}, "table"),
        ({"fields": [FIELD, FIELD]}, "twice"),
        ({"fields": [{**FIELD, "size": 3}]}, "size"),
        ({"fields": [{**FIELD, "name": "Summary"}]}, "Summary"),
        ({"fields": [{**FIELD, "name": "summary"}]}, "summary"),
        ({"fields": [{**FIELD, "type": "colour"}]}, "colour"),
        ({"fields": [{**FIELD, "type": "choice"}]}, "choices"),
        ({"fields": [{**FIELD, "choices": [{"code": "a", "name": {"en": "A"}}]}]}, "choices"),
        ({"fields": [{**FIELD, "required": "often"}]}, "often"),
        ({"free": "never"}, "never"),
        ({"starts": "where"}, "where"),
        ({"starts": "when", "fields": [{**FIELD, "type": "line"}]}, "starts"),
        ({"due_by": "when", "fields": [{**FIELD, "type": "date"}]}, "due_by"),
        ({"ends": "where"}, "ends"),
        ({"number_field": "when"}, "number_field"),
        ({"excuse_needs": "sympathy"}, "sympathy"),
        ({"tells": "yes"}, "tells"),
        ({"checklist": [{"name": {"en": "A"}}]}, "code"),
        ({"checklist": [{"code": "a", "name": {"en": "A"}}] * 2}, "twice"),
        ({"audience": {"roles": ["king"]}}, "king"),
        ({"audience": {"towns": []}}, "towns"),
        ({"audience": {"org_types": [3]}}, "org_types"),
        ({"arises": True}, "audience"),
        (
            {
                "arises": True,
                "audience": {"roles": ["agent"]},
                "fields": [{**FIELD, "required": True}],
            },
            "when",
        ),
    ],
)
def test_a_wrong_row_is_refused_by_what_is_wrong_with_it(change: dict, word: str):
    assert kind_from(ROW).code == "tuning"
    with pytest.raises(InvalidInput, match=re.escape(word)):
        kind_from({**ROW, **change})


def test_every_shipped_kind_says_where_it_comes_from_in_both_languages():
    assert {pack for pack, _row in shipped()} >= {"lubricant", "software", "equipment"}
    for pack, row in shipped():
        kind = kind_from(row)
        assert kind.source, (pack, kind.code)
        words = [kind.name, *(field.label for field in fields_of(kind))]
        assert all({"en", "zh-hans"} <= set(one) for one in words), (pack, kind.code)


def test_every_promise_for_a_request_names_one_that_can_be_asked_for():
    for pack in packs.PACKS:
        whole = packs.read_pack(pack)
        codes = {row["code"] for row in whole.get("requests", [])}
        for rule in whole["promises"]:
            assert set(rule.get("applies", {}).get("request", [])) <= codes, rule
            assert Duration.of(rule["duration"])


# A form drawn from any row reads back what was written into it


@pytest.fixture
def desk(db):
    company = make_company("RH", "Runhua", pack="lubricant")
    unit = make_unit(company, "RH-SV", "Desk")
    return SimpleNamespace(unit=unit, zhao=make_user(unit, "zhao", "clerk"))


names = st.from_regex(r"[a-z][a-z0-9_]{0,10}x", fullmatch=True)
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40
)
moments = st.integers(-2_000_000_000, 7_000_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
WRITTEN = {
    FieldType.LINE: texts,
    FieldType.TEXT: texts,
    FieldType.DATE: st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(str),
    FieldType.DATETIME: moments.map(lambda moment: moment.isoformat()),
    FieldType.NUMBER: st.decimals(-(10**14), 10**14, places=4).map(lambda one: f"{one:f}"),
    FieldType.MONEY: st.decimals(0, 10**9, places=2).map(lambda one: f"{one:f}"),
    FieldType.CHOICE: st.sampled_from(["a", "b"]),
    FieldType.PERSON: st.just("zhao"),
}
CHOICES = [{"code": code, "name": {"en": code.upper()}} for code in "ab"]


@st.composite
def rows_with_values(draw) -> tuple[RequestKind, dict[str, str]]:
    """Any row of a pack, and a text for each of its fields."""
    fields, values = [], {}
    for name in draw(st.lists(names, unique=True, max_size=6)):
        kind = draw(st.sampled_from(sorted(WRITTEN)))
        more = {"choices": CHOICES} if kind == FieldType.CHOICE else {}
        needed = draw(st.sampled_from([True, False, "finish"]))
        fields.append(
            {"name": name, "label": {"en": name}, "type": kind, "required": needed, **more}
        )
        values[name] = draw(WRITTEN[FieldType(kind)])
    return kind_from({"code": "any", "name": {"en": "Any"}, "fields": fields}), values


@pytest.mark.django_db
def test_any_row_makes_a_form_that_reads_back_what_was_written(desk):
    filling = Filling(desk.zhao, desk.unit)

    @given(rows_with_values())
    def check(drawn: tuple[RequestKind, dict[str, str]]) -> None:
        kind, texts_by_name = drawn
        known = {
            field.name: read_value(field, texts_by_name[field.name], filling)
            for field in fields_of(kind)
        }
        for field in fields_of(kind):
            again = read_value(field, as_text(field, known[field.name]), filling)
            assert again == known[field.name]
        shown = form_of(kind, filling, known)
        sent = {name: written(shown[name]) for name in known}
        form = form_of(kind, filling, known, {**sent, "unit": desk.unit.code, "route": "phone"})
        form.fields.pop("request_kind")  # a row of the database, which a drawn kind is not
        assert form.is_valid(), form.errors
        texts_sent = {one.name: one.value for one in form.values()["values"]}
        for field in fields_of(kind):
            assert read_value(field, texts_sent[field.name], filling) == known[field.name]

    with timezone.override("UTC"):
        check()


def form_of(kind: RequestKind, filling: Filling, known: dict, sent: dict | None = None):
    return RequestForm(
        request_service, None, filling.by, kind=kind, filling=filling, known=known, data=sent
    )


def written(bound: BoundField) -> str:
    """What the browser would send back of a field nobody touched."""
    shown = bound.field.widget.format_value(bound.field.prepare_value(bound.value()))
    return "".join(shown) if isinstance(shown, list) else str(shown)
