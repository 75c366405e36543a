"""What happens around stations, in words."""

from django.utils.translation import gettext_lazy as _

from kept.stations.models import FraudDecision, InspectionMethod
from kept.timeline.sentences import declare

declare("unit.sales_entered", _("Sales of {region} in week {week} entered: {count} models"),
        icon="smartphone")  # fmt: skip
declare("unit.no_sales", _("Nothing was sold in {region} in week {week}"), icon="circle-slash")
declare("unit.sales_corrected",
        _("Sales of {product} in {region}, week {week}, corrected: {old} → {new}"),
        icon="pencil")  # fmt: skip
declare("inspection.planned", _("Inspection of {station} planned for {planned_on} by {inspector}:"
        " {method}"), icon="clipboard-check", method=InspectionMethod)  # fmt: skip
declare("inspection.closed", _("Inspected on {inspected_on}: {score} of {score_max}, {method}"),
        icon="check", method=InspectionMethod)  # fmt: skip
declare("inspection.noted", _("Note for headquarters"), icon="sticky-note", is_own=True)
declare("inspection.withdrawn", _("Inspection withdrawn"), icon="x")
declare("inspection.station_merged", _("The station goes on as {new}"), icon="merge")
declare("inspection.handed", _("To be made by {new} instead of {old}"), icon="users")
declare("account.inspected", _("Inspection {inspection} on {inspected_on}: {score} of {score_max}"),
        icon="clipboard-check")  # fmt: skip
declare("account.settlement_talked",
        _("Settlement talked over on {held_on}; disputed orders: {orders}"),
        icon="scale")  # fmt: skip
declare("account.settlement_answered", _("Answered what was asked in the settlement talk of"
        " {held_on}"), icon="reply")  # fmt: skip
declare("account.dispute_answered", _("Answered about the disputed order {number} of the settlement"
        " talk of {held_on}"), icon="reply")  # fmt: skip
declare("order.disputed", _("{station} disputes this in the settlement talk of {held_on}"),
        icon="scale", state="warned")  # fmt: skip
declare("order.dispute_answered", _("{station} was answered about what it disputed in the"
        " settlement talk of {held_on}"), icon="reply", state="good")  # fmt: skip
declare("fraud.suspected", _("{station} is suspected of fraud; orders: {orders}"),
        icon="shield-alert", state="warned")  # fmt: skip
declare("fraud.corrected", _("Suspicion corrected; orders: {orders}"), icon="pencil")
declare("fraud.reported", _("Fraud at {station} reported to headquarters"), icon="send",
        state="warned")  # fmt: skip
declare("fraud.decided", _("Headquarters decided about the fraud: {decision}"), icon="gavel",
        decision=FraudDecision)  # fmt: skip
declare("fraud.educated", _("The station was educated in honesty on {held_on}: {training}"),
        icon="graduation-cap", state="good")  # fmt: skip
declare("fraud.closed", _("Fraud case closed"), icon="check")
declare("fraud.withdrawn", _("Suspicion withdrawn"), icon="x")
declare("fraud.station_merged", _("The station goes on as {new}"), icon="merge")
