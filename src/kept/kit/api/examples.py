"""Values for the examples in the document: what somebody might send."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from kept.kit.api.values import reference_fields
from kept.kit.labels import label_of
from kept.kit.params import Param, structure_params
from kept.kit.words import Words

_EXAMPLES: dict[Any, Any] = {
    bool: True,
    int: 1,
    Decimal: "12.50",
    datetime: "2026-11-02T09:00:00+08:00",
    date: "2026-11-02",
    time: "09:00",
    Words: {"en": "Solved", "zh-hans": "已解决"},
}


def example_of(param: Param) -> Any:
    """A value somebody might send."""
    one = _one_example(param)
    return [one] if param.many else one


def _one_example(param: Param) -> Any:
    if param.is_model:
        return example_ref(param.type)
    if param.text is not None:
        return str(label_of(param.name))[: param.text.max]
    if param.is_choice:
        choice: Enum = next(iter(param.type))
        return choice.value
    if param.is_structure:
        return {one.name: example_of(one) for one in structure_params(param.type) if one.required}
    return _EXAMPLES[param.type]


def example_ref(model: Any) -> str:
    """A public reference, as one looks."""
    register = getattr(model, "register", "")
    known = {"username": "lin", "code": "HN-CS", "reference": "HN-clerk", "serial": "K100-0001"}
    ref = reference_fields(model)[0]
    if ref == "number":
        return f"HN-{register}26-000123" if register else "V-2026-17"
    return known.get(ref, "17")
