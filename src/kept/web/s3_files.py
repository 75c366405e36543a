"""Attachments in an S3-compatible store. Read through Kept only: no link ever leads past it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from kept.kit.outage import FilesSilent

CONNECT, READ, TRIES = 5, 60, 2
"""Seconds until a store counts as silent, and how often it is asked."""
IN_MEMORY = 2 * 1024 * 1024
"""Larger files are held on the disk while they are read."""


class S3Files(S3Storage):
    """A bucket that belongs to Kept alone. Raises FilesSilent when it does not do as asked."""

    def __init__(self, **options: Any) -> None:
        options["client_config"] = Config(
            connect_timeout=CONNECT,
            read_timeout=READ,
            retries={"total_max_attempts": TRIES},
            s3={"addressing_style": "path"},
            signature_version="s3v4",
        )
        super().__init__(
            file_overwrite=False,
            max_memory_size=IN_MEMORY,
            transfer_config=TransferConfig(use_threads=False),
            default_acl=None,
            **options,
        )

    def _open(self, name: str, mode: str = "rb") -> File:
        """The whole content, fetched now: what is cut off later could no longer be told."""
        with _told():
            return super()._open(name, mode).open()

    def _save(self, name: str, content: Any) -> str:
        with _told():
            return super()._save(name, content)

    def exists(self, name: str) -> bool:
        with _told():
            return super().exists(name)

    def delete(self, name: str) -> None:
        with _told():
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _told():
            return super().listdir(path)

    def get_modified_time(self, name: str) -> Any:
        with _told():
            return super().get_modified_time(name)

    def url(self, name: str, *_arguments: Any, **_options: Any) -> str:
        raise NotImplementedError("files are handed out by Kept, to whoever may see them")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise FilesSilent(str(error)) from error
