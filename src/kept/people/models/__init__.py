"""Companies, units, users and what they may do."""

from kept.people.models.absence import Absence
from kept.people.models.decided import Decided, DecidedQuerySet
from kept.people.models.installation import Installation
from kept.people.models.keepsakes import Draft, Presence, SavedView
from kept.people.models.pack_part import PackPart
from kept.people.models.policy import Policy, PolicyQuerySet
from kept.people.models.rights import Grant, Role, Scope
from kept.people.models.token import ApiToken
from kept.people.models.unit import Unit, UnitKind
from kept.people.models.user import User

__all__ = [
    "Absence",
    "ApiToken",
    "Decided",
    "DecidedQuerySet",
    "Draft",
    "Grant",
    "Installation",
    "PackPart",
    "Policy",
    "PolicyQuerySet",
    "Presence",
    "Role",
    "SavedView",
    "Scope",
    "Unit",
    "UnitKind",
    "User",
]
