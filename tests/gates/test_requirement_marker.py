"""The marker ``req``: what it refuses, what it counts, also over xdist's workers."""

import json
from pathlib import Path

import pytest

from kept.kit.testing.coverage_of_requirements import Coverage, known_ids

ROOT = Path(__file__).resolve().parents[2]
SUITE = """
import pytest

@pytest.mark.req("S1.48")
def test_whole(): pass

@pytest.mark.req("S1.49", part="phone")
@pytest.mark.req("S1.48", part="phone")
def test_part(): pass

@pytest.mark.req("S1.50")
def test_fails(): assert 1 == 2

@pytest.mark.req("S1.51")
@pytest.mark.xfail(reason="known")
def test_expected_to_fail(): assert 1 == 2

@pytest.mark.req("S1.51", part="x")
def test_skipped(): pytest.skip("not here")
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A directory with a list of five ids; of all plugins only xdist and ours are loaded there."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nmarkers = req")
    docs = pytester.mkdir("docs")
    docs.joinpath("requirement-ids.txt").write_text("S1.48\nS1.49\nS1.50\nS1.51\nS1.52\n")
    return pytester


def run(suite: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    plugin = "kept.kit.testing.coverage_of_requirements"
    return suite.runpytest_subprocess("-p", "xdist", "-p", plugin, *arguments)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_only_passed_tests_count(suite: pytest.Pytester, workers: str) -> None:
    suite.makepyfile(test_it=SUITE)
    result = run(suite, "-n", workers, "--req-report=report.json")
    result.stdout.fnmatch_lines(["requirements: 2 of 5 covered (1 in part)"])
    report = json.loads(suite.path.joinpath("report.json").read_text())
    assert report == {
        "S1.48": {
            "whole": ["test_it.py::test_whole"],
            "parts": {"phone": ["test_it.py::test_part"]},
        },
        "S1.49": {"whole": [], "parts": {"phone": ["test_it.py::test_part"]}},
    }


@pytest.mark.parametrize(
    ("mark", "workers", "sentence"),
    [
        ('"S9.99"', "0", "*'S9.99' is not in docs/requirement-ids.txt.*"),
        ('"S9.99"', "2", "*'S9.99' is not in docs/requirement-ids.txt.*"),
        ('"S1.48", "S1.49"', "0", '*write req("S1.48") or req("S1.48", part="…").*'),
    ],
)
def test_wrong_mark_is_refused_at_collection(
    suite: pytest.Pytester, mark: str, workers: str, sentence: str
) -> None:
    suite.makepyfile(f"import pytest\n@pytest.mark.req({mark})\ndef test_it(): pass\n")
    result = run(suite, "-n", workers)
    result.stdout.fnmatch_lines([sentence])
    result.assert_outcomes(errors=1)


def test_reports_of_several_runs_add_up(tmp_path: Path) -> None:
    both = Coverage()
    for number, part in enumerate([None, "print"]):
        one = Coverage()
        one.add(f"test_{number}", "S1.48", part)
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(one.as_json(["S1.48"])))
        both.read(path)
    assert both.sentence(3) == "requirements: 1 of 3 covered (0 in part)"
    assert both.listing(["S1.48"]) == "S1.48\n    test_0\n    print: test_1"


def test_list_of_ids_is_whole_and_without_repetition() -> None:
    ids = known_ids(ROOT)
    assert len(ids) == len(set(ids)) == 265
