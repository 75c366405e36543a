"""``bin/bench``: fills an installation, serves it, asks it, and prints what it took as a table."""

import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kept.web.settings")
import click
import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench import importing, installation  # noqa: E402
from bench.clients import Answered, Asking  # noqa: E402
from bench.replay import Replay, write_down  # noqa: E402
from kept.cases.actions import add_note  # noqa: E402
from kept.cases.factories import make_case  # noqa: E402
from kept.cases.models import Case  # noqa: E402
from kept.people.models import Unit, User  # noqa: E402
from kept.web.readiness import prepare  # noqa: E402

PORT = 8471
WHO = "clerk-03"
SEARCHED = (
    "漏",
    "油",
    "漏油",
    "异响",
    "打印机",
    "主机漏油",
    "138",
    "zw",
    "license",
    "E37",
    "K-7",
    "1380",
)


@dataclass(frozen=True)
class Measured:
    """One line of the table; times in milliseconds, rates a second, raw as the same statements
    take alone.
    """

    cases: int
    what: str
    clients: int
    rate: float
    p50: float
    p95: float
    raw: float | None = None

    @property
    def line(self) -> str:
        raw = f"{self.raw:.1f}" if self.raw else ""
        ratio = f"{self.p50 / self.raw:.1f}" if self.raw else ""
        return (
            f"| {self.cases:,} | {self.what} | {self.clients} | {self.rate:.0f} |"
            f" {self.p50:.1f} | {self.p95:.1f} | {raw} | {ratio} |"
        )


@dataclass(frozen=True)
class Wanted:
    """What is asked, by how many at once; ``is_fresh`` gives each request a key of its own."""

    what: str
    requests: list[dict[str, Any]]
    headers: dict[str, str]
    clients: int
    is_fresh: bool = False

    @property
    def writes(self) -> bool:
        return self.requests[0].get("method") == "POST"


HEADER = (
    "| cases | what | clients | a second | p50 ms | p95 ms | raw p50 ms | ratio |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@contextmanager
def serving(processes: int) -> Iterator[subprocess.Popen]:
    """``kept serve`` with so many processes, and how long it took to answer first."""
    command = [sys.executable, "-m", "kept.cli", "serve", "--no-migrate"]
    command += ["--port", str(PORT), "--processes", str(processes)]
    began = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(server)
        server.cold = time.perf_counter() - began  # type: ignore[attr-defined]
        time.sleep(3)  # the worker starts beside it
        yield server
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(server: subprocess.Popen) -> None:
    for _ in range(1_200):
        if server.poll() is not None:
            raise click.ClickException("The server did not start.")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.025)
    raise click.ClickException("The server did not answer.")


def asked(requests: list[dict[str, Any]], headers: dict[str, str], **how: Any) -> Answered:
    asking = Asking(port=PORT, requests=requests, headers=headers, **how)
    done = subprocess.run(
        [sys.executable, "-m", "bench.clients"],
        input=json.dumps(asdict(asking)),
        capture_output=True,
        text=True,
        check=True,
    )
    answered = Answered(**json.loads(done.stdout))
    if answered.faults:
        raise click.ClickException("\n".join(answered.faults))
    return answered


