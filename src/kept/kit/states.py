"""Transitions as data. Status and TRANSITIONS stand side by side; a wrong move is refused."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused


class HasStates:
    """Mixed into a model with a ``status`` and a ``TRANSITIONS`` mapping.

    ``TRANSITIONS = {Status.OPEN: {Status.SOLVED, …}, …}`` is the whole life of the thing.
    """

    TRANSITIONS: ClassVar[Mapping[Any, set[Any]]]
    status: str

    def can_move_to(self, status: Any) -> bool:
        return status in self.TRANSITIONS.get(type(status)(self.status), set())

    def move_to(self, status: Any) -> None:
        """Change the status in memory; the action saves. Refused for a wrong move (SX.06)."""
        here = type(status)(self.status)
        if status not in self.TRANSITIONS.get(here, set()):
            raise Refused(
                _("This is “{here}” and cannot become “{there}” from there."),
                here=here.label,
                there=status.label,
                rule="SX.06",
            )
        self.status = status
