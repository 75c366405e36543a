"""Every Python that finds this first has no network but this machine; tries are written down."""

import errno
import os
import socket
from pathlib import Path
from typing import Any

HERE = ("127.", "::1", "localhost")
TRIED = Path(os.environ.get("KEPT_HOME", ".")) / "tried-outside"


class Alone(socket.socket):
    """Connects to this machine only."""

    def connect(self, address: Any) -> None:
        _require_here(self.family, address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        _require_here(self.family, address)
        return super().connect_ex(address)


def _require_here(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(HERE):
        _refuse(address[0])


def _refuse(name: Any) -> None:
    with TRIED.open("a") as file:
        file.write(f"{name}\n")
    raise OSError(errno.ENETUNREACH, "no network here")


def _names_of_here(host: Any, *rest: Any, **how: Any) -> Any:
    if host and not str(host).startswith(HERE):
        _refuse(host)
    return _names(host, *rest, **how)


_names, socket.getaddrinfo = socket.getaddrinfo, _names_of_here
socket.socket = Alone  # type: ignore[misc]
