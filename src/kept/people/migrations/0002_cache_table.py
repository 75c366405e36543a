"""The table behind the cache: throttles of sign-in count in it, so it must be there from the start."""

from typing import Any

from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps: Any, editor: Any) -> None:
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop)]
