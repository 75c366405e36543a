"""What a story's ✗ means: refused under a rule, in a sentence, and nothing has changed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.utils import translation

from kept.kit.refusal import Refused


@contextmanager
def refused(
    rule: str | None = None, *, field: str | None = None
) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """The block is refused (under that rule, for that field) and leaves every table as it was; how
    it was refused is in ``value`` afterwards.
    """
    before = state_of_everything()
    with pytest.raises(Refused) as caught:
        yield caught
    refusal = caught.value
    assert state_of_everything() == before, "a refusal changed something"
    if rule is not None:
        assert refusal.rule == rule, f"refused under {refusal.rule}: {refusal}"
    if field is not None:
        assert refusal.field == field, f"refused for {refusal.field}: {refusal}"
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert str(refusal).strip(), f"no sentence in {language}"


def state_of_everything() -> dict[str, int]:
    """A fingerprint of every row of Kept's own tables, by model."""
    return {
        model._meta.label: hash(repr(list(model._base_manager.order_by("pk").values_list())))
        for model in apps.get_models()
        if model.__module__.startswith("kept.")
    }
