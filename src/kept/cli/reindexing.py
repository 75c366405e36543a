"""``kept reindex``: everything found by what it is, while people go on working."""

import sys

import click
from django.utils.translation import gettext as _

from kept.cli.asking import require_database, say
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.search.kinds import kinds
from kept.search.reindexing import Done, reindex


@click.command()
@click.option("--kind", "only", multiple=True, help="Only this kind (again for more of them).")
@click.option("--quiet", is_flag=True, help="No progress.")
def reindex_all(only: tuple[str, ...], quiet: bool) -> None:
    """Look at all that can be found and put into the search index what is not in step with it.

    May run while people work and find, be stopped, and be run again: what is right already is left
    alone. Needed once after an upgrade that says so.
    """
    require_database()
    known = kinds()
    for kind in only:
        if kind not in known:
            raise InvalidInput(
                _("Nothing of the kind “{kind}” can be found; there are {known}."),
                kind=kind,
                known=Listed(sorted(known)),
                field="kind",
            )
    is_shown = sys.stderr.isatty() and not quiet
    say(told(_with_bar(only) if is_shown else reindex(only)))


def _with_bar(only: tuple[str, ...]) -> Done:
    with click.progressbar(length=1, label=_("Search"), file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return reindex(only, progress=progress)


def told(done: Done) -> str:
    """What a reindex did, in a line."""
    return _("{seen} things looked at, {put} put into the index anew, {taken} taken out.").format(
        seen=done.seen, put=done.put, taken=done.taken
    )
