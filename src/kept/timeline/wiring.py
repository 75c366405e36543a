"""What the timeline offers; it hears nothing, for all that happens is told in its entries."""

from typing import Any

from kept.kit.pages import frame_parts
from kept.kit.wiring import Slot
from kept.people.models import User
from kept.timeline.notices import unread_count

#: Threads told along with one they were merged into: asked with the thread, a filler answers with a
#: queryset of thread keys (``…values("thread")``), which costs no query of its own.
merged_threads = Slot("timeline.merged_threads")


@frame_parts.fill()
def unread_notices(user: User) -> dict[str, Any]:
    """The number at the bell."""
    return {"unread": unread_count(user)}
