"""Asking what may never answer: a hanging database, a dead network disk."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from django.db import connections

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """Asked in a thread of its own, with connections of its own, and by one at a time: whoever
    asks while the last answer is still waited for waits for the same one.
    """

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self.ask = ask
        self._lock = threading.Lock()
        self._waited_for: Future[Answer] | None = None

    def begin(self) -> "Future[Answer]":
        """Ask, unless it was asked and not answered yet. ``result(seconds)`` of what comes back
        raises TimeoutError when there is no answer in time.
        """
        with self._lock:
            if self._waited_for is None or self._waited_for.done():
                self._waited_for = Future()
                thread = threading.Thread(target=self._run, args=(self._waited_for,), daemon=True)
                thread.start()
            return self._waited_for

    def _run(self, answer: "Future[Answer]") -> None:
        try:
            found = self.ask()
        except BaseException as error:
            connections.close_all()
            answer.set_exception(error)
        else:
            connections.close_all()
            answer.set_result(found)
