"""Where attachments lie: on the disk, or in an S3-compatible store, chosen by a URL (SX.07).

Either keeps a file whole or not at all, and says in one way when it cannot be reached.
"""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

DISK, S3 = "kept.web.files.DiskFiles", "kept.web.s3_files.S3Files"


def files_from_url(url: str) -> dict[str, Any]:
    """A storage for ``file:///path`` or ``s3://key:secret@host:port/bucket/folder?region=…&tls=0``.

    Raises ImproperlyConfigured, saying what is wrong with the URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {"BACKEND": DISK, "OPTIONS": {"location": unquote(parts.path)}}
    if parts.scheme == "s3":
        return {"BACKEND": S3, "OPTIONS": _s3(parts)}
    raise ImproperlyConfigured(
        f"KEPT_FILES_URL starts with {parts.scheme!r}; use file:///path or s3://…"
    )


def _s3(parts: Any) -> dict[str, Any]:
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "KEPT_FILES_URL names an S3 store, and what speaks to it is not installed:"
            " install kept[s3]."
        )
    bucket, _slash, folder = unquote(parts.path.lstrip("/")).partition("/")
    if not (parts.hostname and bucket and parts.username and parts.password):
        raise ImproperlyConfigured(
            "KEPT_FILES_URL must name key, secret, host and bucket: s3://key:secret@host/bucket."
        )
    query = dict(parse_qsl(parts.query))
    scheme = "http" if query.get("tls") == "0" else "https"
    port = f":{parts.port}" if parts.port else ""
    return {
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password),
        "bucket_name": bucket,
        "location": folder,
        "endpoint_url": f"{scheme}://{parts.hostname}{port}",
        "region_name": query.get("region", "us-east-1"),
    }


class DiskFiles(FileSystemStorage):
    """A file gets its name when all of it is on the disk; a full disk leaves nothing behind."""

    def _save(self, name: str, content: Any) -> str:
        final = Path(self.path(name))
        final.parent.mkdir(parents=True, exist_ok=True)
        part = final.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with part.open("xb") as file:
                for piece in content.chunks():
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, final)  # the names are ours and random: it takes nobody's place
        finally:
            part.unlink(missing_ok=True)
        keep_names(final.parent)
        return name


def keep_names(folder: Path) -> None:
    """Names given in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
