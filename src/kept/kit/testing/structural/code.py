"""What no part of the house does: read the system's clock, print, import in the middle, join what
stands in a sentence by the commas of one language.
"""

import ast
from collections.abc import Iterator

from kept.kit.testing.structural.sources import Fault, Source, called_name, sources_of

#: Calls that read the system's clock, by what stands before the dot.
SYSTEM_CLOCK = {
    "timezone": {"now", "localdate"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time"},
}

#: Where real time is right, and why (design §3: sessions, tokens, throttles and queues).
REAL_TIME = {
    "src/kept/kit/clock.py": "the one place that asks the system",
    "src/kept/cases/actions/customer.py": "the queue of mails",
    "src/kept/people/real_time.py": "tokens and sign-in",
    "src/kept/timeline/envelope.py": "request keys are kept for seven real days",
    "src/kept/timeline/files.py": "files nobody used are removed after seven real days",
    "src/kept/timeline/housekeeping.py": "the same",
    "src/kept/timeline/models/attachment.py": "folders on the disk",
    "src/kept/timeline/models/lease.py": "one worker at a time",
    "src/kept/timeline/notices.py": "the queue of mails",
    "src/kept/timeline/sending.py": "the queue of mails",
    "src/kept/timeline/sealing.py": "one seal each real day",
    "src/kept/web/worker.py": "what the worker does again and again",
}

#: What makes a sentence of a text with named places.
WORDED = {"Refused", "InvalidInput", "Told", "format", "format_lazy"}

#: Where something is written to the terminal on purpose.
SPEAKS = {"src/kept/kit/messages.py"}


def faults(part: str) -> list[Fault]:
    """Every fault in the code of a part."""
    return [fault for source in sources_of(part) for fault in faults_in(source)]


def faults_in(source: Source) -> list[Fault]:
    """Every fault in one file."""
    return [
        *_clock(source),
        *_printing(source),
        *_type_checking(source),
        *_imports_in_functions(source),
        *_lists_in_sentences(source),
    ]


def _clock(source: Source) -> Iterator[Fault]:
    if source.name in REAL_TIME:
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and node.attr in SYSTEM_CLOCK.get(_before(node), ()):
            said = f"{_before(node)}.{node.attr}"
            yield Fault(source.at(node), f"{said} reads the system's clock; ask kit.clock.now()")
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.timezone":
            for name in node.names:
                if name.name in SYSTEM_CLOCK["timezone"]:
                    yield Fault(source.at(node), f"timezone.{name.name} reads the system's clock")


def _before(node: ast.Attribute) -> str:
    """``datetime`` for ``datetime.now`` and for ``datetime.datetime.now``."""
    inner = node.value
    if isinstance(inner, ast.Attribute):
        return inner.attr
    return inner.id if isinstance(inner, ast.Name) else ""


def _printing(source: Source) -> Iterator[Fault]:
    if source.name in SPEAKS:
        return
    for call in source.calls:
        if isinstance(call.func, ast.Name) and called_name(call) == "print":
            yield Fault(source.at(call), "prints; the command line alone does")


def _type_checking(source: Source) -> Iterator[Fault]:
    if "/actions" not in source.name:
        return
    for node in source.nodes:
        if isinstance(node, ast.Name) and node.id == "TYPE_CHECKING":
            yield Fault(source.at(node), "an action's signature is read at run time: import it")


def _lists_in_sentences(source: Source) -> Iterator[Fault]:
    """Each language joins what stands in a sentence its own way."""
    for call in source.calls:
        if called_name(call) in WORDED:
            for one in call.keywords:
                if isinstance(one.value, ast.Call) and _is_joined(one.value):
                    yield Fault(source.at(one.value), f"joins {one.arg} by commas; see Listed")


def _is_joined(call: ast.Call) -> bool:
    """``", ".join(…)``."""
    by = call.func.value if isinstance(call.func, ast.Attribute) else None
    return called_name(call) == "join" and isinstance(by, ast.Constant) and by.value == ", "


def _imports_in_functions(source: Source) -> Iterator[Fault]:
    if not any(_is_our_own(node) and getattr(node, "col_offset", 0) for node in source.nodes):
        return
    for function in source.nodes:
        if not isinstance(function, ast.FunctionDef) or function.name == "ready":
            continue
        for node in ast.walk(function):
            if _is_our_own(node):
                yield Fault(source.at(node), f"{function.name}() imports our own code")


def _is_our_own(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] == "kept" or node.level > 0
    if isinstance(node, ast.Import):
        return any(name.name.split(".")[0] == "kept" for name in node.names)
    return False
