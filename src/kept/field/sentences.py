"""What happens to dispatches, in words; told on the case they are for."""

from django.utils.translation import gettext_lazy as _

from kept.timeline.sentences import declare

declare("case.visit_wanted", _("The customer wants somebody there by {required_by}"),
        icon="calendar-check")  # fmt: skip
declare("dispatch.planned", _("{engineer} is sent; arrival {agreed_from} to {agreed_until}"),
        icon="truck")  # fmt: skip
declare("dispatch.moved",
        _("Arrival of {engineer}: {old} → {agreed_from} to {agreed_until}"),
        icon="calendar-clock")  # fmt: skip
declare("dispatch.later", _("Agreed later than the customer's time, {required_by}, which is over"),
        icon="calendar-clock", state="late")  # fmt: skip
declare("dispatch.handed", _("{new} goes instead of {old}"), icon="users")
declare("dispatch.taken_off", _("You need not go; it was planned for {agreed_from}"), icon="x")
declare("dispatch.withdrawn", _("{engineer} does not go"), icon="x")
declare("dispatch.set_out", _("{engineer} is on the way"), icon="truck")
declare("dispatch.arrived", _("{engineer} arrived at {arrived_at}"), icon="map-pin-check",
        state="good")  # fmt: skip
declare("dispatch.done", _("{engineer} is done on site"), icon="clipboard-check", state="good")
declare("dispatch.engineer_away", _("{engineer} will be away when the arrival is agreed,"
                                    " {agreed_from}"),
        icon="plane", state="late")  # fmt: skip
