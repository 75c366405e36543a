"""Inspections, fraud cases and sales for tests and the demo, made through actions."""

from datetime import date

from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.products.models import Product
from kept.stations.actions import (
    close_inspection,
    enter_sales,
    open_fraud_case,
    plan_inspection,
)
from kept.stations.models import FraudCase, Inspection, InspectionMethod, SalesFigure


def make_sales(
    unit: Unit, product: Product, region: str, week: date, sold: int = 10, **values
) -> SalesFigure:
    """A figure of a region somebody is posted to."""
    return enter_sales(
        by=User.objects.system(),
        unit=unit,
        region=region,
        week=week,
        product=product,
        sold=sold,
        source=values.pop("source", "Counter"),
        **values,
    )


def make_inspection(
    station: Account, by: User, score: int | None = None, findings: str = "Friendly"
) -> Inspection:
    """An inspection of a station; closed where there is a score."""
    inspection = plan_inspection(station, by=by, method=InspectionMethod.VISIT)
    if score is not None:
        close_inspection(inspection, by=by, score=score, findings=findings)
    return inspection


def make_fraud_case(station: Account, by: User, **values: str) -> FraudCase:
    """A suspicion against a station, not reported yet."""
    values.setdefault("suspected", "Two orders for a telephone that was never there")
    return open_fraud_case(station, by=by, **values)
