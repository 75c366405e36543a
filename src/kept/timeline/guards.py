"""Triggers for rows that may change in one way only: words may be erased, files never move on.

Entries, seals and clock events are guarded by ``kit.append_only``; these two need a condition.
"""

from typing import Any

from django.db import migrations

from kept.kit.append_only import MESSAGE

#: The one change words allow: the text and its salt go, the rule and the moment come.
IS_ERASING = (
    "NEW.text = '' AND NEW.salt = '' AND NEW.erased_under <> '' AND NEW.erased_at IS NOT NULL"
    " AND OLD.erased_at IS NULL AND NEW.id = OLD.id AND NEW.entry_id = OLD.entry_id"
    " AND NEW.name = OLD.name"
)
IS_USED = "OLD.thread_id IS NOT NULL"

#: (table, verb, when it is refused)
GUARDS = (
    ("timeline_entrytext", "DELETE", ""),
    ("timeline_entrytext", "UPDATE", f"NOT ({IS_ERASING})"),
    ("timeline_attachment", "DELETE", IS_USED),
    ("timeline_attachment", "UPDATE", IS_USED),
)


def guard_words_and_files() -> migrations.RunPython:
    """A migration step that puts these triggers; repeat it after a rebuild of the tables."""
    return migrations.RunPython(_put, migrations.RunPython.noop)


def lift_guards(table: str) -> migrations.RunPython:
    """A migration step that takes the triggers of a table away, before its rows are rewritten."""

    def lift(apps: Any, editor: Any) -> None:
        for guarded, verb, _condition in GUARDS:
            if guarded == table:
                editor.execute(_without(table, verb, editor.connection.vendor), params=None)

    return migrations.RunPython(lift, migrations.RunPython.noop)


def put_guards(table: str) -> migrations.RunPython:
    """A migration step that puts the triggers of a table back."""

    def put(apps: Any, editor: Any) -> None:
        for guarded, verb, condition in GUARDS:
            if guarded == table:
                for statement in statements(table, verb, condition, editor.connection.vendor):
                    editor.execute(statement, params=None)

    return migrations.RunPython(put, migrations.RunPython.noop)


def _without(table: str, verb: str, vendor: str) -> str:
    where = f" ON {table}" if vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}{where}"


def _put(apps: Any, editor: Any) -> None:
    for table, verb, condition in GUARDS:
        for statement in statements(table, verb, condition, editor.connection.vendor):
            editor.execute(statement, params=None)


def statements(table: str, verb: str, condition: str, vendor: str) -> list[str]:
    """The SQL that refuses a verb on a table, always or when a condition holds."""
    name = f"{table}_no_{verb.lower()}"
    when = f" WHEN ({condition})" if condition else ""
    if vendor == "postgresql":
        return [
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$"
            f" BEGIN RAISE EXCEPTION '{MESSAGE}: {table}'; END $$ LANGUAGE plpgsql",
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {table}"
            f" FOR EACH ROW{when} EXECUTE FUNCTION {table}_refuse()",
        ]
    return [
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{when}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END"
    ]
