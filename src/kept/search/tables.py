"""The index proper, in the words of either database."""

from typing import Any

from django.db import migrations

_PUT = "INSERT INTO search_tokens (rowid, tokens) VALUES (new.id, new.tokens);"
_TAKE = (
    "INSERT INTO search_tokens (search_tokens, rowid, tokens)"
    " VALUES ('delete', old.id, old.tokens);"
)
TRIGGERS = {
    "search_document_put": f"AFTER INSERT ON search_document BEGIN {_PUT} END",
    "search_document_taken": f"AFTER DELETE ON search_document BEGIN {_TAKE} END",
    "search_document_changed": (
        f"AFTER UPDATE OF id, tokens ON search_document BEGIN {_TAKE} {_PUT} END"
    ),
}
# The planner guesses how many rows hold a token and, guessing wrong, reads the whole table.
_FOUND = """
    CREATE FUNCTION search_found(wanted tsquery) RETURNS SETOF bigint
    LANGUAGE sql STABLE ROWS 1000
    SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off
    AS 'SELECT id FROM search_document WHERE tokens @@ wanted'"""
_MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_tokens USING fts5(tokens, content='search_document',"
        " content_rowid='id', tokenize='ascii', prefix='2 3')",
        *(f"CREATE TRIGGER {name} {event}" for name, event in TRIGGERS.items()),
        "INSERT INTO search_tokens (search_tokens) VALUES ('rebuild')",
    ],
    "postgresql": [
        "CREATE INDEX search_document_tokens ON search_document USING gin (tokens)",
        _FOUND,
    ],
}
_UNMAKE = {
    "sqlite": [
        *(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS),
        "DROP TABLE IF EXISTS search_tokens",
    ],
    "postgresql": [
        "DROP FUNCTION IF EXISTS search_found(tsquery)",
        "DROP INDEX IF EXISTS search_document_tokens",
    ],
}


def token_index() -> migrations.RunPython:
    """A migration step that makes the index and fills it from the rows that are there.

    SQLite: an FTS5 table over the stored tokens (external content), kept in step by triggers.
    PostgreSQL: a GIN index over the tsvector, and a function that always uses it. A later migration
    that rebuilds ``search_document`` on SQLite drops the triggers: it reverses this step before and
    repeats it after.
    """
    return migrations.RunPython(make, unmake)


def make(apps: Any, editor: Any) -> None:
    _run(_MAKE, editor)


def unmake(apps: Any, editor: Any) -> None:
    _run(_UNMAKE, editor)


def _run(statements: dict[str, list[str]], editor: Any) -> None:
    for statement in statements[editor.connection.vendor]:
        editor.execute(statement, params=None)
