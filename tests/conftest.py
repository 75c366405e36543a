"""The browser for tests marked ``browser``: the Chromium of this machine."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


def chromium() -> str | None:
    """Path of a Chromium: named by KEPT_CHROMIUM, installed here, or fetched by playwright."""
    if named := os.environ.get("KEPT_CHROMIUM"):
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return None


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, playwright: Any) -> dict:
    """How pytest-playwright starts the browser; without one these tests are skipped by name."""
    path = chromium()
    if path is None and not Path(playwright.chromium.executable_path).exists():
        pytest.skip("There is no Chromium: install chromium, or run .venv/bin/playwright install.")
    # Playwright keeps an event loop in this thread; Django must not take it for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    found = {"executable_path": path} if path else {}
    return {**browser_type_launch_args, **found, "args": list(ARGUMENTS)}
