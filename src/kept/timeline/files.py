"""Files go up first and are named by actions afterwards (SX.07)."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import IO, Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.outage import FilesSilent
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import TextRule
from kept.people.models import User
from kept.timeline.kinds import Sent, facts_of_kind, files_hung
from kept.timeline.models import Attachment, AttachmentKind, Thread
from kept.timeline.recorder import story_grows

LARGEST = 25 * 1024 * 1024
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
PROGRAMS = (b"\x7fELF", b"#!")
OFFICE_ENDINGS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
UNKNOWN = "application/octet-stream"
NAME_MAX = 200
UNNAMED = "file"
#: Unicode kinds of signs that take no room on screen.
UNSEEN = {"Cf", "Zl", "Zp"}


class Damaged(Exception):
    """The content of a file is gone or is not what was uploaded."""


@action("files.upload", label=_("Upload file"), creates=Attachment, internal=True)
def upload_file(
    *,
    by: User,
    upload: UploadedFile,
    kind: AttachmentKind = AttachmentKind.DOCUMENT,
    facts: Mapping[str, str] = MappingProxyType({}),
) -> Attachment:
    """Keep an uploaded file of a kind, with what was said of it, until an action names it (SX.07).

    Raises InvalidInput for what cannot be said of that kind.
    """
    return store(upload, by=by, kind=kind, facts=facts)


def store_sent(sent: Sent, *, by: User) -> Attachment:
    """Keep a file as a form sent it."""
    return store(sent.file, by=by, kind=sent.kind, facts=sent.facts)


def store(
    upload: UploadedFile,
    *,
    by: User,
    kind: str = AttachmentKind.DOCUMENT,
    facts: Mapping[str, str] | None = None,
) -> Attachment:
    """Keep an uploaded file with its SHA-256. It hangs on nothing until an action names it.

    Raises InvalidInput for an empty, too large or executable file, and for facts that are wrong.
    """
    keeper = facts_of_kind(kind, facts or {})
    said = keeper.read(facts or {}, by) if keeper else None
    with transaction.atomic():
        attachment = _kept(upload, by=by, kind=kind)
        if keeper is not None:
            keeper.keep(attachment, said)
    return attachment


def _kept(upload: UploadedFile, *, by: User, kind: str) -> Attachment:
    name = safe_name(upload.name or "")
    if not upload.size:
        raise InvalidInput(_("“{name}” is empty."), name=name, field="file")
    if upload.size > LARGEST:
        raise InvalidInput(
            _("“{name}” is too large: at most {max} MB."),
            name=name,
            max=LARGEST // 1024 // 1024,
            field="file",
        )
    head = upload.read(512)
    if _is_program(head):
        raise InvalidInput(
            _("“{name}” is a program; programs are not kept."), name=name, field="file"
        )
    upload.seek(0)
    checksum = _checksum(upload)
    upload.seek(0)
    attachment = Attachment(
        name=name,
        kind=kind,
        media=media_of(head, name),
        size=upload.size,
        checksum=checksum,
        by=by,
        uploaded_at=timezone.now(),
    )
    return _written(attachment, upload)


def _written(attachment: Attachment, upload: UploadedFile) -> Attachment:
    """First the content, then its row; without the row the content goes again.

    What is left of a transaction that fails later is tidied away (see housekeeping).
    """
    attachment.file.save(attachment.name, upload, save=False)
    try:
        attachment.save()
    except BaseException:
        with suppress(OSError):
            attachment.file.delete(save=False)
        raise
    return attachment


Attachment.store_upload = staticmethod(store_sent)  # type: ignore[attr-defined]  # what forms call


def safe_name(name: str) -> str:
    """The last part of a name as it may be shown and offered for saving.

    Without folders, and without signs that are not seen: those that turn the direction of writing
    make ``gpj.exe`` look like ``exe.jpg``. Raises InvalidInput for NUL and the like.
    """
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    text = TextRule(1_000, many_lines=False).clean(bare, "file")
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in UNSEEN).strip(" .")
    stem, dot, ending = seen.rpartition(".")
    if dot and len(ending) < NAME_MAX // 10:
        return f"{stem[: NAME_MAX - len(ending) - 1]}.{ending}"
    return seen[:NAME_MAX] or UNNAMED


def _is_program(head: bytes) -> bool:
    return head.startswith(PROGRAMS) or (head.startswith(b"MZ") and b"\0" in head)


def _checksum(file: IO[bytes]) -> str:
    sha = hashlib.sha256()
    for piece in iter(lambda: file.read(1 << 16), b""):
        sha.update(piece)
    return sha.hexdigest()


def require_unchanged(attachment: Attachment) -> None:
    """Raise Damaged unless the stored content has the checksum it had when it came (SX.07)."""
    open_unchanged(attachment).close()


def open_unchanged(attachment: Attachment) -> File:
    """The stored content, fetched once, proved and opened at its beginning (SX.07).

    Raises Damaged when it is gone or another, FilesSilent when the store of files does not answer.
    """
    content = _opened(attachment)
    try:
        if _checksum(content) != attachment.checksum:
            raise _damaged(_("“{name}” is not what was uploaded"), attachment)
        content.seek(0)
    except BaseException as error:
        content.close()
        if isinstance(error, OSError):
            raise _damaged(_("“{name}” cannot be read"), attachment) from None
        raise
    return content


def _opened(attachment: Attachment) -> File:
    try:
        return attachment.file.storage.open(str(attachment.file.name), "rb")
    except FileNotFoundError:
        raise _damaged(_("“{name}” is gone"), attachment) from None
    except FilesSilent:
        raise
    except OSError:
        raise _damaged(_("“{name}” cannot be read"), attachment) from None


def _damaged(sentence: Any, attachment: Attachment) -> Damaged:
    return Damaged(str(sentence).format(name=attachment.name))


def media_of(head: bytes, name: str) -> str:
    """The type read from the content itself; the name only tells office files from plain zips."""
    for signature, media in SIGNATURES:
        if head.startswith(signature):
            if media == "application/zip":
                ending = name[name.rfind(".") :].lower()
                return OFFICE_ENDINGS.get(ending, media)
            return media
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    return "text/plain" if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        head.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4
    return b"\0" not in head


def attach(thread: Thread, attachments: Iterable[Attachment], *, seq: int, by: User) -> None:
    """Hang files on an entry of a thread, for good. Raises Refused for a file already used."""
    attachments = list(attachments)
    for file in attachments:
        claimed = Attachment.objects.filter(pk=file.pk, thread__isnull=True, by=by).update(
            thread=thread, seq=seq
        )
        if not claimed:
            raise Refused(
                _("The file “{name}” is already part of another matter. Upload it again."),
                name=file.name,
                field="files",
                rule="SX.07",
            )
    if attachments:
        files_hung.ask(thread, files=attachments, seq=seq, by=by)
        story_grows.ask(thread)
