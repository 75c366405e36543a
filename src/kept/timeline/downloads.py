"""Files on their way out: something to save, proved to be what went up (SX.07)."""

import logging

from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.timeline.files import Damaged, open_unchanged
from kept.timeline.models import Attachment

log = logging.getLogger(__name__)
#: Whatever a file claims to be, a browser only saves it: nothing in it runs or is drawn as a page.
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


def download_of(file: Attachment) -> FileResponse:
    """The stored content under its name, its checksum checked. Raises Refused when it is damaged,
    FilesSilent when the store of files does not answer.
    """
    try:
        content = open_unchanged(file)
    except Damaged as damaged:
        log.error("attachment %s: %s", file.pk, damaged)
        raise Refused(
            _("{damaged}. Tell your administrator: it can be restored from a backup."),
            damaged=damaged,
            rule="SX.07",
        ) from None
    return FileResponse(
        content,
        as_attachment=True,
        filename=file.name,
        content_type=_served_as(file),
        headers=HARMLESS,
    )


def _served_as(file: Attachment) -> str:
    return "text/plain; charset=utf-8" if file.media == "text/plain" else file.media
