"""pytest plugin: which requirements the passing tests prove.

``@pytest.mark.req("S1.48")`` on a test says that it proves the requirement,
``@pytest.mark.req("S1.48", part="call-back")`` that it proves a part of it. An id that
``docs/requirement-ids.txt`` does not list is refused at collection. At the end of a run stands
``requirements: 87 of 265 covered (12 in part)``, where the 12 are among the 87.

``--req-report=FILE`` writes id → tests as JSON. ``python -m
kept.kit.testing.coverage_of_requirements FILE …`` adds up such files, for a suite of several runs.
"""

import json
import sys
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest

PROPERTY = "requirement"
IDS = Path("docs", "requirement-ids.txt")


def known_ids(root: Path) -> list[str]:
    """The requirement ids in their order; none where the list is not there (an installed Kept)."""
    path = root / IDS
    return path.read_text(encoding="utf-8").split() if path.exists() else []


@dataclass
class Coverage:
    """Which tests prove which requirement: ``whole[id]`` and ``parts[id][part]`` are test ids."""

    whole: dict[str, set[str]] = field(default_factory=dict)
    parts: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def add(self, test: str, requirement: str, part: str | None = None) -> None:
        """Note that this test proved the requirement, or the named part of it."""
        if part is None:
            self.whole.setdefault(requirement, set()).add(test)
        else:
            self.parts.setdefault(requirement, {}).setdefault(part, set()).add(test)

    def sentence(self, total: int) -> str:
        """One line: how many of all requirements are covered, and how many of those in part."""
        covered = self.whole.keys() | self.parts.keys()
        in_part = self.parts.keys() - self.whole.keys()
        return f"requirements: {len(covered)} of {total} covered ({len(in_part)} in part)"

    def as_json(self, ids: Iterable[str]) -> dict[str, dict]:
        """What ``--req-report`` writes, in the order of the list of ids."""
        return {
            id_: {
                "whole": sorted(self.whole.get(id_, ())),
                "parts": {k: sorted(v) for k, v in sorted(self.parts.get(id_, {}).items())},
            }
            for id_ in ids
            if id_ in self.whole or id_ in self.parts
        }

    def read(self, path: Path) -> None:
        """Add what a run wrote with ``--req-report``."""
        for id_, found in json.loads(path.read_text(encoding="utf-8")).items():
            for test in found["whole"]:
                self.add(test, id_)
            for part, tests in found["parts"].items():
                for test in tests:
                    self.add(test, id_, part)

    def listing(self, ids: Iterable[str]) -> str:
        """Every covered id with its parts and its tests, to read."""
        lines = []
        for id_, found in self.as_json(ids).items():
            lines.append(id_ if found["whole"] else f"{id_} (in part)")
            lines += [f"    {test}" for test in found["whole"]]
            for part, tests in found["parts"].items():
                lines += [f"    {part}: {test}" for test in tests]
        return "\n".join(lines)


class Plugin:
    """Refuses unknown ids, hears results (also those of xdist's workers) and counts at the end."""

    def __init__(self, ids: list[str], report: str | None) -> None:
        self.ids = ids
        self.report = report
        self.passed: dict[str, list[tuple[str, str | None]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self,
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        for item in report.result or ():
            if isinstance(item, pytest.Item) and (fault := self._note(item)):
                report.outcome = "failed"
                report.longrepr = fault
                report.result = []
                break
        return report

    def _note(self, item: pytest.Item) -> str | None:
        """Carry the marks on the test's reports; a sentence when one of them is wrong."""
        for mark in item.iter_markers("req"):
            part = mark.kwargs.get("part")
            if len(mark.args) != 1 or mark.kwargs.keys() - {"part"}:
                return f'{item.nodeid}: write req("S1.48") or req("S1.48", part="…").'
            if self.ids and mark.args[0] not in self.ids:
                return f"{item.nodeid}: {mark.args[0]!r} is not in {IDS.as_posix()}."
            item.user_properties.append((PROPERTY, [mark.args[0], part]))
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.passed.pop(report.nodeid, None)
        elif report.when == "call" and report.passed and not hasattr(report, "wasxfail"):
            self.passed[report.nodeid] = _requirements(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        coverage = Coverage()
        for test, found in self.passed.items():
            for id_, part in found:
                coverage.add(test, id_, part)
        if self.report:
            text = json.dumps(coverage.as_json(self.ids), indent=1, ensure_ascii=False)
            Path(self.report).write_text(text + "\n", encoding="utf-8")
        if coverage.whole or coverage.parts:
            terminalreporter.write_line(coverage.sentence(len(self.ids)))


def _requirements(report: pytest.TestReport) -> list[tuple[str, str | None]]:
    """(id, part) of every mark; from a worker they come back as lists."""
    found = []
    for key, value in report.user_properties:
        if key == PROPERTY and isinstance(value, list):
            id_, part = value
            found.append((id_, part))
    return found


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--req-report=FILE``."""
    parser.addoption("--req-report", metavar="FILE", help="write requirement id → tests as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Start counting; the list of ids stands in the repository being tested."""
    plugin = Plugin(known_ids(config.rootpath), config.getoption("--req-report"))
    config.pluginmanager.register(plugin, "coverage-of-requirements")


def main(arguments: list[str]) -> int:
    """Add up reports: the list with ``--list``, then the sentence."""
    ids = known_ids(Path.cwd())
    coverage = Coverage()
    for name in arguments:
        if name != "--list" and Path(name).exists():
            coverage.read(Path(name))
    if "--list" in arguments:
        click.echo(coverage.listing(ids))
    click.echo(coverage.sentence(len(ids)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
