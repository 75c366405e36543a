"""Everything that changes units, people and what they may do, in the order it usually happens."""

from kept.people.actions.absences import end_absence, set_absence
from kept.people.actions.installation import move_clock, rename_installation
from kept.people.actions.keepsakes import delete_view, save_view, share_view
from kept.people.actions.leaving import deactivate, hand_over, welcome_back
from kept.people.actions.persons import add_user, change_user, move_user
from kept.people.actions.policies import (
    begin_part,
    load_own_policy,
    load_pack_file,
    load_policy,
)
from kept.people.actions.roles import (
    add_role,
    change_rights,
    grant_role,
    grant_scope,
    retire_role,
    withdraw_role,
)
from kept.people.actions.signing_in import (
    issue_password,
    issue_token,
    reset_second_factor,
    revoke_token,
    set_password,
)
from kept.people.actions.units import (
    add_unit,
    appoint_manager,
    change_unit,
    close_unit,
    found_company,
    move_unit,
    reopen_unit,
)

__all__ = [
    "add_role",
    "add_unit",
    "add_user",
    "appoint_manager",
    "begin_part",
    "change_rights",
    "change_unit",
    "change_user",
    "close_unit",
    "deactivate",
    "delete_view",
    "end_absence",
    "found_company",
    "grant_role",
    "grant_scope",
    "hand_over",
    "issue_password",
    "issue_token",
    "load_own_policy",
    "load_pack_file",
    "load_policy",
    "move_clock",
    "move_unit",
    "move_user",
    "rename_installation",
    "reopen_unit",
    "reset_second_factor",
    "retire_role",
    "revoke_token",
    "save_view",
    "set_absence",
    "set_password",
    "share_view",
    "welcome_back",
    "withdraw_role",
]
