"""The people and companies who recur in the stories, and how their days are told."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kept.cases.models import Case, Outcome
from kept.kit import clock
from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import Unit, UnitKind, User
from kept.promises.models import Promise
from kept.promises.sweep import sweep

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    """``2026-06-01 09:00`` on the wall in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def at(text: str):
    """Let it be that moment; whatever became due by then is flagged, as the worker would."""
    return clock.at(moment(text))


def the_clock_strikes(text: str) -> None:
    """Time passes: the sweep looks at every promise due by then."""
    with at(text):
        sweep()


def promise_of(case: Case, kind: str) -> Promise:
    """The latest promise of a kind about a case."""
    return Promise.objects.filter(about=case.thread_id, kind=kind).latest("pk")


def outcome(case: Case, code: str) -> Outcome:
    return Outcome.objects.in_force(case.unit).get(code=code)


def software_house() -> dict[str, Unit | User]:
    """S1: a software vendor with a hotline, a solution department, and the branches' people."""
    company = make_company("YQ", "Yunqi Software", pack="software")
    centre = make_unit(company, "YQ-CS", "Customer service centre", UnitKind.HEADQUARTERS)
    hotline = make_unit(centre, "YQ-HL", "Hotline", UnitKind.HOTLINE)
    solution = make_unit(company, "YQ-SD", "Solution department", UnitKind.DEPARTMENT)
    guangxi = make_unit(company, "YQ-GX", "Guangxi branch", UnitKind.BRANCH)
    people = {
        "chief": make_user(company, "chief", "lead", "administrator", name="韓總"),
        "lin": make_user(hotline, "lin", "clerk", name="林"),
        "mei": make_user(hotline, "mei", "clerk", name="梅"),
        "shen": make_user(solution, "shen", "engineer", name="沈"),
        "board": make_user(centre, "board", "moderator", name="羅"),
    }
    for login in ("lin", "mei", "board", "shen"):
        people[login] = give(people[login], "directory", company)
    units = {"company": company, "centre": centre, "hotline": hotline, "solution": solution,
             "guangxi": guangxi}  # fmt: skip
    return {**units, **people}


def equipment_maker() -> dict[str, Unit | User]:
    """S2: an equipment manufacturer with one service centre."""
    company = make_company("HJ", "Hengjian Machinery", pack="equipment")
    service = make_unit(company, "HJ-SV", "Service centre", UnitKind.HEADQUARTERS)
    return {
        "company": company,
        "service": service,
        "lead": make_user(company, "gao", "lead", name="高"),
        "clerk": make_user(service, "qin", "clerk", name="秦"),
    }


__all__ = [
    "at",
    "equipment_maker",
    "give",
    "make_unit",
    "make_user",
    "moment",
    "outcome",
    "promise_of",
    "software_house",
    "the_clock_strikes",
]
