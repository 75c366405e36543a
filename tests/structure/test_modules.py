"""How every module is built: one line each, and a module without its line is a fault."""

import pytest

from kept.kit.testing.structural import sources
from kept.kit.testing.structural.floors import floors, floors_of, may_know
from kept.kit.testing.structure import RULES, none_of, structure_of

test_approvals = structure_of("approvals")
test_cases = structure_of("cases")
test_cli = structure_of("cli")
test_demo = structure_of("demo")
test_field = structure_of("field")
test_imports = structure_of("imports")
test_kit = structure_of("kit")
test_knowledge = structure_of("knowledge")
test_orders = structure_of("orders")
test_parties = structure_of("parties")
test_people = structure_of("people")
test_products = structure_of("products")
test_promises = structure_of("promises")
test_reports = structure_of("reports")
test_search = structure_of("search")
test_stations = structure_of("stations")
test_timeline = structure_of("timeline")
test_vouchers = structure_of("vouchers")
test_web = structure_of("web")
test_workforce = structure_of("workforce")


def test_every_module_has_its_line_here():
    assert [part for part in sources.parts() if f"test_{part}" not in globals()] == []


def test_every_module_has_a_floor():
    assert set(sources.parts()) <= set(floors())


def test_floors_are_counted_from_the_ground():
    layers = ["web", "(field) | (orders)", "parties", "kit"]
    assert floors_of(layers) == {"web": 3, "field": 2, "orders": 2, "parties": 1, "kit": 0}


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        ("web", "kit", True),
        ("kit", "kit", True),
        ("kit", "web", False),
        ("field", "orders", False),
    ],
)
def test_who_may_know_whom(upper: str, lower: str, expected: bool):
    layers = floors_of(["web", "field | orders", "kit"])
    assert may_know(upper, lower, layers) is expected


def test_line_fails_with_every_fault_when_a_rule_is_broken(monkeypatch):
    fault = sources.Fault("sample.py:1", "prints; the command line alone does")
    monkeypatch.setitem(RULES, "code", lambda part: [fault])
    with pytest.raises(pytest.fail.Exception, match=r"sample\.py:1: prints"):
        structure_of("kit")("code")


def test_line_passes_when_there_is_no_fault():
    none_of([])
