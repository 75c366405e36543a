"""The index proper, in the words of either database.

SQLite: an FTS5 table over the stored tokens (external content), kept in step by triggers. A later
migration that rebuilds ``search_document`` drops the triggers with it: ``unmake`` before it and
``make`` after it. PostgreSQL: a GIN index over the tsvector.
"""

from typing import Any

_PUT = "INSERT INTO search_tokens (rowid, tokens) VALUES (new.id, new.tokens);"
_TAKE = (
    "INSERT INTO search_tokens (search_tokens, rowid, tokens)"
    " VALUES ('delete', old.id, old.tokens);"
)
_TRIGGERS = {
    "search_document_put": f"AFTER INSERT ON search_document BEGIN {_PUT} END",
    "search_document_taken": f"AFTER DELETE ON search_document BEGIN {_TAKE} END",
    "search_document_changed": (
        f"AFTER UPDATE OF id, tokens ON search_document BEGIN {_TAKE} {_PUT} END"
    ),
}
_MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_tokens USING fts5(tokens, content='search_document',"
        " content_rowid='id', tokenize='ascii', prefix='2 3')",
        *(f"CREATE TRIGGER {name} {event}" for name, event in _TRIGGERS.items()),
        "INSERT INTO search_tokens (search_tokens) VALUES ('rebuild')",
    ],
    "postgresql": [
        "CREATE INDEX search_document_tokens ON search_document USING gin (tokens)",
    ],
}
_UNMAKE = {
    "sqlite": [
        *(f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS),
        "DROP TABLE IF EXISTS search_tokens",
    ],
    "postgresql": ["DROP INDEX IF EXISTS search_document_tokens"],
}


def make(apps: Any, schema_editor: Any) -> None:
    """Make the index and fill it from the rows that are there; for RunPython."""
    for statement in _MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(apps: Any, schema_editor: Any) -> None:
    for statement in _UNMAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
