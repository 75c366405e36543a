"""What may stand in the repository at all: no foreign hosts, no machine's paths, nothing huge."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000

# In pieces, so that this file does not contain what it looks for.
REGISTRY_HOSTS = [
    "python" + "hosted" + ".org",
    "//py" + "pi.",
    "//test.py" + "pi.",
    "registry.npm" + "js.org",
    "registry.npm" + "mirror.com",
    "registry.yarn" + "pkg.com",
    "static.cra" + "tes.io",
]
MACHINE_PATHS = [
    "/wor" + "k/",
    "/roo" + "t/",
    "/opt/" + "wheels",
    "/opt/py" + "pi",
    "/tmp/" + "kept/",
    "/Use" + "rs/",
]


@cache
def repository_files() -> list[Path]:
    """Files under version control, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
    )
    if listed.returncode:
        pytest.skip("This is not a git checkout, so nothing says which files belong to it.")
    names = listed.stdout.decode().split("\0")
    return [path for name in names if name and (path := ROOT / name).is_file()]


@cache
def texts() -> dict[str, str]:
    """Name → text of every file that is text."""
    found = {}
    for path in repository_files():
        content = path.read_bytes()
        if b"\0" not in content:
            found[path.relative_to(ROOT).as_posix()] = content.decode("utf-8", "replace")
    return found


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """``file:line: text`` wherever the pattern stands."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts().items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def shell_scripts() -> list[str]:
    """Names of the files that a shell runs."""
    return [name for name, text in texts().items() if re.match(r"#!.*\b(ba)?sh\b", text)]


def test_no_registry_hosts() -> None:
    hosts = re.compile("|".join(map(re.escape, REGISTRY_HOSTS)))
    assert lines_with(hosts) == []


def test_no_machine_paths() -> None:
    paths = re.compile(r"(?<![\w.\-])(" + "|".join(map(re.escape, MACHINE_PATHS)) + ")")
    assert lines_with(paths) == []


def test_no_file_is_over_a_megabyte() -> None:
    sizes = {path: path.stat().st_size for path in repository_files()}
    assert {path.name: size for path, size in sizes.items() if size > MEGABYTE} == {}


def test_pictures_in_the_documentation_stay_under_a_megabyte_together() -> None:
    images = ROOT / "docs" / "images"
    assert sum(p.stat().st_size for p in repository_files() if images in p.parents) <= MEGABYTE


def test_every_shell_script_can_be_read() -> None:
    for name in shell_scripts():
        read = subprocess.run(["bash", "-n", ROOT / name], capture_output=True, text=True)
        assert read.returncode == 0, read.stderr


def test_scripts_are_found_and_may_be_run() -> None:
    expected = {"bin/setup", "bin/test", "bin/dev", "bin/demo", "bin/lock", ".ci/run"}
    assert expected <= set(shell_scripts())
    assert [n for n in expected if not (ROOT / n).stat().st_mode & 0o100] == []


def test_lock_files_pin_every_package_with_hashes() -> None:
    locks = [name for name in texts() if re.fullmatch(r"requirements[\w-]*\.txt", name)]
    assert {"requirements.txt", "requirements-dev.txt", "requirements-node.txt"} <= set(locks)
    for name in locks:
        packages = re.split(r"\n(?! )", texts()[name].strip())
        for package in packages:
            assert re.match(r"[\w.\-\[\]]+==\S+", package), f"{name}: {package.splitlines()[0]}"
            assert "--hash=sha256:" in package, f"{name}: {package.splitlines()[0]}"
