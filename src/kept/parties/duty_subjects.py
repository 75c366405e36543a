"""Whom recurring duties are about here: stations, field managers, operators, dealers, customers."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.parties.models import Account, AccountRole, AccountState, Coverage, Posting, Tenure
from kept.parties.queries import excellent_dealers
from kept.people.models import Unit, User
from kept.promises.duties import DutySubject, subjects
from kept.promises.duties.people import about_people
from kept.timeline.models import Thread

RELATED = ("thread", "unit__company", "field_manager", "relationship_owner")


@subjects("parties.stations", _("each active service station, by its field manager"))
def active_stations(company: Unit, at: datetime) -> Iterator[DutySubject]:
    """Each active station, from the first day somebody was responsible for it (S0.01)."""
    stations = _active(company).in_role(AccountRole.STATION)  # type: ignore[attr-defined]
    since = _first_days(Coverage.objects.filter(account__in=stations), "from_on")
    for one in stations:
        yield DutySubject(one.thread, one.unit, one.field_manager, since.get(one.pk))


@subjects("parties.field_managers", _("everybody posted as field staff"))
def posted_field_staff(company: Unit, at: datetime) -> Iterator[DutySubject]:
    """Each person posted to a region on the day, from the first of their running postings."""
    today = clock.local(at, company.zone).date()
    postings = Posting.objects.on(today).filter(company=company)
    since: dict[int, date] = dict(postings.values_list("person").annotate(Min("from_on")))
    people = User.objects.active().filter(pk__in=since).select_related("unit").order_by("pk")
    for one in about_people((user, None) for user in people):
        if one.person is not None:
            yield DutySubject(one.thread, one.unit, one.person, since[one.person.pk])


@subjects("parties.excellent_dealers", _("each excellent dealer, by who looks after it"))
def dealers_of_excellence(company: Unit, at: datetime) -> Iterator[DutySubject]:
    """Each dealer of a level that counts as excellent, from the day it reached it (S3.04)."""
    for one in excellent_dealers(company).select_related(*RELATED).order_by("pk"):
        yield DutySubject(one.thread, one.unit, one.relationship_owner, one.level_since)


def name_of_types(kinds: str, company: Unit | None) -> str:
    """Kinds of organisation, one after the other."""
    return gettext(", ").join(kind.strip() for kind in kinds.split("|"))


@subjects("parties.type:", _("each active customer or partner of the kind “{word}”"), name_of_types)
def of_a_type(company: Unit, at: datetime, kinds: str) -> Iterator[DutySubject]:
    """Each active account whose kind of organisation is one of these ("mine|矿山"), owed by who
    looks after it, from the day it became a customer (S4.28).
    """
    return _owed(_of_kinds(_active(company), kinds))


@subjects("parties.customers_of_type:", _("each active customer of the kind “{word}”"))
def customers_of_a_type(company: Unit, at: datetime, kinds: str) -> Iterator[DutySubject]:
    """The same, of customers alone: a dealer, station, supplier or operator of the kind is served
    by nobody's visits and owed no report (S4.28). Who is a customer besides counts.
    """
    customers = _active(company).in_role(AccountRole.CUSTOMER)  # type: ignore[attr-defined]
    return _owed(_of_kinds(customers, kinds))


@subjects("parties.operators", _("each active operator, by who keeps up relations with it"))
def active_operators(company: Unit, at: datetime) -> Iterator[DutySubject]:
    """Each active telecom operator, owed by its relationship owner (S0.28)."""
    return _owed(_active(company).in_role(AccountRole.OPERATOR))  # type: ignore[attr-defined]


def _of_kinds(accounts: QuerySet[Account], kinds: str) -> QuerySet[Account]:
    wanted = reduce(or_, (Q(org_type__iexact=kind.strip()) for kind in kinds.split("|")))
    return accounts.filter(wanted)


def _owed(accounts: QuerySet[Account]) -> Iterator[DutySubject]:
    """Each account with who looks after it, from the day it became a customer."""
    open_ones = Tenure.objects.filter(account__in=accounts, until_on__isnull=True)
    since = _first_days(open_ones, "customer_since")
    for one in accounts:
        yield DutySubject(one.thread, one.unit, one.relationship_owner, since.get(one.pk))


def _active(company: Unit) -> QuerySet[Account]:
    rows = Account.objects.filter(company=company, status=AccountState.ACTIVE)
    return rows.select_related(*RELATED).order_by("pk")


def _first_days(rows: QuerySet, column: str) -> dict[int, date]:
    return dict(rows.order_by().values_list("account").annotate(Min(column)))


def account_named(company: Unit, words: str, reader: User) -> Thread | None:
    """The thread of the one customer or partner with this number, code or name."""
    rows = Account.objects.visible_to(reader).filter(company=company)
    rows = rows.exclude(status=AccountState.MERGED).select_related("thread")
    for lookup in ("number__iexact", "code__iexact", "name"):
        found: Iterable[Account] = rows.filter(**{lookup: words})[:2]
        if len(accounts := list(found)) == 1:
            return accounts[0].thread
    return None
