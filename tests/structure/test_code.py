"""The checks of code find what they look for, and nothing else."""

import pytest

from kept.kit.testing.structural.code import REAL_TIME, SPEAKS, faults_in
from kept.kit.testing.structural.sources import ROOT, source


def whats(text: str, name: str = "src/kept/sample/actions.py") -> list[str]:
    return [fault.what for fault in faults_in(source(text, name=name))]


@pytest.mark.parametrize(
    "text",
    [
        "timezone.now()",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "default = timezone.now",
        "from django.utils.timezone import now",
    ],
)
def test_system_clock_is_found(text: str):
    assert "reads the system's clock" in whats(text)[0]


@pytest.mark.parametrize("text", ["clock.now()", "timezone.localtime(moment)", "self.now()"])
def test_business_clock_is_left_alone(text: str):
    assert whats(text) == []


def test_printing_is_found():
    assert whats("print('here')") == ["prints; the command line alone does"]


def test_a_list_joined_for_one_language_is_found_in_sentences_alone():
    found = whats('raise Refused(_("There are: {known}."), known=", ".join(names))')
    assert found == ["joins known by commas; see Listed"]
    assert whats('_("There are: {known}.").format(known=", ".join(names))') == found
    assert whats('columns = ", ".join(names)') == []
    assert whats('raise Refused(_("There are: {known}."), known=Listed(names))') == []


def test_type_checking_is_found_in_actions_alone():
    text = "if TYPE_CHECKING:\n    pass"
    assert len(whats(text)) == 1
    assert whats(text, "src/kept/sample/models.py") == []


def test_own_import_in_a_function_is_found():
    assert whats("def f():\n    from kept.cases import models") == ["f() imports our own code"]
    assert whats("def f():\n    import kept.cases") == ["f() imports our own code"]


@pytest.mark.parametrize(
    "text", ["def ready(self):\n    from kept.cases import wiring", "def f():\n    import openpyxl"]
)
def test_ready_and_heavy_libraries_may_import_late(text: str):
    assert whats(text) == []


def test_exceptions_name_files_that_are_there():
    assert [name for name in [*REAL_TIME, *SPEAKS] if not (ROOT / name).is_file()] == []
