"""Runs verbs again and again, killed after the first write, the second, and so on to the last.

After each kill the parent, which wrote nothing, looks: everything or nothing. Prints for each verb
how often it was killed and what the last, undisturbed run changed.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from kept.cases.actions import (  # noqa: E402
    accept_case,
    classify,
    close_case,
    give_back,
    hand_over,
    mark_solved,
    open_case,
    reply,
    take_case,
)
from kept.cases.models import Case, CaseClass, Evidence, Outcome, Route  # noqa: E402
from kept.kit.testing.refusing import state_of_everything  # noqa: E402
from kept.people.models import Unit, User  # noqa: E402

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "WITH U0 AS (UPDATE")
KILLED = 9


def user(username: str) -> User:
    return User.objects.get(username=username)


def open_one() -> None:
    unit = Unit.objects.get(code="YQ-HL")
    values = {"unit": unit, "route": Route.MAIL, "summary": "Prints nothing", "description": "…"}
    open_case.perform(by=user("lin"), values=values, key="first-key")


def back_to_queue() -> None:
    give_back(Case.objects.get(), by=user("lin"), reason="Lunch")


def take_one() -> None:
    take_case.perform(Case.objects.get(), by=user("lin"), values={}, key="second-key")


def hand_one() -> None:
    hand_over(Case.objects.get(), by=user("lin"), to_person=user("mei"), summary="Facts so far")


def accepted_and_solved() -> None:
    case, lin = Case.objects.get(), user("lin")
    accept_case(case, by=user("mei"))
    reply(case, by=user("mei"), route=Route.MAIL, answer="Switch it on")
    classify(case, by=lin, classification=CaseClass.OPERATION)
    mark_solved(case, by=lin, evidence=Evidence.THIS_CALL, words="It works")


def close_one() -> None:
    close_case(Case.objects.get(), by=user("lin"), outcome=Outcome.objects.get(code="solved"))


#: What is killed, and what has to happen before it.
DAY: list[tuple[Callable[[], None], Callable[[], None] | None]] = [
    (open_one, None),
    (take_one, back_to_queue),
    (hand_one, None),
    (close_one, accepted_and_solved),
]


class Killer:
    """Ends the process, as a power cut would, right after its n-th write."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.lstrip().upper().startswith(WRITES):
            self.left -= 1
            if self.left == 0:
                os._exit(KILLED)
        return result


def is_killed(verb: Callable[[], None], after: int) -> bool:
    """Whether the verb was killed; a child of its own each time, with a connection of its own."""
    connection.close()
    child = os.fork()
    if child == 0:
        with connection.execute_wrapper(Killer(after)):
            verb()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, KILLED), f"the verb failed by itself: {code}"
    return code == KILLED


def changed_since(before: dict[str, int]) -> list[str]:
    return sorted(label for label, state in state_of_everything().items() if before[label] != state)


def kill_everywhere(verb: Callable[[], None]) -> dict[str, Any]:
    """Kill a verb after each of its writes; then let it run."""
    before, writes = state_of_everything(), 0
    while is_killed(verb, writes + 1):
        writes += 1
        changed = changed_since(before)
        assert not changed, f"{verb.__name__} killed after write {writes} changed {changed}"
    return {"killed": writes, "changed": changed_since(before)}


def main() -> None:
    done = {}
    for verb, prepare in DAY:
        if prepare:
            prepare()
        done[verb.__name__] = kill_everywhere(verb)
    print(json.dumps(done))  # noqa: T201


main()
