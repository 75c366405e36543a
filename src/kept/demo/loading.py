"""Loading the demo: five companies founded, then a year of cases told at once, up to now."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kept.demo import script
from kept.demo.founding import Company, found
from kept.demo.hours import beginnings
from kept.demo.script import COMPANIES, Scene, Storyline
from kept.demo.telling import Telling, tell_all
from kept.kit import clock
from kept.kit.refusal import Refused
from kept.people.actions import grant_role
from kept.people.models import Installation, Role, Unit, User
from kept.timeline.notices import mark_read

NAME = "恒岱集团 Hengdai Group"
SEED = 20_417
CASES_A_COMPANY = 240
#: Everybody has read what came before this; the rest still stands in the bell.
READ_UNTIL = timedelta(hours=5)

Progress = Callable[[int, int, str], None]
CastList = list[tuple[str, list[tuple[str, str, str, str]]]]


def load(
    progress: Progress = lambda done, total, what: None,
    *,
    scale: float = 1.0,
    packs: tuple[str, ...] = COMPANIES,
) -> None:
    """Fill an empty database with the group. ``scale`` makes it smaller, for tests.

    ``progress`` hears how many of how many cases are told, and what is being done. All of it or
    nothing. Raises Refused when the database holds anything already.
    """
    if Unit.objects.exists():
        raise Refused(_("There is a company here already. The demo needs an empty database."))
    now = clock.now()
    with transaction.atomic():
        _installation()
        companies = []
        total = 0
        for pack in packs:
            progress(0, total, str(script.company(pack)["company"]["name"]["en"]))
            companies.append(found(pack, now, random.Random(f"{SEED} {pack}"), scale=scale))
        _group_manager(companies, now)
        tellings = [one for company in companies for one in tellings_of(company, now, scale=scale)]
        _tell(tellings, now, progress)


def _installation() -> None:
    there = Installation.kept()
    there.name, there.is_demo = NAME, True
    there.save()


def _tell(tellings: list[Telling], now: datetime, progress: Progress) -> None:
    begun = 0

    def heard(moment: datetime) -> None:
        nonlocal begun
        begun += 1
        progress(begun, len(tellings), f"{moment:%Y-%m-%d}")

    staff = list(User.objects.active())
    reading = [(now - READ_UNTIL, partial(mark_read, user)) for user in staff]
    tell_all(tellings, now, heard, also=reading)


def tellings_of(company: Company, now: datetime, *, scale: float) -> list[Telling]:
    """The scenes that stand on the desks now, and a year of other cases."""
    chance = random.Random(f"{SEED} {company.unit.code} cases")
    lines = {line.code: line for line in script.storylines(company.pack)}
    scenes = script.scenes(company.pack)
    told = [telling_of(company, lines[one.story], chance, now, scene=one) for one in scenes]
    told = told[: max(2, round(len(told) * scale))]
    count = max(4, round(CASES_A_COMPANY * scale) - len(told))
    moments = beginnings(count, company.hours, now, chance)
    for moment, line in zip(moments, _shuffled(list(lines.values()), count, chance), strict=True):
        told.append(telling_of(company, line, chance, now, begins=moment))
    return told


def _shuffled(lines: list[Storyline], count: int, chance: random.Random) -> list[Storyline]:
    """Storylines by their share; where there is room, each at least once."""
    others = chance.choices(lines, [line.share for line in lines], k=max(0, count - len(lines)))
    chosen = [*chance.sample(lines, min(count, len(lines))), *others]
    chance.shuffle(chosen)
    return chosen


def telling_of(
    company: Company,
    line: Storyline,
    chance: random.Random,
    now: datetime,
    *,
    begins: datetime | None = None,
    scene: Scene | None = None,
) -> Telling:
    """A storyline with a customer and a product that fit it."""
    able = [one for one in company.customers if not line.who or one.group in line.who]
    if line.serial:
        able = [one for one in able if _fitting(one, line)]
    customer = chance.choice(able)
    serial = chance.choice(_fitting(customer, line)) if line.serial else None
    product = serial.product if serial else None
    if line.product and serial is None:
        product = company.products[chance.choice(line.product)]
    return Telling(
        line=line,
        cast=company.cast,
        customer=customer,
        unit=company.unit,
        hours=company.hours,
        mailbox=company.spec["company"]["mailbox"],
        begins=begins or now - (scene.ago if scene else timedelta()),
        chance=random.Random(chance.random()),
        product=product,
        serial=serial,
        steps_wanted=scene.steps if scene else None,
        hurry=_hurry(line, scene) if scene else None,
    )


def _fitting(customer, line: Storyline) -> list:
    wanted = line.product
    return [one for one in customer.serials if not wanted or one.product.code in wanted]


def _hurry(line: Storyline, scene: Scene) -> float:
    """A scene's steps lie between its beginning and now, however short that is."""
    long = sum((step.delay for step in line.steps[: scene.steps]), timedelta())
    return min(1.0, 0.9 * scene.ago / long) if long else 1.0


def _group_manager(companies: list[Company], now: datetime) -> None:
    """One person of the first company sees into all of them."""
    boss = next(
        (one.user for company in companies for one in company.cast.players if "group" in one.tags),
        None,
    )
    if boss is None:
        return
    with clock.at(now - timedelta(days=700)):
        for company in companies:
            if company.unit.pk == boss.company_id:
                continue
            role = Role.objects.get(company=company.unit, code="lead")
            grant_role(boss, by=User.objects.system(), role=role, unit=company.unit)


def cast() -> CastList:
    """Who one can be: for each company (name, user name, job title, language)."""
    people = User.objects.active().filter(company__isnull=False).select_related("company")
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for user in people.order_by("company__pk", "pk"):
        row = (user.name, user.username, user.title, user.language)
        found.setdefault(str(user.company), []).append(row)
    return list(found.items())


