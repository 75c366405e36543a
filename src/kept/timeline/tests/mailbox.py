"""A real mail server on this machine for tests: it keeps what it gets, or refuses as told."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What arrived; ``answer`` is what the server says to the next mail; ``port`` where it is."""

    def __init__(self, port: int) -> None:
        self.port, self.answer = port, "250 OK"
        self.mails: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    """A mailbox that answers on 127.0.0.1 while the block runs."""
    mailbox = Mailbox(_free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
