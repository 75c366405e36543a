"""Reads across accounts: who is meant, who is stale, who was never told."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from kept.parties.models import (
    Account,
    AccountRole,
    AccountState,
    Contact,
    Coverage,
    Phone,
    Posting,
    TerritoryEngineer,
)
from kept.parties.naming import dialled
from kept.parties.settings import account_policy, excellent_levels, today_in
from kept.people.models import Unit, User


def with_main_contact(accounts: QuerySet) -> QuerySet:
    """Accounts with ``main_contact``, ``main_phone`` and ``main_email``: who is called first."""
    contacts = Contact.objects.current().filter(account=OuterRef("pk"))
    contacts = contacts.order_by("-is_main", "pk")
    phones = Phone.objects.current().filter(
        contact__account=OuterRef("pk"), contact__ended_at__isnull=True
    )
    return accounts.annotate(
        main_contact=Subquery(contacts.values("name")[:1]),
        main_email=Subquery(contacts.values("email")[:1]),
        main_phone=Subquery(phones.order_by("-contact__is_main", "pk").values("number")[:1]),
    )


def looked_after_by(person: User) -> QuerySet[Account]:
    """The operators and customers somebody keeps the relation to."""
    over = (AccountState.MERGED, AccountState.ENDED, AccountState.LOST)
    return Account.objects.filter(relationship_owner=person).exclude(status__in=over)


def of_units_below(accounts: QuerySet, unit: Unit) -> QuerySet:
    """Accounts in a unit or below it."""
    return accounts.filter(unit__path__startswith=unit.path)


def excellent_dealers(company: Unit) -> QuerySet[Account]:
    """The dealers whose level counts as excellent (S3.04): the set that visits are owed to."""
    return Account.objects.filter(
        company=company, status=AccountState.ACTIVE, level__in=excellent_levels(company)
    ).in_role(AccountRole.DEALER)


def never_informed(accounts: QuerySet) -> QuerySet:
    """Customers nobody has told the website, mailbox and hotline (S1.12)."""
    return accounts.filter(informed_at__isnull=True)


def stale(accounts: QuerySet, before: date) -> QuerySet:
    """Files nobody has checked since a day, or ever (S1.22, S3.02)."""
    return accounts.filter(Q(last_verified_on__lt=before) | Q(last_verified_on__isnull=True))


def stale_before(unit: Unit) -> date:
    """Files last checked before this day are stale by the company's policy."""
    return today_in(unit) - timedelta(days=account_policy(unit).verify_days)


def who_calls(unit: Unit, number: str) -> QuerySet[Phone]:
    """The phones of a company that are exactly this number, however it was typed."""
    region = account_policy(unit).phone_region
    return Phone.objects.current().filter(
        number=dialled(number, "phone", region), contact__account__company=unit.company_id
    )


def covered_on(stations: QuerySet, day: date) -> QuerySet:
    """Stations with who was responsible for them on a day: ``covered_by`` and how to reach them."""
    rows = Coverage.objects.on(day).filter(account=OuterRef("pk"))
    return stations.annotate(
        covered_by=Subquery(rows.values("manager__name")[:1]),
        covered_phone=Subquery(rows.values("manager__phone")[:1]),
        covered_email=Subquery(rows.values("manager__email")[:1]),
        covered_since=Subquery(rows.values("from_on")[:1]),
    )


def regions_without_staff(stations: Iterable[Account] | QuerySet, day: date) -> list[str]:
    """Regions with active stations where nobody was posted on a day (S0.02)."""
    rows: Any = stations
    regions = set(rows.filter(status=AccountState.ACTIVE).values_list("region", flat=True))
    companies = rows.values("company")
    posted = Posting.objects.on(day).filter(company__in=companies)
    return sorted(regions - {""} - set(posted.values_list("region", flat=True)))


def territories_of(user: User, right: str) -> QuerySet[Unit]:
    """The units a person holds a right over, with everything below them."""
    if user.is_system:
        return Unit.objects.all()
    tops = Unit.objects.filter(scope__in=user.scopes_with(right)).values_list("path", flat=True)
    below = Q(pk__in=[])
    for path in tops:
        below |= Q(path__startswith=path)
    return Unit.objects.filter(below)


def with_engineer() -> Coalesce:
    """For units: the name of the engineer who answers for all of it, or nothing (S1.05)."""
    rows = TerritoryEngineer.objects.current().filter(unit=OuterRef("pk"), places="")
    return Coalesce(Subquery(rows.values("engineer__name")[:1]), Value(""))


def latest_opinions(accounts: QuerySet) -> QuerySet:
    """Accounts with how many remarks there are and the day of the last (S0.03)."""
    return accounts.annotate(heard=Count("remarks"), last_heard_on=Max("remarks__heard_on"))
