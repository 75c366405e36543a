"""``kept openapi``: what the API takes and answers, for other programs."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from kept.web.api import document_text


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def openapi(file: Path | None) -> None:
    """Print the OpenAPI document of the REST API, or write it to FILE."""
    if file is None:
        click.echo(document_text(), nl=False)
        return
    file.write_text(document_text(), encoding="utf-8")
    click.echo(_("Written: {file}").format(file=file))
