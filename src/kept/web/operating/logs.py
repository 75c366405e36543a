"""The log: one line an event, JSON for machines, words for a terminal; only fields known to be
harmless ever stand in it.

KEPT_LOG         debug, info, warning or error (services: info, or warning at a terminal)
KEPT_LOG_FORMAT  json or text (default: text at a terminal, json elsewhere)
"""

import logging
import os
import sys
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from structlog.contextvars import merge_contextvars

from kept.web.operating.scrubbing import failure, harmless_message

Event = MutableMapping[str, Any]

#: Whatever may stand in a line, and what it means; any other field is left out.
FIELDS = {
    "time": "when the line was written, UTC",
    "level": "debug, info, warning, error or critical",
    "event": "what kind of line it is",
    "process": "web, worker or command, with its process id",
    "request_id": "the same for every line of one request, and in the answer's X-Request-ID",
    "method": "of the request",
    "route": "the address with places for keys, never the address itself",
    "status": "of the answer",
    "ms": "how long it took, in milliseconds",
    "statements": "how many the database was asked",
    "actor": "id of the person who did it",
    "company": "id of their company",
    "verb": "the action",
    "subject": "the kind and number of what it was done to",
    "outcome": "done, refused, failed or again (tried once more after a deadlock)",
    "rule": "the requirement behind a refusal",
    "refusal": "the kind of refusal",
    "job": "a long job's function",
    "job_id": "the id of its row",
    "duty": "what the worker does again and again",
    "count": "how many rows it was about",
    "worker": "name of the worker",
    "child": "web or worker, as the parent calls them",
    "exit_code": "with which it ended",
    "pause": "seconds until the next try",
    "logger": "the library that wrote the line",
    "error": "kind of the failure",
    "says": "what may be said of it without personal data",
    "code": "number of the failure, from the database, the system or a mail server",
    "constraint": "the table's rule that was not kept",
    "traceback": "where it happened, cause first, without values",
}
LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
TEXT, JSON = "text", "json"
_lock = threading.Lock()
_kind = "command"


def from_environment(usual: str = "warning") -> dict[str, str]:
    """What KEPT_LOG and KEPT_LOG_FORMAT ask for."""
    level = os.environ.get("KEPT_LOG", "").strip().lower() or usual
    form = os.environ.get("KEPT_LOG_FORMAT", "").strip().lower()
    return {"level": level, "format": form or (TEXT if is_terminal() else JSON)}


def is_terminal() -> bool:
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):
        return False


def configure(how: dict[str, str]) -> None:
    """Let everything that logs write our lines (called by Django with its LOGGING). Raises
    ImproperlyConfigured for an unknown word.
    """
    how = from_environment(how.get("usual", "warning")) | how
    if how["level"] not in LEVELS or how["format"] not in (TEXT, JSON):
        raise ImproperlyConfigured(
            f"KEPT_LOG is one of {', '.join(LEVELS)}; KEPT_LOG_FORMAT is json or text."
        )
    level = LEVELS[how["level"]]
    structlog.configure(
        processors=[
            merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _add_failure,
            _only_known,
            _as_text
            if how["format"] == TEXT
            else structlog.processors.JSONRenderer(sort_keys=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *names: Writer(),
        cache_logger_on_first_use=False,
    )
    _take_over_logging(level)


def configure_service(kind: str) -> None:
    """A service says more than a command: what it does is read later, by others."""
    global _kind
    _kind = kind
    configure({"usual": "warning" if is_terminal() else "info"})
    sys.excepthook = lambda kind, error, trace: _ended_by(error)
    threading.excepthook = lambda how: _ended_by(how.exc_value)


def _ended_by(error: BaseException | None) -> None:
    """What nobody caught: told like every failure, without what its message may hold."""
    if isinstance(error, Exception):
        structlog.get_logger().critical("ended by a failure", exc_info=error)


def _take_over_logging(level: int) -> None:
    """The standard library's loggers, Django's among them, write our lines, too."""
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, Handler)]
    root.handlers = [one for one in root.handlers if type(one) is not logging.StreamHandler]
    root.addHandler(Handler())
    root.setLevel(max(level, logging.INFO))
    for name in ("django", "django.server"):
        known = logging.getLogger(name)
        known.handlers, known.propagate = [], True
    for name in ("django_tasks", "django_tasks_db"):
        logging.getLogger(name).setLevel(logging.WARNING)


#: What our own records of the standard library bring as ``extra``.
EXTRA = ("child", "exit_code", "pause", "count")


class Handler(logging.Handler):
    """Records of the standard library as lines of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        if is_told_already(record):
            return
        known = vars(record)
        fields = {name: known[name] for name in EXTRA if name in known}
        if record.exc_info and record.exc_info[1] is not None:
            fields |= failure(record.exc_info[1])
        said = "request failed" if is_of_request(record) else harmless_message(record)
        log = structlog.get_logger()
        log.log(record.levelno, said, logger=record.name, **fields)


def is_of_request(record: logging.LogRecord) -> bool:
    return record.name == "django.request"


def is_told_already(record: logging.LogRecord) -> bool:
    """What the line of the request says anyway: answers of 4xx, and that one of 5xx was given."""
    if not is_of_request(record):
        return False
    return record.exc_info is None or getattr(record, "status_code", 500) < 500


class Writer:
    """Writes a line to the standard error. A log that cannot be written stops nobody's work."""

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError), _lock:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    debug = info = warning = warn = error = exception = critical = fatal = log = msg


def _add_failure(logger: Any, method: str, event: Event) -> Event:
    """An exception as kind, code and places."""
    given = event.pop("exc_info", None)
    if given is None or given is False:
        return event
    error = given if isinstance(given, BaseException) else sys.exc_info()[1]
    if error is not None:
        event.update(failure(error))
    return event


def _only_known(logger: Any, method: str, event: Event) -> Event:
    """The fields somebody wrote down as harmless, in their order."""
    event["process"] = f"{_kind}-{os.getpid()}"
    return {name: event[name] for name in FIELDS if event.get(name) is not None}


def _as_text(logger: Any, method: str, event: Event) -> str:
    """A line for a person at a terminal; a traceback stands below it."""
    at, level, what = event["time"][11:19], event["level"], event["event"]
    told = ("time", "level", "event", "traceback", "process")
    said = [f"{name}={value}" for name, value in event.items() if name not in told]
    return "\n".join([f"{at} {level:<7} {what}  {' '.join(said)}", *event.get("traceback", ())])
