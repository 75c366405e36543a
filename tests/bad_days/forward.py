"""A database as the first version left it, with data, brought up to today; prints what is there.

Argument: ``first`` to leave it there.
"""

import json
import sys

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.db import DatabaseError, connection, transaction  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.utils import timezone  # noqa: E402

GUARDS = "0002_append_only"
"""Triggers are part of the first version where a module has them."""
SHIPPED_FIRST = {
    "people", "timeline", "search", "promises", "approvals", "parties", "products", "cases",
    "knowledge",
}  # fmt: skip


def first_version() -> list[tuple[str, str]]:
    """The last migration each module had when it was shipped first, and what those need."""
    graph = MigrationExecutor(connection).loader.graph
    first = [
        (label, GUARDS if (label, GUARDS) in graph.nodes else name)
        for label, name in graph.nodes
        if name == "0001_initial" and label in SHIPPED_FIRST
    ]
    needed = [node for one in first for node in graph.forwards_plan(one)]
    return list({label: (label, name) for label, name in sorted(needed)}.values())


def fill(old) -> None:
    """A company, a person, a customer and a case with one line of history, in the old tables."""

    def make(label: str, **values):
        return old.get_model(label).objects.create(**values)

    now = timezone.now()
    scopes = [make("people.Scope", kind=kind) for kind in ("unit", "person", "account")]
    name = {"en": "Old works"}
    unit = make("people.Unit", code="OW", name=name, kind="company", path="/1/", scope=scopes[0])
    unit.company = unit
    unit.save()
    lin = make("people.User", username="lin", name="Lin", unit=unit, company=unit, scope=scopes[1])
    threads = [
        make("timeline.Thread", kind=kind, unit=unit, company=unit, created_at=now)
        for kind in ("account", "case")
    ]
    account = make(
        "parties.Account", number="OW-A26-000001", name="Peng & Sons", roles=["customer"],
        company=unit, unit=unit, scope=scopes[2], thread=threads[0],
    )  # fmt: skip
    make("parties.Contact", account=account, name="Peng")
    make(
        "cases.Case", number="OW-C26-000001", summary="油封漏油", route="phone", company=unit,
        unit=unit, origin=unit, account=account, owner=lin, handler=lin, received_at=now,
        thread=threads[1],
    )  # fmt: skip
    make(
        "timeline.Entry", thread=threads[1], seq=1, event="case.opened", body="{}", hash="0" * 64,
        by=lin, happened_at=now, recorded_at=now,
    )  # fmt: skip


def counted() -> dict[str, int]:
    labels = ("people.Unit", "people.User", "parties.Account", "parties.Contact", "cases.Case",
              "timeline.Entry")  # fmt: skip
    return {label: apps.get_model(label)._base_manager.count() for label in labels}


def entries_are_guarded() -> bool:
    try:
        with transaction.atomic():
            apps.get_model("timeline.Entry").objects.update(body="changed")
    except DatabaseError:
        return True
    return False


executor = MigrationExecutor(connection)
executor.migrate(first_version())
fill(MigrationExecutor(connection).loader.project_state(first_version()).apps)
if sys.argv[1:] == ["first"]:
    sys.stdout.write(json.dumps({"filled": True}))
    sys.exit()
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
case = apps.get_model("cases.Case").objects.get()
leaves = executor.loader.graph.leaf_nodes()
found = {
    "counted": counted(),
    "case": [case.number, case.summary, case.account.name, case.owner.name],
    "guarded": entries_are_guarded(),
    "left": len(MigrationExecutor(connection).migration_plan(leaves)),
}
sys.stdout.write(json.dumps(found))
