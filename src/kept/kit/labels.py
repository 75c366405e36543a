"""What a parameter is called on screen. Modules declare theirs beside their forms."""

from typing import Any

from django.utils.functional import Promise as LazyString

_labels: dict[str, Any] = {}


def declare(**labels: Any) -> None:
    """Give parameter names their words; the same name means the same thing everywhere."""
    for name, label in labels.items():
        known = _labels.get(name)
        if isinstance(known, LazyString) and str(known) != str(label):
            raise RuntimeError(f"{name} is called “{known}” and “{label}”")
        _labels[name] = label


def label_of(name: str, verb: str = "") -> Any:
    """The label of a parameter: the verb's own word for it, or the shared one."""
    return _labels.get(f"{verb}.{name}") or _labels.get(name) or name.replace("_", " ").capitalize()


def is_declared(name: str) -> bool:
    return name in _labels


def declare_for(verb: str, **labels: Any) -> None:
    """Give parameters of one verb words of their own."""
    for name, label in labels.items():
        _labels[f"{verb}.{name}"] = label
