"""What is owed about stations again and again: its names in the packs, and how it is kept."""

from datetime import date

from kept.parties.models import Account, Posting
from kept.people.models import Unit, User
from kept.promises import duties
from kept.promises.models import Duty
from kept.stations.models import SalesFigure
from kept.stations.weeks import WEEK
from kept.timeline.recorder import thread_of

WEEKLY_SALES = "weekly_sales"
INSPECTION = "attitude_inspection"
TALK = "settlement_talk"


def posted_in(company: Unit, week: date) -> list[Posting]:
    """The postings of a company that held on a day of the week that begins on ``week``."""
    rows = Posting.objects.filter(company=company, from_on__lt=week + WEEK)
    rows = rows.exclude(until_on__lt=week).select_related("person")
    return list(rows.order_by("person__sort_key", "region"))


def posted_since(company: Unit, week: date, today: date) -> list[Posting]:
    """The postings of a company that had not ended before a week, and have begun: whoever is new in
    a region may tell what was sold before they came.
    """
    rows = Posting.objects.filter(company=company, from_on__lte=today).exclude(until_on__lt=week)
    return list(rows.select_related("person__unit").order_by("person__sort_key", "region"))


def keep_weekly_sales(company: Unit, region: str, week: date, *, by: User) -> None:
    """Whoever was posted to the region has told the week, once each of their regions is in."""
    postings = posted_in(company, week)
    told = set(
        SalesFigure.objects.current()
        .filter(company=company, week=week)
        .values_list("region", flat=True)
    )
    for person in {one.person for one in postings if one.region == region}:
        owed = {one.region for one in postings if one.person == person}
        if owed <= told and _is_owed(person, week):
            duties.fulfil(WEEKLY_SALES, person, by=by, on=week)


def _is_owed(person: User, week: date) -> bool:
    """Whether somebody owes that very week: telling an older one pays for no other."""
    rows = Duty.objects.standing().filter(code=WEEKLY_SALES, thread=thread_of(person))
    return rows.filter(period_from__lte=week, period_until__gte=week).exists()


def keep_inspection(account: Account, on: date, *, by: User) -> None:
    """The station was inspected on a day."""
    duties.fulfil(INSPECTION, account.thread, by=by, on=on)


def keep_talk(account: Account, on: date, *, by: User) -> None:
    """The settlement was talked over with the station on a day."""
    duties.fulfil(TALK, account.thread, by=by, on=on)
