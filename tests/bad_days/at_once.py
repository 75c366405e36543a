"""Many people doing the same thing at the same moment; prints what each of them got."""

import json
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from kept.cases.actions import open_case, take_case  # noqa: E402
from kept.cases.models import Case, Route  # noqa: E402
from kept.field.actions import dispatch_engineer  # noqa: E402
from kept.kit import clock  # noqa: E402
from kept.kit.refusal import Refused  # noqa: E402
from kept.people.actions import issue_token  # noqa: E402
from kept.people.models import Unit, User  # noqa: E402

PEOPLE = 50
CREATES = 20
CLICKS = 2
PROGRAMS = 8
DISPATCHERS = 8


def take(number: int) -> str:
    """One of fifty people reaches for the same case."""
    person = User.objects.get(username=f"clerk-{number}")
    take_case(Case.objects.get(), by=person)
    return person.username


def create(number: int) -> str:
    """One of twenty people takes a call."""
    return _open(f"clerk-{number}", key=None).number


def click(number: int) -> str:
    """One person clicks twice."""
    return _open("clerk-0", key="the-same-key").number


def program(number: int) -> str:
    """A program whose connection broke sends the same request once more, eight times over."""
    headers = {"Authorization": f"Bearer {TOKEN[0]}", "Idempotency-Key": "the-same-request"}
    body = {"unit": "YQ-HL", "route": "phone", "summary": "Prints nothing"}
    sent = {"content_type": "application/json", "headers": headers, "SERVER_NAME": "localhost"}
    return Client().post("/api/v1/cases", body, **sent).json()["ref"]


def dispatch(number: int) -> str:
    """One of eight dispatchers sends the same engineer, each for a case of their own."""
    case = Case.objects.get(summary=f"Kiln {number}")
    sent = dispatch_engineer(
        case,
        by=User.objects.get(username="lin"),
        engineer=User.objects.get(username="zhou"),
        agreed_from=clock.now() + timedelta(hours=2),
        outside_hours=True,
    )
    return sent.number


def give_token() -> None:
    """One for the program, made here: its digest is kept under the key of this home."""
    clerk = User.objects.get(username="clerk-0")
    TOKEN.append(issue_token(clerk, by=User.objects.system(), name="Program").fresh_token)


TOKEN: list[str] = []


def _open(username: str, key: str | None) -> Case:
    values = {
        "unit": Unit.objects.get(code="YQ-HL"),
        "route": Route.PHONE,
        "summary": "Prints nothing",
    }
    return open_case.perform(by=User.objects.get(username=username), values=values, key=key)


WHAT: dict[str, tuple[Callable[[int], str], int]] = {
    "take": (take, PEOPLE),
    "create": (create, CREATES),
    "click": (click, CLICKS),
    "program": (program, PROGRAMS),
    "dispatch": (dispatch, DISPATCHERS),
}


def run_at_once(what: Callable[[int], str], how_many: int) -> list[Any]:
    """Everybody waits for everybody, then all go; a refusal is told as ["refused", sentence]."""
    gate, got = threading.Barrier(how_many), [None] * how_many

    def go(number: int) -> None:
        connection.ensure_connection()
        gate.wait()
        try:
            got[number] = what(number)
        except Refused as refused:
            got[number] = ["refused", str(refused)]
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


what, how_many = WHAT[sys.argv[1]]
if what is program:
    give_token()
print(json.dumps(run_at_once(what, how_many)))  # noqa: T201
