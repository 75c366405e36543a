"""What a person holds just now: asked at every request, so read with the person themselves."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL

from kept.kit.prepared import Given

#: Current grants; and everybody the person stands in for, whose desk they see but whose rights they
#: do not get. Through the ORM this union takes six times as long.
_HELD = """
    SELECT g.scope_id AS scope, r.rights AS rights, r.company_id AS company, s.kind AS kind,
        r.needs_second_factor AS needs, p.path AS path
    FROM people_grant g
    JOIN people_role r ON r.id = g.role_id
    JOIN people_scope s ON s.id = g.scope_id
    LEFT JOIN people_unit p ON p.scope_id = g.scope_id
    WHERE g.user_id = people_user.id AND (g.until IS NULL OR g.until > %s)
    UNION ALL
    SELECT u.scope_id, '[]', u.company_id, 'person', FALSE, NULL
    FROM people_absence a
    JOIN people_user u ON u.id = a.user_id
    WHERE a.deputy_id = people_user.id AND a.start_at <= %s AND a.end_at > %s
        AND a.ended_at IS NULL
"""
_ROW = "h.scope, h.rights, h.company, h.kind, h.needs, h.path"
_AS_JSON = {
    "postgresql": f"(SELECT json_agg(json_build_array({_ROW})) FROM ({_HELD}) h)::jsonb",
    "sqlite": f"(SELECT json_group_array(json_array({_ROW})) FROM ({_HELD}) h)",
}


class Held(NamedTuple):
    """One current grant, as much of it as deciding needs; ``kind`` is the kind of its scope,
    ``path`` that of the unit it is for.
    """

    scope: int
    rights: frozenset[str]
    company: int
    kind: str
    needs_second_factor: bool
    path: str


def with_held(people: QuerySet, now: datetime | Given) -> QuerySet:
    """People with everything they hold at a moment in ``held_rows``, in the same query."""
    moment = now if isinstance(now, Given) else connection.ops.adapt_datetimefield_value(now)
    rows = RawSQL(_AS_JSON[connection.vendor], [moment] * 3, output_field=JSONField())
    return people.annotate(held_rows=rows)


def held_in(rows: list[list[Any]] | None) -> list[Held]:
    """What stands in ``held_rows``."""
    return [
        Held(scope, frozenset(_list(rights)), company, kind, bool(needs), path or "")
        for scope, rights, company, kind, needs, path in rows or ()
    ]


def _list(rights: str | list[str]) -> list[str]:
    return json.loads(rights) if isinstance(rights, str) else rights
