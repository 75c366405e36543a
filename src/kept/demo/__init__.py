"""A living group of five invented companies, for everybody who wants to look around first.

What it is for: ``bin/demo`` and the screens shown to others. Its words: a *storyline* is a way a
matter can go, step by step; a *telling* is one storyline told with people, customers and times; a
*scene* is a storyline told up to now and left standing. Every step is a real action at its own
moment, so nothing in the demo is impossible. Neighbours: it may use every module but ``web``.

``load(progress)`` fills an empty database; ``cast()`` says who one can be.
"""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """``load`` and ``cast``, once Django knows its models."""
    if name in {"load", "cast"}:
        return getattr(import_module("kept.demo.loading"), name)
    raise AttributeError(name)
