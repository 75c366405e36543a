"""The companies and people who recur in the tests of this module."""

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from kept.kit import clock
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    """``2026-03-02 09:00`` on the wall in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def at(text: str):
    return clock.at(moment(text))


def handset_maker() -> SimpleNamespace:
    """A handset maker: a channel owner, and two field managers in two regions."""
    company = make_company("JL", "Jinling Handsets", pack="handset")
    service = make_unit(company, "JL-CS", "Customer service", UnitKind.HEADQUARTERS)
    east = make_unit(service, "JL-E", "East", UnitKind.REGION)
    return SimpleNamespace(
        company=company,
        service=service,
        east=east,
        boss=make_user(company, "boss", "administrator", name="總管"),
        owner=make_user(company, "liqu", "channel_owner", name="李渠"),
        chen=make_user(east, "chenli", "field_manager", name="陳立", phone="13811112222"),
        sun=make_user(east, "sunwei", "field_manager", name="孫偉", phone="13833334444"),
        clerk=make_user(service, "clerk", "clerk", name="文員"),
    )


def software_vendor() -> SimpleNamespace:
    """A software vendor with a centre and two branches."""
    company = make_company("YQ", "Yunqi Software", pack="software")
    centre = make_unit(company, "YQ-CS", "Customer service centre", UnitKind.HEADQUARTERS)
    hunan = make_unit(company, "YQ-HN", "Hunan branch", UnitKind.BRANCH)
    guangxi = make_unit(company, "YQ-GX", "Guangxi branch", UnitKind.BRANCH)
    return SimpleNamespace(
        company=company,
        centre=centre,
        hunan=hunan,
        guangxi=guangxi,
        chief=make_user(company, "chief", "lead", name="韓總"),
        zhou=make_user(hunan, "zhou", "engineer", "clerk", name="周工"),
        he=make_user(guangxi, "he", "engineer", "clerk", name="何工"),
    )


def wall_covering_maker() -> SimpleNamespace:
    """A wall-covering maker: a specialist and an administration manager."""
    company = make_company("BZ", "Bizhi Wall Coverings", pack="wallcovering")
    office = make_unit(company, "BZ-OF", "Office", UnitKind.DEPARTMENT)
    return SimpleNamespace(
        company=company,
        office=office,
        manager=make_user(company, "xing", "admin_manager", name="行政經理"),
        specialist=make_user(office, "zhuan", "specialist", name="客服專員"),
    )
