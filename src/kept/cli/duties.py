"""``kept duties``: what comes back period after period, made now."""

import click
from django.utils.translation import ngettext

from kept.cli.asking import require_database, say
from kept.promises import duties
from kept.web.worker import business_time


@click.command()
def make_duties() -> None:
    """Make the duties of the next weeks now, and say how many.

    The worker does so every hour; running it again, or beside the worker, makes nothing twice.
    """
    require_database()
    with business_time():
        count = duties.generate()
    say(ngettext("{n} duty was made.", "{n} duties were made.", count).format(n=count))
