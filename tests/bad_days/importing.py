"""Brings a table of customers in, and tells on standard output after each batch that it is in."""

import sys
from pathlib import Path

import click
import django

django.setup()

from kept.kit.importing.kinds import kind_named  # noqa: E402
from kept.kit.importing.running import import_file  # noqa: E402
from kept.people.models import Unit, User  # noqa: E402


def main(path: str, unit: str) -> None:
    import_file(
        kind_named("accounts"),
        Path(path),
        unit=Unit.objects.get(code=unit),
        by=User.objects.system(),
        progress=lambda rows, done, size: click.echo(rows),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
