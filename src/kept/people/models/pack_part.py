"""What of a pack is no dated row (roles, modules) and waits for the pack's day (SX.19)."""

from django.db import models

from kept.people.models.policy import Policy


class PackPart(Policy):
    """A section of a pack that will be read on its day: ``body`` as the pack says it.

    Another pack that begins earlier ends it before it began, like every other row of policy.
    """

    section = models.SlugField(max_length=40)
    body = models.JSONField()
    begun_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.section
