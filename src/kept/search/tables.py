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


# The same for a span of rows (without a lower end the order of keys is of no use, and may not be
# used), and for the threads somebody sees. Always planned for the very words
# asked for, since one is everywhere and another nowhere: EXECUTE does that in every version.
_ALWAYS_BY_INDEX = """
    LANGUAGE plpgsql STABLE ROWS 1000
    SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off"""
# What is new waits in a list that every search reads and a writer some time clears: a short one
# holds neither up for long.
_PENDING = "ALTER INDEX search_document_tokens SET (gin_pending_list_limit = 512)"
_FOUND_BY_SPAN = [
    _PENDING,
    "DROP FUNCTION IF EXISTS search_found(tsquery)",
    f"""CREATE FUNCTION search_found(wanted tsquery, above bigint, below bigint)
    RETURNS SETOF bigint {_ALWAYS_BY_INDEX} AS $$ BEGIN
        IF above = 0 THEN
            RETURN QUERY EXECUTE 'SELECT id FROM search_document
                WHERE tokens @@ $1 AND id + 0 < $2' USING wanted, below;
        ELSE
            RETURN QUERY EXECUTE 'SELECT id FROM search_document
                WHERE tokens @@ $1 AND id > $2 AND id < $3' USING wanted, above, below;
        END IF;
    END $$""",
    f"""CREATE FUNCTION search_some(wanted tsquery[], most integer)
    RETURNS TABLE (place integer, documents bigint[]) {_ALWAYS_BY_INDEX} AS $$ BEGIN
        FOR n IN 1 .. cardinality(wanted) LOOP
            RETURN QUERY SELECT n, ARRAY(SELECT d.id FROM search_document d
                WHERE d.tokens @@ wanted[n] LIMIT most);
        END LOOP;
    END $$""",
    f"""CREATE FUNCTION search_found_among(wanted tsquery, threads bigint[], below bigint)
    RETURNS SETOF bigint {_ALWAYS_BY_INDEX} AS $$ BEGIN
        RETURN QUERY EXECUTE 'SELECT id FROM search_document
            WHERE tokens @@ $1 AND thread_id = ANY ($2) AND id < $3' USING wanted, threads, below;
    END $$""",
]
_NOT_BY_SPAN = [
    "ALTER INDEX search_document_tokens RESET (gin_pending_list_limit)",
    "DROP FUNCTION IF EXISTS search_some(tsquery[], integer)",
    "DROP FUNCTION IF EXISTS search_found_among(tsquery, bigint[], bigint)",
    "DROP FUNCTION IF EXISTS search_found(tsquery, bigint, bigint)",
    _FOUND,
]
_SINGLE_CHARACTERS = """
    UPDATE search_document SET tokens = tokens || (
        SELECT coalesce(array_to_tsvector(array_agg(DISTINCT left(lexeme, 2))), ''::tsvector)
        FROM unnest(tokens) WHERE lexeme ~ '^[cd]..$')"""


def token_index() -> migrations.RunPython:
    """A migration step that makes the index and fills it from the rows that are there.

    SQLite: an FTS5 table over the stored tokens (external content), kept in step by triggers.
    PostgreSQL: a GIN index over the tsvector, and a function that always uses it. A later migration
    that rebuilds ``search_document`` on SQLite drops the triggers: it reverses this step before and
    repeats it after.
    """
    return migrations.RunPython(make, unmake)


def found_in_spans() -> migrations.RunPython:
    """A migration step that lets PostgreSQL look through a span of rows, or the threads of one
    person, instead of all of them.
    """
    return migrations.RunPython(_on_postgresql(_FOUND_BY_SPAN), _on_postgresql(_NOT_BY_SPAN))


def single_characters() -> migrations.RunPython:
    """A migration step that gives rows written before their single characters as tokens."""
    return migrations.RunPython(_on_postgresql([_SINGLE_CHARACTERS]), migrations.RunPython.noop)


def _on_postgresql(statements: list[str]) -> Any:
    def run(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            _run({"postgresql": statements}, editor)

    return run


def make(apps: Any, editor: Any) -> None:
    _run(_MAKE, editor)


def unmake(apps: Any, editor: Any) -> None:
    _run(_UNMAKE, editor)


def _run(statements: dict[str, list[str]], editor: Any) -> None:
    for statement in statements[editor.connection.vendor]:
        editor.execute(statement, params=None)
