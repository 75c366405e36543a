"""Reads across cases: who waits, and how a territory is served."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from kept.cases.models import Case, CaseClass, CaseKind, Direction, Interaction, Route
from kept.kit import clock
from kept.people.models import Unit, User

#: The three ways in which customers are served where they are (S1.11).
DAILY_ROUTES = (Route.PHONE, Route.ON_SITE, Route.WALK_IN)


def waiting(cases: QuerySet) -> QuerySet:
    """Those of the cases whose customer walked in and has not left (S1.71)."""
    return cases.filter(route=Route.WALK_IN, departed_at__isnull=True, thread__is_open=True)


def served_by_route(unit: Unit, reader: User, since: datetime) -> dict[str, int]:
    """Route → how many contacts the register of a unit and all below it holds (S1.11)."""
    rows = Interaction.objects.visible_to(reader).filter(
        unit__path__startswith=unit.path, happened_at__gte=since, route__in=DAILY_ROUTES
    )
    comes_in = Q(direction=Direction.IN) | Q(route=Route.ON_SITE)
    counted = rows.filter(comes_in).order_by().values_list("route").annotate(n=Count("pk"))
    found: dict[str, int] = dict(counted)
    return {route.value: found.get(route, 0) for route in DAILY_ROUTES}


def quality_of(territory: Unit, reader: User, since: datetime) -> dict[str, Any]:
    """What became of the cases of a territory's customers, wherever they were served (S1.05)."""
    theirs = Case.objects.visible_to(reader).filter(account__unit__path__startswith=territory.path)
    fresh = Q(received_at__gte=since)
    is_open = Q(thread__is_open=True)
    return theirs.aggregate(
        received=Count("pk", filter=fresh),
        complaints=Count("pk", filter=fresh & Q(case_kind=CaseKind.COMPLAINT)),
        defects=Count("pk", filter=fresh & Q(classification=CaseClass.DEFECT)),
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(thread__next_due_at__lt=clock.now())),
    )
