"""``kept verify``: the proof that history is what was recorded."""

import json
import sys
from typing import Any

import click
from django.utils.translation import gettext as _

from kept.cli.asking import require_database, say
from kept.kit.verifying import Report, verify

SHOWN = 50


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.option("--quiet", is_flag=True, help="Only faults, and the exit code.")
def verify_all(as_json: bool, quiet: bool) -> None:
    """Prove chains, lengths, words, files, seals and promises.

    Exit code 0 when everything is as it was recorded, 1 when anything is not. Changes nothing and
    may run while people work.
    """
    require_database()
    show = not quiet and not as_json and sys.stderr.isatty()
    report = verify(Report(progress=_progress) if show else Report())
    if show:
        click.echo("\r\033[K", nl=False, err=True)
    click.echo(_as_json(report) if as_json else _as_text(report, quiet))
    raise SystemExit(0 if report.is_clean else 1)


def _progress(label: Any, done: int, total: int) -> None:
    click.echo(f"\r\033[K{label}: {done} / {total}", nl=False, err=True)


def _as_json(report: Report) -> str:
    return json.dumps(
        {
            "is_clean": report.is_clean,
            "counts": dict(report.counts),
            "remarks": report.remarks,
            "fault_count": report.fault_count,
            "faults": [str(fault) for fault in report.faults],
        },
        ensure_ascii=False,
        indent=2,
    )


def _as_text(report: Report, quiet: bool) -> str:
    lines = [] if quiet else [f"{count:>10}  {what}" for what, count in report.counts.items()]
    lines += [] if quiet else [f"{'':>10}  {remark}" for remark in report.remarks]
    lines += [f"! {fault}" for fault in report.faults[:SHOWN]]
    if report.fault_count > SHOWN:
        say(_("… and {count} more faults.").format(count=report.fault_count - SHOWN))
    if report.is_clean:
        lines += [] if quiet else [_("Everything is as it was recorded.")]
    else:
        lines.append(_("{count} faults were found.").format(count=report.fault_count))
    return "\n".join(lines)