class Bench:
    """What is asked, for one number of cases."""

    def __init__(self, cases: int, seconds: float) -> None:
        self.cases, self.seconds = cases, seconds
        self.token = {
            "Authorization": f"Bearer {installation.token_of(WHO)}",
            "Content-Type": "application/json",
            "Accept-Language": "en",
        }
        self.cookie = {"Cookie": f"sessionid={installation.session_of(WHO)}"}
        self.case, self.noted = self._case_with_story(), self._case_with_story()

    def _case_with_story(self) -> Case:
        """An open case of the one who measures, with twenty entries."""
        clerk = User.objects.get(username=WHO)
        case = make_case(clerk)
        while case.thread.length < 20:
            add_note(case, by=clerk, note="Called again, nobody there.")
            case.thread.refresh_from_db()
        return case

    def lines(self) -> list[Measured]:
        """All of them asked of Kept first, then sent raw, what writes last: it leaves gaps in the
        keys.
        """
        found = [(one, self._line(one)) for one in self._asked_for()]
        alone = [one for one, _line in found if one.clients == 1]
        raw = {one.what: self._raw(one) for one in sorted(alone, key=lambda one: one.writes)}
        return [
            replace(line, raw=raw[one.what]) if one.clients == 1 else line for one, line in found
        ]

    def _asked_for(self) -> list[Wanted]:
        unit = User.objects.get(username=WHO).unit
        assert unit is not None
        create = [{"method": "POST", "path": "/api/v1/cases", "body": self._call(unit)}]
        listed = [{"path": "/api/v1/cases?order=due&limit=50"}]
        page = [{"path": "/cases/"}]
        one = [{"path": self.case.get_absolute_url()}]
        searched = [{"path": f"/search/?q={urllib.request.quote(word)}"} for word in SEARCHED]
        noted = f"/api/v1/cases/{self.noted.number}/note"
        note = [{"method": "POST", "path": noted, "body": {"note": "Note %(n)s"}}]
        return [
            Wanted("create, API", create, self.token, 1, is_fresh=True),
            Wanted("create, API", create, self.token, 8, is_fresh=True),
            Wanted("work list, API", listed, self.token, 1),
            Wanted("work list, API", listed, self.token, 8),
            Wanted("work list, page", page, self.cookie, 1),
            Wanted("work list, page", page, self.cookie, 8),
            Wanted("case page, 20 entries", one, self.cookie, 1),
            Wanted("search, page", searched, self.cookie, 1),
            Wanted("note, API", note, self.token, 1),
        ]

    def _call(self, unit: Unit) -> dict[str, str]:
        return {
            "unit": unit.code,
            "route": "phone",
            "summary": "打印机漏油 %(n)s",
            "description": "自星期一起漏油，已换过一次垫片。Leaks since Monday.",
            "caller_name": "张伟",
            "caller_phone": "13800138000",
        }

    def _line(self, wanted: Wanted) -> Measured:
        how = {"clients": wanted.clients, "is_fresh": wanted.is_fresh, "seconds": self.seconds}
        got = asked(wanted.requests, wanted.headers, **how)
        times = got.percentile(0.5), got.percentile(0.95)
        return Measured(self.cases, wanted.what, wanted.clients, got.rate, *times)

    def _raw(self, wanted: Wanted) -> float:
        request, headers = wanted.requests[0], wanted.headers
        client = Client(headers=headers, SERVER_NAME="localhost")
        for cookie in headers.get("Cookie", "").split(";"):
            if name := cookie.partition("=")[0]:
                client.cookies[name.strip()] = cookie.partition("=")[2]
        if wanted.is_fresh:
            client.defaults["HTTP_IDEMPOTENCY_KEY"] = uuid.uuid4().hex

        def once() -> None:
            body = json.dumps(request.get("body")).replace("%(n)s", "0")
            if request.get("method") == "POST":
                answer = client.post(request["path"], body, content_type="application/json")
            else:
                answer = client.get(request["path"])
            if answer.status_code >= 300:
                raise click.ClickException(answer.content.decode()[:500])

        if request.get("method") != "POST":
            once()  # what the process keeps is asked once
        replay = Replay(write_down(once))
        return median(replay.milliseconds(min(self.seconds, 3)))


def pace() -> float:
    """Seconds this machine takes just now for five million multiplications in Python: figures of
    different days and machines are compared by it.
    """
    began, total = time.perf_counter(), 0
    for number in range(5_000_000):
        total += number * number
    return time.perf_counter() - began


def memory(server: subprocess.Popen) -> tuple[float, float]:
    """MB held by the web server with all processes that answer, and by the worker; shared pages
    counted once.
    """
    web, worker = 0.0, 0.0
    for pid in _below(server.pid):
        rollup = _read(pid, "smaps_rollup").decode()
        own = next(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:")
        if b"kept.web.forking" in _read(pid, "cmdline"):
            web += own / 1024
        else:
            worker += own / 1024
    return web, worker


def _below(pid: int) -> Iterator[int]:
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(child)
        yield from _below(int(child))


def _read(pid: int, name: str) -> bytes:
    return Path(f"/proc/{pid}/{name}").read_bytes()


@click.command()
@click.option("--cases", default="1000,100000", show_default=True, help="How many, one by one.")
@click.option("--seconds", default=6.0, show_default=True, help="How long each is asked.")
def main(cases: str, seconds: float) -> None:
    """Measure an empty database of its own, named by KEPT_DATABASE_URL."""
    prepare()
    if not Unit.objects.exists():
        installation.found()
    is_postgres = connection.vendor == "postgresql"
    processes = 2 if is_postgres else 1
    click.echo(f"{connection.vendor}, {processes} server processes\n\n{HEADER}")
    paces = [pace()]
    for count in map(int, cases.split(",")):
        installation.fill(count, _progress)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if is_postgres else "ANALYZE")
        bench = Bench(count, seconds)
        with serving(processes) as server:
            for line in bench.lines():
                click.echo(line.line)
            web, worker = memory(server)
        cold = server.cold  # type: ignore[attr-defined]
        held = f"{processes} server processes {web:.0f} MB, worker {worker:.0f} MB"
        click.echo(f"\ncold start {cold:.2f} s; {held}\n")
        paces.append(pace())
    done = importing.import_customers(_empty_branch(), User.objects.system())
    click.echo(f"customers imported: {done['rows_per_second']:.0f} a second")
    click.echo(f"pace of the machine: {', '.join(f'{one:.2f}' for one in paces)} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"memory of this process at most {peak:.0f} MB")


def _empty_branch() -> Unit:
    return Unit.objects.get(code="HN-B29")


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{done:,} / {total:,}", nl=done >= total, err=True)


if __name__ == "__main__":
    main()
