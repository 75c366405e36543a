"""Getting the database ready before anything serves: tables as this version needs them."""

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from kept.people.models import Unit


def prepare(
    say: Callable[[str], None] = lambda text: None, *, before: Callable[[], None] = lambda: None
) -> bool:
    """Bring the tables up to date; says whether there was anything to do. ``before`` is called
    first when there is.
    """
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    before()
    say(_("Preparing the database …"))
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    return True


def is_prepared() -> bool:
    """Whether the tables are there at all; a cheap look."""
    return Unit._meta.db_table in connection.introspection.table_names()
