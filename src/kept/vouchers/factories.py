"""Vouchers for tests and the demo, made through actions."""

import secrets

from django.core.files.uploadedfile import SimpleUploadedFile

from kept.people.models import User
from kept.timeline.files import store
from kept.timeline.models import Attachment, AttachmentKind


def voucher_file(
    by: User, number: str = "", *, name: str = "receipt.png", content: bytes = b"", **facts: str
) -> Attachment:
    """A voucher that went up and hangs on nothing yet; its content is like no other's."""
    content = content or b"\x89PNG\r\n\x1a\n" + secrets.token_bytes(16)
    said = {"number": number, **facts}
    return store(
        SimpleUploadedFile(name, content),
        by=by,
        kind=AttachmentKind.VOUCHER,
        facts={key: value for key, value in said.items() if value},
    )
