"""Personal data as somebody reads it who has no need to know it (SX.15)."""

from typing import Any

HIDDEN = "•••"
SHOWN_AT_END = 3


def masked(text: Any) -> str:
    """``+8613800138000`` → ``•••000``, ``peng@example.com`` → ``p•••@example.com``."""
    text = str(text or "").strip()
    if not text:
        return ""
    name, at, host = text.partition("@")
    if at:
        return f"{name[:1]}{HIDDEN}@{host}"
    return f"{HIDDEN}{text[-SHOWN_AT_END:]}" if len(text) > 2 * SHOWN_AT_END else HIDDEN
