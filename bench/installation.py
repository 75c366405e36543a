"""An installation to measure: one company with thirty branches, its people and so many cases."""

import random
from datetime import timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from bench.importing import GIVEN, SURNAMES
from kept.cases.importing.bulk import Batch, import_cases
from kept.cases.importing.drafts import CaseDraft
from kept.cases.models import Case
from kept.kit import clock
from kept.parties.actions import add_account
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import ApiToken, Installation, Unit, UnitKind, User
from kept.people.models.token import digest, new_token
from kept.people.real_time import real_now
from kept.web.sessions import SessionStore

BRANCHES, CUSTOMERS, BATCH = 30, 60, 1_000
OPEN_SHARE = 0.15
FAULTS = (
    "漏油", "异响", "不能开机", "打印空白", "网络连接失败", "报错 E37", "数据丢失", "安装失败",
    "温度过高",
    "屏幕闪烁",
    "does not start", "prints nothing", "license expired", "slow since update", "loses connection",
)  # fmt: skip
PARTS = (
    "主机",
    "打印机",
    "传感器",
    "控制板",
    "服务器",
    "客户端",
    "A100",
    "K-7 pump",
    "报表",
    "接口",
)


def found() -> None:
    """The company, its branches, a clerk for each, the one who measures, and some customers."""
    Installation.kept()
    company = make_company("HN", "Huaning")
    clerk = None
    for number in range(BRANCHES):
        unit = make_unit(company, f"HN-B{number:02}", kind=UnitKind.BRANCH)
        clerk = make_user(unit, f"clerk-{number:02}", "clerk")
    make_user(company, "lead", "lead")
    system = User.objects.system()
    for number in range(CUSTOMERS):
        unit = Unit.objects.get(code=f"HN-B{number % BRANCHES:02}")
        person = SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]
        add_account(
            by=system,
            unit=unit,
            name=f"长沙{GIVEN[number % 40]}{GIVEN[number % 37]}{number:02}贸易有限公司",
            contact_name=person,
            phone=f"138{number:08}",
        )
    assert clerk is not None


def fill(count: int, say: Any) -> None:
    """Cases until there are so many, spread over the branches, most of them closed."""
    chance, system = random.Random(count), User.objects.system()
    have = Case.objects.count()
    clerks = {user.unit_id: user for user in User.objects.filter(username__startswith="clerk-")}
    units = list(Unit.objects.filter(pk__in=clerks))
    batch = min(BATCH, max((count - have) // BRANCHES, 1))
    for turn, start in enumerate(range(have, count, batch)):
        unit = units[turn % len(units)]
        size = min(batch, count - start)
        drafts = [_draft(start + number, chance) for number in range(size)]
        done = import_cases(
            by=system, unit=unit, owner=clerks[unit.pk], source="bench", batch=Batch(drafts)
        )
        assert not done.faults, done.faults[0]
        say(start + size, count)


def _draft(number: int, chance: random.Random) -> CaseDraft:
    received = clock.now() - timedelta(minutes=chance.randrange(7_000, 900_000))
    is_open = chance.random() < OPEN_SHARE
    summary = f"{chance.choice(PARTS)}{chance.choice(FAULTS)} {number}"
    told = "，".join(chance.choice(PARTS) + chance.choice(FAULTS) for _ in range(6))
    return CaseDraft(
        f"R{number}",
        summary,
        received,
        description=told,
        caller_name=chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2)),
        caller_phone=f"1{chance.choice('3578')}{chance.randrange(10**9):09}",
        due_at=received + timedelta(hours=chance.randrange(4, 900)) if is_open else None,
        closed_at=None if is_open else received + timedelta(hours=chance.randrange(1, 90)),
        result="" if is_open else "更换后正常。",
    )


def token_of(username: str) -> str:
    token = new_token()
    ApiToken.objects.create(
        user=User.objects.get(username=username),
        name="bench",
        digest=digest(token),
        hint=token[:9],
        created_at=real_now(),
    )
    return token


def session_of(username: str) -> str:
    """The cookie of a signed-in page, without the sign-in."""
    user, session = User.objects.get(username=username), SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "kept.people.backend.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
