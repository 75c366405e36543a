"""What of a thing other programs may read: ``public_fields`` of a model.

    public_fields = ("number", "owner", "thread.next_due_at", Guarded("caller_phone", SEE_PERSONAL))

Paths as in the columns of a list; the last name is what the field is called, unless ``name`` says
otherwise. ``Guarded`` ones are masked for who lacks the right (SX.15).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """A field by another name than the last of its path."""

    path: str
    name: str = ""
    needs: str = ""


class Guarded(Field):
    """A field masked for who lacks a right."""

    def __init__(self, path: str, needs: str) -> None:
        super().__init__(path, needs=needs)


def fields_of(model: type) -> list[Field]:
    """A model's public fields; none for a model that declares none."""
    declared = getattr(model, "public_fields", ())
    return [one if isinstance(one, Field) else Field(one) for one in declared]
