"""What holds for every test of Kept, wherever it stands."""

import tempfile
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

pytest_plugins = [
    "pytester",
    "kept.kit.testing.coverage_of_requirements",
    "kept.kit.testing.transactions",
]

hypothesis.settings.register_profile("kept", deadline=None, database=None)
hypothesis.settings.load_profile("kept")


def pytest_configure(config: pytest.Config) -> None:
    """Tests keep their files to themselves and do not wait for slow password hashes."""
    files = tempfile.TemporaryDirectory(prefix="kept-files-")
    config.add_cleanup(files.cleanup)
    settings.STORAGES["default"]["OPTIONS"]["location"] = files.name
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    """A command or a page may leave a thread speaking Chinese; the next test begins afresh."""
    yield
    translation.deactivate()
