"""What the forms of stations ask, in the trade's words."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.products.models import Product
from kept.stations.duties import INSPECTION
from kept.stations.models import FraudCase, Inspection, SalesFigure
from kept.stations.owed import due_day
from kept.stations.weeks import WEEK, monday_of

declare(
    week=_("A day of the week"),
    sold=_("Sold"),
    stock=_("Stock"),
    source=_("Told by"),
    remarks=_("Remarks"),
    lines=_("Models"),
    method=_("Method"),
    planned_on=_("Planned for"),
    inspector=_("Inspected by"),
    inspected_on=_("Inspected on"),
    findings=_("Findings"),
    score=_("Score"),
    staff_seen=_("Staff seen"),
    hq_note=_("Note for headquarters"),
    persons=_("With whom"),
    held_on=_("Held on"),
    questions=_("What they asked"),
    disputed_orders=_("Disputed orders"),
    answers=_("What they were answered"),
    suspected=_("What is suspected"),
    concerned_orders=_("Orders concerned"),
    decision=_("Decision"),
)
for verb in ("open_fraud_case", "correct_fraud_case", "report_fraud"):
    declare_for(f"stations.{verb}", statement=_("Written statement"))
for verb in ("open_fraud_case", "add_fraud_evidence", "report_fraud"):
    declare_for(f"stations.{verb}", files=_("Evidence files"))


def _last_week(subject: Any, by: User) -> dict[str, Any]:
    """The reader's unit and region, and the week that has ended: it is the one that is owed."""
    today = clock.today(by.unit.zone if by.unit else "UTC")
    posting = by.postings.on(today).order_by("region").first()
    return {
        "unit": by.unit.code if by.unit else None,
        "region": posting.region if posting else "",
        "week": monday_of(today) - WEEK,
    }


def _units(subject: Any, by: User) -> QuerySet:
    return Unit.objects.within(by.scopes_with("stations.enter_sales")).active()


def _products(subject: Any, by: User) -> QuerySet:
    return Product.objects.visible_to(by).current().order_by("code")


def _figure_now(figure: SalesFigure, by: User) -> dict[str, Any]:
    return {
        "sold": figure.sold,
        "stock": figure.stock,
        "source": figure.source,
        "remarks": figure.remarks,
    }


def _colleagues(account: Account, by: User) -> QuerySet:
    return User.objects.active().filter(company=account.company_id).order_by("sort_key")


def _when_due(account: Account, by: User) -> dict[str, Any]:
    """Planned for the last day it is owed by, if it is owed; by whoever looks after the station."""
    manager = account.field_manager
    return {
        "planned_on": due_day(account, INSPECTION),
        "inspector": manager.username if manager else by.username,
    }


def _as_planned(inspection: Inspection, by: User) -> dict[str, Any]:
    return {"method": inspection.method}


spec(
    "stations.enter_sales",
    order=("product", "sold", "stock", "source", "week", "region", "unit", "remarks"),
    choices={"unit": _units, "product": _products},
    initial=_last_week,
    help={"week": _("Any day of the week that is told.")},
)
spec(
    "stations.report_no_sales",
    order=("week", "region", "reason", "unit"),
    choices={"unit": _units},
    initial=_last_week,
    help={"week": _("Any day of the week that is told.")},
)
spec(
    "stations.correct_sales",
    order=("sold", "stock", "reason", "source", "remarks"),
    initial=_figure_now,
)
spec(
    "stations.plan_inspection",
    order=("planned_on", "method", "inspector"),
    choices={"inspector": _colleagues},
    initial=_when_due,
)
spec(
    "stations.close_inspection",
    order=("score", "findings", "staff_seen", "method", "inspected_on", "hq_note"),
    initial=_as_planned,
    help={
        "hq_note": _("Own staff only: the station never reads it."),
        "staff_seen": _("Names, as far as they were given."),
    },
)


def _as_suspected(case: FraudCase, by: User) -> dict[str, Any]:
    return {
        "suspected": case.suspected,
        "concerned_orders": "\n".join(case.numbers),
        "statement": case.statement,
    }


def _as_stated(case: FraudCase, by: User) -> dict[str, Any]:
    return {"statement": case.statement}


ORDER_LINES = {"concerned_orders": _("One order number on each line.")}
spec(
    "stations.open_fraud_case",
    order=("suspected", "concerned_orders", "statement", "files"),
    help={**ORDER_LINES, "suspected": _("The station never sees this.")},
)
spec(
    "stations.correct_fraud_case",
    order=("suspected", "concerned_orders", "statement", "reason"),
    initial=_as_suspected,
    help=ORDER_LINES,
)
spec(
    "stations.report_fraud",
    order=("statement", "files"),
    initial=_as_stated,
    help={"files": _("At least one, unless the case has some already.")},
)
spec("stations.decide_fraud", order=("decision", "reason"))
spec("stations.add_fraud_evidence", order=("files", "note"))
spec(
    "stations.log_talk",
    order=("persons", "held_on", "questions", "disputed_orders", "answers"),
    help={
        "disputed_orders": _("One order number on each line."),
        "answers": _("Leave this empty when they have to wait for an answer."),
    },
)
declare_for("stations.answer_dispute", answer=_("What they were answered"))
declare_for("stations.report_no_sales", reason=_("Why nothing was sold"))
