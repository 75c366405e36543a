"""A refusal is the software saying no: one sentence, worded for the reader, and nothing changed."""

from typing import Any

from django.utils.functional import Promise as LazyString
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Something the rules do not allow.

    ``message`` is a lazy sentence with named places, ``values`` fill them when somebody reads it,
    so the same refusal speaks Chinese to one reader and English to another. ``rule`` is the
    requirement id, ``field`` the input to mend, ``mend`` the address where it can be mended.
    """

    status = 409

    def __init__(
        self,
        message: str | LazyString,
        /,
        *,
        rule: str | None = None,
        field: str | None = None,
        mend: str | None = None,
        **values: Any,
    ) -> None:
        super().__init__(message)
        self.message, self.rule, self.field, self.mend, self.values = (
            message,
            rule,
            field,
            mend,
            values,
        )

    def __str__(self) -> str:
        text = str(self.message)
        return text.format_map({name: str(value) for name, value in self.values.items()})


class InvalidInput(Refused):
    """A value that cannot be what it claims to be; names the field. 422 at the doors."""

    status = 422


class NotAllowed(Refused):
    """Seen, but this person has no right to do it. 403 at the doors."""

    status = 403

    def __init__(self, right: str, label: Any = "") -> None:
        super().__init__(
            _("You do not have the right “{label}” here. Ask your manager to grant it."),
            label=label or right,
        )
        self.right = right


class OutOfSight(Refused):
    """Not there, as far as this person is concerned. 404 at the doors."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is nothing here under that number."))


class Stale(Refused):
    """Somebody changed the matter after this page was opened."""


class SameKeyOtherBody(InvalidInput):
    """A request key was used before for something else."""

    def __init__(self) -> None:
        super().__init__(
            _("This request key was already used for a different request. Send a new key."),
            field="key",
        )
