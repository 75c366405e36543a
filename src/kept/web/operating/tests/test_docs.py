"""docs/monitoring.md names every figure, field, check and setting there is, and no other."""

import re

import pytest
from prometheus_client import Counter

from kept.kit.testing.structural.sources import ROOT
from kept.web.operating import gauges
from kept.web.operating.figures import Figures
from kept.web.operating.health import CHECKS
from kept.web.operating.logs import FIELDS, LEVELS
from kept.web.operating.requests import HEADER

PAGE = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")


def table(title: str) -> dict[str, str]:
    """The first table below a heading: what stands in its first column, and the rest of the row."""
    _before, _title, below = PAGE.partition(f"## {title}\n")
    part = below.partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", part, re.M)
    assert rows, f"there is no table below {title}"
    return dict(rows)


def counted() -> dict[str, tuple[str, ...]]:
    """Figures counted as things happen, with their labels."""
    ours = [one for one in vars(Figures()).values() if hasattr(one, "_labelnames")]
    return {
        one._name + ("_total" if isinstance(one, Counter) else ""): one._labelnames for one in ours
    }


def read() -> dict[str, tuple[str, ...]]:
    """Figures read when somebody asks, with their labels."""
    found = [*gauges.in_database(), *gauges.everything()]
    return {
        one.name + ("_total" if one.type == "counter" else ""): tuple(
            getattr(one, "_labelnames", ())
        )
        for one in found
    }


@pytest.mark.django_db(transaction=True)
def test_every_figure_is_described_and_every_described_one_is_there() -> None:
    there, said = {**counted(), **read()}, table("Figures")
    assert said.keys() == there.keys()
    for name, labels in there.items():
        told = re.findall(r"`(\w+)`", said[name].split("|")[0])
        assert told == list(labels), f"{name} has the labels {labels}"


def test_every_field_of_a_line_is_described() -> None:
    said = {name: meaning.strip() for name, meaning in table("Log lines").items()}
    assert said == FIELDS


def test_every_check_is_described() -> None:
    assert list(table("Health")) == list(CHECKS)


def test_settings_and_words_are_named() -> None:
    settings = (ROOT / "src/kept/web/settings.py").read_text(encoding="utf-8")
    for name in set(re.findall(r"KEPT_[A-Z_]+", PAGE)):
        assert name in settings, name
    assert all(f"`{level}`" in PAGE for level in LEVELS) and HEADER in PAGE


def test_alerts_ask_for_figures_there_are() -> None:
    (alerts,) = re.findall(r"^```yaml\ngroups:(.*?)^```", PAGE, re.S | re.M)
    asked = set(re.findall(r"kept_\w+", alerts))
    known = table("Figures").keys()
    assert asked and all(re.sub(r"_(bucket|sum|count)$", "", name) in known for name in asked)
