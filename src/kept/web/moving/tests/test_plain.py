"""Values come out of either database the same, and go into either as Django would write them."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection, models

from kept.kit.refusal import Refused
from kept.search.models import TokensField
from kept.web.moving import plain
from kept.web.moving.plain import NoForm, form_of, plain_json, plain_tokens, tokens_of_vector
from kept.web.moving.stores import converted
from kept.web.moving.tables import Column, Table, latest_state, models_at, tables_of

KINDS = {
    "moment": (models.DateTimeField(), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
    "small moment": (models.DateTimeField(), datetime(2026, 1, 2, 3, 4, 5, 70, tzinfo=UTC)),
    "day": (models.DateField(), date(2026, 2, 28)),
    "time": (models.TimeField(), time(8, 30)),
    "while": (models.DurationField(), timedelta(days=-3, microseconds=7)),
    "money": (models.DecimalField(max_digits=12, decimal_places=2), Decimal("1234567.10")),
    "truth": (models.BooleanField(), False),
    "number": (models.BigIntegerField(), 2**53),
    "float": (models.FloatField(), 0.1),
    "text": (models.TextField(), "漏油\t\\N\n“\u2028”"),
    "empty": (models.CharField(max_length=3), ""),
    "uuid": (models.UUIDField(), uuid.UUID(int=7)),
    "bytes": (models.BinaryField(), b"\x00\xff"),
    "json": (models.JSONField(), {"b": [1, 1.5, None, True], "a": "漏 \\u0000"}),
    "null in json": (models.JSONField(), None),
    "large float": (models.JSONField(), [1e300, 1e16, 1e-9]),
    "tokens": (TokensField(), ["c漏油", "wseal", "c漏油"]),
}


@pytest.fixture
def column(db, request):
    """A table of one column of a kind, on the database of the test."""
    field, _value = KINDS[request.param]
    field.set_attributes_from_name("value")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE carried (value {field.db_type(connection)})")
        yield request.param, field, cursor
        cursor.execute("DROP TABLE carried")


@pytest.mark.parametrize("column", KINDS, indirect=True)
def test_a_value_is_read_plain_and_written_as_it_was(column):
    """What Django wrote is read, turned into the plain form and back, and reads the same."""
    name, field, cursor = column
    value = KINDS[name][1]
    form, vendor = form_of(field), connection.vendor
    written = "null" if name == "null in json" else field.get_db_prep_save(value, connection)
    place = "%s::tsvector" if field.db_type(connection) == "tsvector" else "%s"
    cursor.execute(f"INSERT INTO carried VALUES ({place})", [written])
    first = _read(cursor, form, vendor)
    cursor.execute("DELETE FROM carried")
    back = form.to_sqlite(first) if vendor == "sqlite" else form.to_postgresql(first)
    if vendor == "sqlite":
        cursor.execute("INSERT INTO carried VALUES (%s)", [back])
    else:
        with cursor.copy("COPY carried FROM STDIN") as copy:
            copy.write_row([back])
    assert _read(cursor, form, vendor) == first
    assert first == PLAIN[name]


def _read(cursor, form, vendor):
    if vendor == "sqlite":
        # An expression, so that Django's own readers of columns do not come in between.
        cursor.execute("SELECT CASE WHEN 1 THEN value END FROM carried")
        return form.from_sqlite(cursor.fetchone()[0])
    asked = form.asked.format(column="value")
    with cursor.copy(f"COPY (SELECT {asked} FROM carried) TO STDOUT") as copy:
        ((value,),) = list(copy.rows())
    return form.from_postgresql(value)


#: The plain form of each: the same whichever database the test runs on.
PLAIN = {
    "moment": "2026-01-02 03:04:05.000000",
    "small moment": "2026-01-02 03:04:05.000070",
    "day": "2026-02-28",
    "time": "08:30:00.000000",
    "while": -259_199_999_993,
    "money": "1234567.10",
    "truth": False,
    "number": 2**53,
    "float": 0.1,
    "text": "漏油\t\\N\n“\u2028”",
    "empty": "",
    "uuid": "00000000000000000000000000000007",
    "bytes": "AP8=",
    "json": '{"a":"漏 \\\\u0000","b":[1,1.5,null,true]}',
    "null in json": "null",
    "large float": f"[{10**300},{10**16},1e-09]",
    "tokens": ["c漏油", "wseal", "c漏油"],
}


def test_tokens_postgresql_forgets_are_gaps_on_both_sides():
    listed = ["wx"] * 300 + ["wend", *["wx"] * 5]
    vector = " ".join(f"'wx':{at}" for at in range(1, 257)) + " 'wend':301 'c漏'"
    expected = ["wx"] * 256 + [""] * 44 + ["wend"]
    assert plain_tokens(" ".join(listed)) == expected
    assert tokens_of_vector("'wend':301 'wx':" + ",".join(map(str, range(1, 257)))) == expected
    assert tokens_of_vector(vector) == expected
    on_sqlite = plain.TOKENS.to_sqlite(expected)
    assert plain_tokens(on_sqlite) == expected and len(on_sqlite.split()) == 301
    on_postgresql = plain.TOKENS.to_postgresql(expected)
    assert "'wend':301" in on_postgresql and f"'{plain.GAP}'" not in on_postgresql


def test_half_a_surrogate_in_json_stays_the_escape_it_was():
    assert plain_json('{"a": "\\ud800"}') == '{"a":"\\ud800"}'


@pytest.mark.parametrize(
    ("field", "value"),
    [(models.TextField(), "a\0b"), (models.JSONField(), '{"a":"\\u0000"}')],
)
def test_nul_is_refused_by_name_where_the_other_database_cannot_keep_it(field, value):
    form = form_of(field)
    table = Table("parties_account", (Column("id", plain.NUMBER), Column("name", form)), KEY)
    rows = converted(table, [plain.NUMBER.to_postgresql, form.to_postgresql], [(7, value)])
    with pytest.raises(Refused) as refused:
        list(rows)
    assert "parties_account, row 7" in str(refused.value) and "name" in str(refused.value)


KEY = Column("id", plain.NUMBER)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("moment", 12), ("number", "many"), ("text", b"bytes"), ("truth", 0.5), ("json", "{")],
)
def test_a_value_of_another_kind_in_sqlites_loose_columns_is_named(kind, value):
    form = form_of(KINDS[kind][0])
    table = Table("cases_case", (KEY, Column("value", form)), KEY)
    with pytest.raises(Refused) as refused:
        list(converted(table, [plain.NUMBER.from_sqlite, form.from_sqlite], [(3, value)]))
    assert "cases_case, row 3" in str(refused.value)


@pytest.mark.req("SX.16", part="every table is carried, those of new models too")
def test_every_table_of_every_model_has_a_form_for_every_column():
    carried = {table.name: table.names for table in tables_of(apps)}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label_lower not in {"sessions.session", "timeline.lease", "people.presence"}:
            columns = [field.column for field in model._meta.concrete_fields]
            assert carried.pop(model._meta.db_table) == columns
    assert carried == {}


def test_the_models_of_the_migrations_are_those_of_the_code():
    then = {table.name: set(table.names) for table in tables_of(models_at(latest_state()))}
    assert then == {table.name: set(table.names) for table in tables_of(apps)}


def test_a_kind_of_column_nobody_knows_is_named():
    class Odd(models.Field):
        pass

    with pytest.raises(NoForm):
        form_of(Odd())


def test_what_a_newer_version_made_is_not_guessed_at():
    with pytest.raises(Refused, match=r"newer version of Kept \(it has “cases.9999_future”\)"):
        models_at([*latest_state(), ("cases", "9999_future")])
