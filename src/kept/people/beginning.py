"""What packs left for their day begins: done by the worker again and again (SX.19)."""

from kept.people.actions import begin_part
from kept.people.loading import parts_to_begin
from kept.people.models import User


def begin_parts() -> int:
    """Begin every part of a pack whose day has come; how many there were."""
    parts = parts_to_begin()
    for part in parts:
        begin_part(part, by=User.objects.system())
    return len(parts)
