"""Every way a dispatch changes, in the order it usually happens."""

from kept.field.actions.going import arrive, finish_dispatch, set_out
from kept.field.actions.planning import (
    dispatch_engineer,
    reschedule,
    send_another,
    set_visit_time,
    withdraw_dispatch,
)

__all__ = [
    "arrive",
    "dispatch_engineer",
    "finish_dispatch",
    "reschedule",
    "send_another",
    "set_out",
    "set_visit_time",
    "withdraw_dispatch",
]
