"""Loading the demo: five companies founded, then a year of cases told at once, up to now."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kept.demo import script
from kept.demo.duties import Duties
from kept.demo.founding import Company, absences_of, found
from kept.demo.frauds import frauds_of
from kept.demo.hours import DENSE, Happening, beginnings
from kept.demo.memory import one_long_telling
from kept.demo.script import COMPANIES, Scene, Storyline
from kept.demo.telling import Telling, tell_all
from kept.demo.upkeep import upkeep_of
from kept.kit import clock
from kept.kit.refusal import Refused
from kept.people.actions import grant_role
from kept.people.models import Installation, Role, Unit, User
from kept.timeline.notices import mark_read

NAME = "恒岱 Hengdai"
SEED = 20_417
CASES_A_COMPANY = 240
#: Steps of a matter that is soon done.
SHORT = 5
#: Nobody comes again about one of the first matters.
FIRST = 2
#: Until each storyline was told once, every other recent case is one of those still missing.
EACH_ONCE = 0.5
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
        for pack in packs:
            progress(0, round(CASES_A_COMPANY * scale) * len(packs), _name(pack))
            companies.append(found(pack, now, random.Random(f"{SEED} {pack}"), scale=scale))
        _group_manager(companies, now)
        chance = random.Random(SEED)
        tellings = [one for company in companies for one in tellings_of(company, now, scale=scale)]
        also = [one for company in companies for one in upkeep_of(company, now, chance)]
        also += [one for company in companies for one in absences_of(company)]
        also += [one for company in companies for one in _frauds(company, now)]
        duties = Duties(companies, now, random.Random(f"{SEED} duties"))
        _tell(tellings, now, progress, [*also, *duties.rounds()])


def _frauds(company: Company, now: datetime) -> list[Happening]:
    return frauds_of(company, now, random.Random(f"{SEED} {company.unit.code} frauds"))


def _name(pack: str) -> str:
    company = script.company(pack)["company"]
    return company["name"][company["language"]]


def _installation() -> None:
    there = Installation.kept()
    there.name, there.is_demo = NAME, True
    there.save()


def _tell(
    tellings: list[Telling], now: datetime, progress: Progress, upkeep: list[Happening]
) -> None:
    begun = 0

    def heard(moment: datetime) -> None:
        nonlocal begun
        begun += 1
        progress(begun, len(tellings), f"{moment:%Y-%m-%d}")

    staff = list(User.objects.active())
    reading: list[Happening] = [(now - READ_UNTIL, partial(_read, user)) for user in staff]
    with one_long_telling():
        tell_all(tellings, now, heard, also=[*reading, *upkeep])


def _read(user: User) -> None:
    mark_read(user)


def tellings_of(company: Company, now: datetime, *, scale: float) -> list[Telling]:
    """The scenes that stand on the desks now, and a year of other cases."""
    chance = random.Random(f"{SEED} {company.unit.code} cases")
    lines = {line.code: line for line in script.storylines(company.pack)}
    scenes = script.scenes(company.pack)
    told = [telling_of(company, lines[one.story], chance, now, scene=one) for one in scenes]
    told = told[: max(2, round(len(told) * scale))]
    count = max(4, round(CASES_A_COMPANY * scale) - len(told))
    moments = beginnings(count, company.hours, now, chance)
    chosen = _chosen(list(lines.values()), moments, now, chance)
    for moment, line in zip(moments, chosen, strict=True):
        told.append(telling_of(company, line, chance, now, begins=moment))
    return told


def _chosen(
    lines: list[Storyline], moments: list[datetime], now: datetime, chance: random.Random
) -> list[Storyline]:
    """A storyline for each moment by its share: long ones mostly in the last weeks, where there is
    room each at least once.
    """
    short = [line for line in lines if len(line.steps) <= SHORT]
    recent = [moment > now - DENSE for moment in moments]
    each_once = chance.sample(lines, len(lines)) if sum(recent) > 2 * len(lines) else []
    found = []
    for is_recent in recent:
        if is_recent and each_once and chance.random() < EACH_ONCE:
            found.append(each_once.pop())
            continue
        pool = lines if is_recent else short
        if len(found) < FIRST:
            pool = [line for line in short if not line.again and not line.unknown]
        found.append(chance.choices(pool, [_share(line) for line in pool])[0])
    return found


def _share(line: Storyline) -> float:
    """Short matters are more frequent than long ones."""
    return line.share if len(line.steps) <= SHORT else line.share / 3


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
        language=company.spec["company"]["language"],
        opener=scene.by if scene else "",
        others=company.customers,
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
