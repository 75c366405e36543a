"""Tables that only grow: the database itself refuses to change or delete their rows."""

from typing import Any

from django.db import migrations

MESSAGE = "this table is append-only"


def append_only(table: str) -> migrations.RunPython:
    """A migration step that puts triggers on a table against UPDATE and DELETE (SX.05).

    A later migration that rebuilds the table on SQLite drops them and must repeat this step; a test
    looks for the triggers after all migrations.
    """

    def put(apps: Any, editor: Any) -> None:
        for statement in statements(table, editor.connection.vendor):
            editor.execute(statement, params=None)

    return migrations.RunPython(put, migrations.RunPython.noop)


def statements(table: str, vendor: str) -> list[str]:
    """The SQL that guards a table."""
    if vendor == "postgresql":
        return [
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$"
            f" BEGIN RAISE EXCEPTION '{MESSAGE}: {table}'; END $$ LANGUAGE plpgsql",
            f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END"
        for verb in ("UPDATE", "DELETE")
    ]
