"""How fast and how completely Kept finds: ``python -m bench.searching [CASES]``.

Fills the database that KEPT_DATABASE_URL names (an empty one of its own, please) with synthetic
cases over real texts, asks for words of every sort as somebody who sees all, as somebody of one
unit among thirty, and as somebody who sees two hundred cases, and prints what it took; and sixty
questions over all texts against a plain scan: recall and precision. ``speed`` and ``recall`` give
the same as rows.
"""

import os
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kept.web.settings")
import click
import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from kept.cases.importing.bulk import Batch, import_cases  # noqa: E402
from kept.cases.importing.drafts import CaseDraft  # noqa: E402
from kept.cases.models import Case  # noqa: E402
from kept.cases.similar import similar_cases  # noqa: E402
from kept.kit import clock  # noqa: E402
from kept.people.factories import make_company, make_unit, make_user  # noqa: E402
from kept.people.models import Unit, UnitKind, User  # noqa: E402
from kept.search.queries import find  # noqa: E402
from kept.search.tests import reviews  # noqa: E402
from kept.timeline.models import Sight, Thread  # noqa: E402
from kept.web.readiness import prepare  # noqa: E402

UNITS, BATCH, SEES = 30, 1_000, 200
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧单曾"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国志海波红玉梅"
PEOPLE = {"all": "sees-all", "1 unit of 30": "sees-unit", "200 cases": "sees-few"}
LIMIT, ROUNDS = 50, 3
_HAN = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Took:
    """Milliseconds of one sort of question for one person: median, 95th of 100, longest."""

    who: str
    sort: str
    asked: int
    p50: float
    p95: float
    longest: float


def fill(count: int) -> None:
    """An installation of one company, thirty units and so many cases over the texts."""
    chance = random.Random(7)
    company = make_company("HN", "Bench")
    units = [make_unit(company, f"U{n:02}", kind=UnitKind.BRANCH) for n in range(UNITS)]
    alone = make_unit(company, "FEW", kind=UnitKind.BRANCH)
    make_user(company, PEOPLE["all"], "lead")
    make_user(units[3], PEOPLE["1 unit of 30"], "lead")
    few = make_user(alone, PEOPLE["200 cases"], "clerk")
    owners = {unit.pk: make_user(unit, f"owner-{unit.code.lower()}", "clerk") for unit in units}
    system, texts = User.objects.system(), [text for text in reviews.texts() if text]
    for start in range(0, count, BATCH):
        unit = chance.choice(units)
        size = min(BATCH, count - start)
        drafts = [_draft(start + n, chance.choice(texts), chance) for n in range(size)]
        import_cases(
            by=system, unit=unit, owner=owners[unit.pk], source="bench", batch=Batch(drafts)
        )
    keys = list(Thread.objects.filter(kind=Case.kind).values_list("pk", flat=True))
    some = chance.sample(keys, min(SEES, len(keys)))
    Sight.objects.bulk_create(Sight(thread_id=key, scope=few.scope, kind=Case.kind) for key in some)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _draft(number: int, text: str, chance: random.Random) -> CaseDraft:
    received = clock.now() - timedelta(minutes=chance.randrange(7_000, 900_000))
    is_closed = chance.random() < 0.85
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2))))
    has_serial = chance.random() < 0.5
    return CaseDraft(
        f"R{number}",
        " ".join(text[: chance.choice((18, 30, 45))].split()),
        received,
        description=text,
        caller_name=name,
        caller_phone=f"1{chance.choice('3578')}{chance.randrange(10**9):09}",
        serial=f"SN-{chance.choice('ABCD')}{chance.randrange(10**6):06}" if has_serial else "",
        closed_at=received + timedelta(hours=chance.randrange(1, 90)) if is_closed else None,
        result="已处理：更换配件。" if is_closed else "",
    )


def asked_for(texts: Sequence[str], many: int = 60) -> dict[str, list[str]]:
    """Words of every sort, taken from texts by chance, always the same."""
    chance = random.Random(3)
    runs = [run for text in texts for run in _HAN.findall(text)]

    def pieces(length: int) -> list[str]:
        long = [run for run in runs if len(run) >= length]
        picked = (chance.choice(long) for _ in range(many))
        return [run[at : at + length] for run in picked for at in [len(run) // 2 - length // 2]]

    return {
        "1 character": pieces(1),
        "common character": list("的是了不好有很一我这"),
        "2 characters": pieces(2),
        "3 characters": pieces(3),
        "4 characters": pieces(4),
        "2 words": [f"{a} {b}" for a, b in zip(pieces(2), pieces(2), strict=True)],
        "letters": ["sn", "a4", "wi", "windows", "hp", "cpu", "qq", "t", "zw", "zhang", "lijun"],
        "digits": ["138", "1380", "13812", "8000", "123456", "001", "20", "2", "1", "13"],
        "nothing": ["龘龘", "qzxv", "99999999999"],
    }


def speed(count_of_texts: int = 600) -> Iterator[Took]:
    """What finding took, for each person and sort; and similar cases while typing."""
    chance = random.Random(5)
    texts = [text for text in reviews.texts() if text]
    some = chance.sample(texts, count_of_texts)
    told = [text[: chance.choice((12, 30, 120))] for text in chance.sample(texts, 60)]
    for who, username in PEOPLE.items():
        reader = User.objects.get(username=username)
        for sort, words in asked_for(some).items():
            yield _took(who, sort, words, lambda typed, reader=reader: _shown(reader, typed))
        yield _took(
            who, "similar cases", told, lambda text, reader=reader: similar_cases(reader, text)
        )


def _shown(reader: User, typed: str) -> list[tuple]:
    hits = find(reader, typed, limit=LIMIT)
    return [(hit.title.html, hit.known_by, hit.excerpt.html) for hit in hits]


def _took(who: str, sort: str, words: Iterable[str], ask: Callable[[str], object]) -> Took:
    """The best of a few rounds of each question, so that what else runs here counts less."""
    times = []
    for typed in words:
        rounds = []
        for _round in range(ROUNDS):
            began = perf_counter()
            ask(typed)
            rounds.append((perf_counter() - began) * 1_000)
        times.append(min(rounds))
    times.sort()
    last = len(times) - 1
    p50, p95 = times[round(last * 0.5)], times[round(last * 0.95)]
    return Took(who, sort, len(times), p50, p95, times[last])


def recall() -> list[reviews.Asked]:
    """Sixty questions over all texts; what was put for them is taken back."""
    with transaction.atomic():
        answers = list(reviews.ask_all(reviews.put_all(reviews.texts())))
        transaction.set_rollback(True)
    return answers


def table(rows: Iterable[Took]) -> str:
    """As a table in Markdown."""
    lines = ["| who sees | asked for | p50 ms | p95 ms | longest |", "|--|--|--:|--:|--:|"]
    lines += [
        f"| {one.who} | {one.sort} | {one.p50:.1f} | {one.p95:.1f} | {one.longest:.1f} |"
        for one in rows
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    prepare()
    if not Unit.objects.exists():
        click.echo(f"{reviews.table(recall())}\n")
        fill(int(arguments[0]) if arguments else 100_000)
    click.echo(f"{Case.objects.count():,} cases on {connection.vendor}\n")
    click.echo(table(speed()))


if __name__ == "__main__":
    main(sys.argv[1:])
