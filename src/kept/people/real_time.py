"""Real time, for what must not move with business time: sessions, tokens, throttles, presence."""

from datetime import datetime

from django.utils import timezone


def real_now() -> datetime:
    """The moment it really is, aware, in UTC, even where the installation's clock was moved."""
    return timezone.now()
