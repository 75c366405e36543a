"""Every way accounts and their people change, in the order it usually happens."""

from kept.parties.actions.across import admit, credit_across, serve_across, serves_across
from kept.parties.actions.contacts import (
    add_address,
    add_contact,
    add_phone,
    change_address,
    change_contact,
    end_address,
    end_contact,
    end_phone,
)
from kept.parties.actions.erasing import erase_account, erase_contact
from kept.parties.actions.facts import assign_owner, change_account, change_roles
from kept.parties.actions.field_staff import change_own_contact, end_posting, post_field_staff
from kept.parties.actions.filing import add_account, add_dealer, add_operator
from kept.parties.actions.leaving import mark_lost, move_account, win_back
from kept.parties.actions.merging import merge_account
from kept.parties.actions.notices import acknowledge_change, decline_change, take_effect
from kept.parties.actions.quieting import set_quiet_hours
from kept.parties.actions.stations import (
    activate,
    add_station,
    assign_field_manager,
    end_account,
    hand_stations,
)
from kept.parties.actions.territories import assign_engineer, end_engineer, hand_territories
from kept.parties.actions.upkeep import (
    add_remark,
    remember,
    set_can_email,
    set_level,
    teach,
    tell_channels,
    verify_account,
)
from kept.parties.naming import dialled

__all__ = [
    "acknowledge_change",
    "activate",
    "add_account",
    "add_address",
    "add_contact",
    "add_dealer",
    "add_operator",
    "add_phone",
    "add_remark",
    "add_station",
    "admit",
    "assign_engineer",
    "assign_field_manager",
    "assign_owner",
    "change_account",
    "change_address",
    "change_contact",
    "change_own_contact",
    "change_roles",
    "credit_across",
    "decline_change",
    "dialled",
    "end_account",
    "end_address",
    "end_contact",
    "end_engineer",
    "end_phone",
    "end_posting",
    "erase_account",
    "erase_contact",
    "hand_stations",
    "hand_territories",
    "mark_lost",
    "merge_account",
    "move_account",
    "post_field_staff",
    "remember",
    "serve_across",
    "serves_across",
    "set_can_email",
    "set_level",
    "set_quiet_hours",
    "take_effect",
    "teach",
    "tell_channels",
    "verify_account",
    "win_back",
]
