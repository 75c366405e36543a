"""PostgreSQL as a store: read by COPY at one moment, filled by COPY in one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from kept.kit.outage import CLOSED_STATE
from kept.kit.refusal import Refused
from kept.web.moving.stores import CLOSED, HEADS, Heads, Row, converted, heads_of, listed, quoted
from kept.web.moving.tables import Column, Node, Table

PATIENCE = "60s"
TRIGGER = "kept_closed"
_REFUSE = f"""
    CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{CLOSED}' USING ERRCODE = '{CLOSED_STATE}'; END $$"""
_RELATIONS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_CLOSED = f"SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = '{TRIGGER}'"


class PostgresqlStore:
    """One PostgreSQL database, known by Django's settings of it."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self._connection: psycopg.Connection | None = None

    @property
    def connection(self) -> psycopg.Connection:
        if self._connection is None:
            known = self.settings
            parameters = {
                "dbname": known["NAME"],
                "user": known["USER"],
                "password": known["PASSWORD"],
                "host": known["HOST"],
                "port": known["PORT"],
                **known["OPTIONS"],
            }
            parameters.pop("server_side_binding", None)  # Django's own
            self._connection = psycopg.connect(
                **{name: value for name, value in parameters.items() if value}, autocommit=True
            )
            self._connection.execute("SET TIME ZONE 'UTC'")
        return self._connection

    def leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def exists(self) -> bool:
        return bool(self.table_names())

    def table_names(self) -> set[str]:
        return {name for (name,) in self._all(_TABLES)}

    def state(self) -> list[Node]:
        if "django_migrations" not in self.table_names():
            return []
        return sorted(
            (app, name) for app, name in self._all("SELECT app, name FROM django_migrations")
        )

    def has_rows(self, table: str, condition: str = "") -> bool:
        where = f" WHERE {condition}" if condition else ""
        return bool(self._all(f"SELECT 1 FROM {quoted(table)}{where} LIMIT 1"))

    @contextmanager
    def reading(self) -> Iterator[None]:
        self._run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            self._all("SELECT 1")
            yield
        finally:
            self._run("ROLLBACK")

    def rows(self, table: Table) -> Iterator[Row]:
        asked = ", ".join(one.form.asked.format(column=quoted(one.name)) for one in table.columns)
        query = f"SELECT {asked} FROM {quoted(table.name)} ORDER BY {_order(table.key)}"
        with (
            closing(self.connection.cursor()) as cursor,
            cursor.copy(f"COPY ({query}) TO STDOUT") as copy,
        ):
            forms = [one.form.from_postgresql for one in table.columns]
            yield from converted(table, forms, copy.rows())

    def last_key(self, table: Table) -> int | None:
        if (sequence := self._sequence(table)) is None:
            return None
        return self._all(f"SELECT CASE WHEN is_called THEN last_value END FROM {sequence}")[0][0]

    def _sequence(self, table: Table) -> str | None:
        where = "SELECT pg_get_serial_sequence(%s, %s)"
        return self._all(where, quoted(table.name), table.key.name)[0][0]

    def heads(self) -> Heads:
        with closing(psycopg.ServerCursor(self.connection, "heads")) as cursor:
            cursor.itersize = 5_000
            cursor.execute(HEADS)
            return heads_of(cursor)

    @contextmanager
    def filling(self, tables: Sequence[Table]) -> Iterator[None]:
        """Relations are put aside: proving them once at the end is many times as fast."""
        with self.connection.transaction():
            relations = self._all(_RELATIONS)
            for table, name, _definition in relations:
                self._run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            self._run(f"TRUNCATE {', '.join(quoted(table.name) for table in tables)}")
            self._relations = relations
            yield
        for table in tables:
            self._run(f"ANALYZE {quoted(table.name)}")

    def put(self, table: Table, rows: Iterable[Row], last_key: int | None) -> None:
        copying = f"COPY {quoted(table.name)} ({listed(table.columns)}) FROM STDIN"
        try:
            with (
                closing(self.connection.cursor()) as cursor,
                cursor.copy(copying) as copy,
            ):
                forms = [one.form.to_postgresql for one in table.columns]
                for row in converted(table, forms, rows):
                    copy.write_row(row)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            raise Refused(
                _("{table}: PostgreSQL does not take it ({why}). Mend it first."),
                table=table.name,
                why=f"{error.diag.message_primary}; {error.diag.context}",
            ) from None
        self._count_on(table, last_key)

    def _count_on(self, table: Table, last_key: int | None) -> None:
        """New keys come after all that were ever given."""
        if (sequence := self._sequence(table)) is None:
            return
        highest = f"SELECT max({quoted(table.key.name)}) FROM {quoted(table.name)}"
        if last := max(last_key or 0, self._all(highest)[0][0] or 0):
            self._all("SELECT setval(%s, %s)", sequence, last)

    def check_relations(self) -> None:
        for table, name, definition in self._relations:
            try:
                self._run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            except psycopg.IntegrityError as error:
                raise Refused(
                    _("{table}: a row points at one that is not there ({why})."),
                    table=table,
                    why=error.diag.message_detail or error.diag.message_primary,
                ) from None

    def drop_everything(self) -> None:
        """Take away the tables and functions of an installation that was only prepared."""
        with self.connection.transaction():
            for table in self.table_names():
                self._run(f"DROP TABLE IF EXISTS {quoted(table)} CASCADE")
            for name in self._own_functions():
                self._run(f"DROP FUNCTION {name}")

    def _own_functions(self) -> list[str]:
        found = self._all(
            "SELECT proname, oid::regprocedure::text FROM pg_proc"
            " WHERE pronamespace = current_schema()::regnamespace"
        )
        labels = tuple(f"{app.label}_" for app in apps.get_app_configs())
        return [called for name, called in found if name.startswith((*labels, TRIGGER))]

    def close_writing(self, tables: Sequence[Table]) -> None:
        """Whoever is writing ends first; from then on every table refuses."""
        with self.connection.transaction():
            self._run(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            self._run(_REFUSE)
            for table in tables:
                self._run(
                    f"CREATE OR REPLACE TRIGGER {TRIGGER} BEFORE INSERT OR UPDATE OR DELETE"
                    f" ON {quoted(table.name)} FOR EACH STATEMENT EXECUTE FUNCTION {TRIGGER}()"
                )

    def open_writing(self) -> bool:
        """Let it be written again; whether it was closed."""
        closed = self._all(_CLOSED)
        with self.connection.transaction():
            for (table,) in closed:
                self._run(f"DROP TRIGGER {TRIGGER} ON {table}")
            self._run(f"DROP FUNCTION IF EXISTS {TRIGGER}()")
        return bool(closed)

    def is_closed(self) -> bool:
        return bool(self._all(_CLOSED))

    def _run(self, statement: str) -> None:
        self.connection.execute(statement)

    def _all(self, query: str, *values: Any) -> list[tuple]:
        return self.connection.execute(query, values or None).fetchall()


def _order(key: Column) -> str:
    return f'{quoted(key.name)} COLLATE "C"' if key.is_text else quoted(key.name)
