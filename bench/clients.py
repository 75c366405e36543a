"""So many clients asking over HTTP: ``python -m bench.clients`` reads what to ask from its input.

A process of its own, so that it takes no time from whoever measures; it knows nothing of Kept.
"""

import http.client
import json
import sys
import threading
import uuid
from dataclasses import asdict, dataclass, field
from itertools import count
from time import perf_counter
from typing import Any


@dataclass
class Asking:
    """What to ask: each request in turn, round and round, by so many clients for so many seconds.

    In paths and bodies ``%(n)s`` is the number of the request. ``is_fresh`` sends a new key with
    each.
    """

    port: int
    requests: list[dict[str, Any]]
    headers: dict[str, str]
    clients: int = 1
    seconds: float = 5.0
    warm: int = 20
    first: int = 0
    is_fresh: bool = False


@dataclass
class Answered:
    """Milliseconds of every answer, the seconds all took, the faults."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def ask(asking: Asking) -> Answered:
    """Let them all ask; the first few of each warm up and are not counted."""
    numbers, answered = count(asking.first), Answered()
    gate = threading.Barrier(asking.clients + 1)

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", asking.port, timeout=60)
        for _ in range(asking.warm):
            _one(line, asking, next(numbers), answered)
        gate.wait()
        until = perf_counter() + asking.seconds
        while perf_counter() < until:
            began = perf_counter()
            _one(line, asking, next(numbers), answered)
            answered.times.append((perf_counter() - began) * 1000)
        gate.wait()

    threads = [threading.Thread(target=client, daemon=True) for _ in range(asking.clients)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = perf_counter()
    gate.wait()
    answered.seconds = perf_counter() - began
    return answered


def _one(line: http.client.HTTPConnection, asking: Asking, number: int, answered: Answered) -> None:
    request = asking.requests[number % len(asking.requests)]
    headers = dict(asking.headers)
    if asking.is_fresh:
        headers["Idempotency-Key"] = uuid.uuid4().hex
    body = request.get("body")
    sent = json.dumps(body, ensure_ascii=False).replace("%(n)s", str(number)) if body else None
    line.request(request.get("method", "GET"), request["path"], sent and sent.encode(), headers)
    answer = line.getresponse()
    told = answer.read()
    if answer.status >= 300 and len(answered.faults) < 5:
        answered.faults.append(f"{request['path']}: {answer.status} {told[:200]!r}")


def main() -> None:
    answered = ask(Asking(**json.load(sys.stdin)))
    json.dump(asdict(answered), sys.stdout)


if __name__ == "__main__":
    main()
