"""Outgoing mail from one URL: ``smtp://user:word@host:port?from=kept@example.com``.

``smtps://`` speaks TLS from the first byte; ``smtp://`` asks for it (STARTTLS) unless told
``?tls=no``. Without a URL mail waits in the queue.
"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT = 20
"""Seconds a mail server may take for an answer."""


def mail_from_url(url: str) -> dict[str, Any]:
    """The EMAIL_ settings for a URL; an empty one sets no host, and nothing is sent."""
    if not url:
        return {"EMAIL_HOST": "", "EMAIL_TIMEOUT": TIMEOUT}
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured("KEPT_MAIL_URL is smtp://user:word@host:port or smtps://…")
    query = dict(parse_qsl(parts.query))
    user = unquote(parts.username or "")
    sender = query.get("from") or (user if "@" in user else f"kept@{parts.hostname}")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and query.get("tls") != "no",
        "EMAIL_TIMEOUT": TIMEOUT,
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
    }
