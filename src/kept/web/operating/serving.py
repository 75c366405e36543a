"""A process that serves begins: its lines say what it does, its figures are shared."""

from django.conf import settings

from kept.web.operating import logs, shared
from kept.web.operating.figures import figures


def begin(kind: str) -> None:
    """``web`` or ``worker``. Without a folder to share in, it counts for itself."""
    logs.configure_service(kind)
    shared.share(kind, settings.FIGURES)
    figures()
