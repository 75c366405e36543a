"""How fast promises are counted, swept and proved: ``python -m bench.clockwork [OPTIONS]``.

Due times    so many a second of one core's time, for common rules on realistic calendars, after the
             years were laid out once; moments spread over two years.
The sweep    the time for 1,000 due among 1,000 running, and among many more (``--running``): both
             on the database KEPT_DATABASE_URL names, an empty one of its own, please; and for
             ``--due`` due at once.
Proving      ``kept verify`` of the promises with a growing number of clock events, each in a
             process of its own: seconds, and the peak of its memory.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter, process_time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kept.web.settings")
import click
import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from kept.kit import clock  # noqa: E402
from kept.kit.bulk import insert_values, next_keys  # noqa: E402
from kept.kit.verifying import verify  # noqa: E402
from kept.people.factories import make_company, make_unit, make_user  # noqa: E402
from kept.people.models import Unit, UnitKind, User  # noqa: E402
from kept.promises.clockwork import Duration, WorkCalendar, due_at, week_of  # noqa: E402
from kept.promises.clockwork.calendar import always  # noqa: E402
from kept.promises.clockwork.holidays import official_days  # noqa: E402
from kept.promises.factories import make_running  # noqa: E402
from kept.promises.models import ClockEvent, Promise  # noqa: E402
from kept.promises.sweep import sweep  # noqa: E402
from kept.web.readiness import prepare  # noqa: E402

RULES = ("24 hours", "4 working_hours", "10 calendar_days", "3 working_days", "1 calendar_months")
WANTED = 200_000
ROUNDS = 5
BATCH = 10_000
START = datetime(2026, 6, 1, 8, tzinfo=UTC)


def calendars() -> dict[str, WorkCalendar]:
    """Two shifts a day with the official days of China and of France, and day and night."""
    week = {"mon-fri": ["08:30-12:00", "13:30-18:00"]}
    china, france = (
        WorkCalendar(zone, week_of(week)) for zone in ("Asia/Shanghai", "Europe/Paris")
    )
    return {
        "China, two shifts": official_days("CN", 2024, 2026).applied_to(china),
        "France, two shifts": official_days("FR", 2024, 2028).applied_to(france),
        "day and night": always("Asia/Shanghai"),
    }


def due_times(count: int) -> Iterator[tuple[str, str, float]]:
    """Rule, calendar, due times a second: the median of some rounds."""
    moments = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=n * 631) for n in range(count)]
    for name, calendar in calendars().items():
        for text in RULES:
            duration = Duration.of(text)
            yield text, name, count / median(_seconds(duration, calendar, moments))


def _seconds(
    duration: Duration, calendar: WorkCalendar, moments: list[datetime]
) -> Iterator[float]:
    for moment in moments:
        due_at(duration, moment, calendar)
    for _round in range(ROUNDS):
        began = process_time()
        for moment in moments:
            due_at(duration, moment, calendar)
        yield process_time() - began


def took(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def house() -> tuple[Unit, User]:
    """A company with one branch and somebody who owes everything, made when first asked for."""
    if (person := User.objects.filter(username="owes").select_related("unit").first()) is not None:
        assert person.unit is not None
        return person.unit, person
    company = make_company("BN", "Bench", pack="handset")
    unit = make_unit(company, "BN-1", "Branch", UnitKind.BRANCH)
    return unit, make_user(unit, "owes", "clerk")


def make_many(unit: Unit, person: User, count: int, due: datetime) -> None:
    """Running promises due from a moment on, a second apart."""
    for start in range(0, count, BATCH):
        size = min(BATCH, count - start)
        moments = [due + timedelta(seconds=start + n) for n in range(size)]
        with transaction.atomic():
            make_running(unit, person, moments, started_at=START - timedelta(days=1))


def swept(unit: Unit, person: User, due: int) -> float:
    """Seconds for one sweep over so many due."""
    make_many(unit, person, due, START - timedelta(seconds=due))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    with clock.at(START):
        began = perf_counter()
        done = sweep()
        seconds = perf_counter() - began
    assert done == due, done
    return seconds


def sweeps(running: int, at_once: int) -> Iterator[tuple[str, float]]:
    """What is measured, and the seconds of the best of three."""
    unit, person = house()
    far = START + timedelta(days=900)
    make_many(unit, person, 1_000, far)
    yield "1,000 due among 1,000 running", min(swept(unit, person, 1_000) for _ in range(3))
    make_many(unit, person, running - 1_000, far)
    yield f"1,000 due among {running:,} running", min(swept(unit, person, 1_000) for _ in range(3))
    yield f"{at_once:,} due at once", swept(unit, person, at_once)


def give_pauses(times: int) -> None:
    """Twenty clock events for each of so many promises, bulk-inserted: paused and resumed."""
    unit, person = house()
    per = 20
    names = ("id", "promise_id", "seq", "kind", "at", "recorded_at", "reason", "data", "by_id")
    for start in range(0, times // per, 1_000):
        size = min(1_000, times // per - start)
        far = [START + timedelta(days=900, seconds=n) for n in range(size)]
        with transaction.atomic():
            made = make_running(unit, person, far, started_at=START)
            Promise.objects.filter(pk__in=[one.pk for one in made]).update(length=per - 1)
            keys = iter(next_keys(ClockEvent, size * (per - 2)))
            insert_values(
                ClockEvent,
                names,
                [
                    (
                        next(keys), one.pk, seq, "pause" if seq % 2 == 0 else "resume",
                        START + timedelta(hours=seq), START, "parts" if seq % 2 == 0 else "", {},
                        person.pk,
                    )
                    for one in made
                    for seq in range(2, per)
                ],
            )  # fmt: skip


def prove() -> None:
    """One ``kept verify`` of the promises; prints its seconds and the peak of its memory in MB."""
    seconds = took(_no_fault)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"{seconds:.3f} {peak:.1f}")


def _no_fault() -> None:
    faults = verify(only="promises").faults
    assert not faults, faults[0]


def proved() -> tuple[float, float]:
    """Seconds and megabytes of proving, in a process of its own."""
    command = [sys.executable, "-m", "bench.clockwork", "--part", "prove"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


@click.command()
@click.option("--part", type=click.Choice(["all", "due", "sweep", "memory", "prove"]),
              default="all", show_default=True)  # fmt: skip
@click.option("--moments", default=50_000, show_default=True, help="Due times for each rule.")
@click.option("--running", default=1_000_000, show_default=True, help="Running promises at most.")
@click.option("--due", default=10_000, show_default=True, help="Due at once.")
@click.option("--events", default="100000,1000000", show_default=True, help="Clock events.")
def main(part: str, moments: int, running: int, due: int, events: str) -> None:
    """Measure, and print a line for each."""
    if part == "prove":
        prove()
        return
    if part in ("all", "due"):
        click.echo("| rule | calendar | a second | enough |\n| --- | --- | ---: | --- |")
        for text, name, rate in due_times(moments):
            enough = "yes" if rate >= WANTED else "no"
            click.echo(f"| {text} | {name} | {rate:,.0f} | {enough} |")
    if part in ("all", "sweep"):
        prepare()
        click.echo(f"\n| sweep, {connection.vendor} | seconds | a second |\n| --- | ---: | ---: |")
        seconds = []
        for what, one in sweeps(running, due):
            seconds.append(one)
            many = due if "at once" in what else 1_000
            click.echo(f"| {what} | {one:.3f} | {many / one:,.0f} |")
        click.echo(f"\nratio {seconds[1] / seconds[0]:.2f} (at most 1.5)")
    if part in ("all", "memory"):
        _memory(sorted(map(int, events.split(","))))


def _memory(numbers: list[int]) -> None:
    prepare()
    click.echo("\n| clock events | promises | seconds | ms a promise | peak MB |")
    click.echo("| ---: | ---: | ---: | ---: | ---: |")
    for number in numbers:
        give_pauses(number - ClockEvent.objects.count())
        promises = Promise.objects.count()
        seconds, megabytes = proved()
        click.echo(
            f"| {ClockEvent.objects.count():,} | {promises:,} | {seconds:.1f} |"
            f" {seconds / promises * 1000:.2f} | {megabytes:.0f} |"
        )


if __name__ == "__main__":
    main()
