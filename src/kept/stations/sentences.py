"""What happens around stations, in words."""

from django.utils.translation import gettext_lazy as _

from kept.stations.models import InspectionMethod
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
