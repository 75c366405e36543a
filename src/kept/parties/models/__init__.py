"""Accounts, the people and numbers one reaches them by, and what happens to their files."""

from kept.parties.models.account import (
    ALIVE,
    SERVED,
    Account,
    AccountRole,
    AccountState,
    Joining,
)
from kept.parties.models.contact import Address, Contact, Phone
from kept.parties.models.field_staff import Coverage, Posting
from kept.parties.models.notice import ChangeNotice, NoticeState
from kept.parties.models.policy import AccountPolicy, DealerLevel, DealerType
from kept.parties.models.territory import (
    TERRITORIES,
    CrossRegionService,
    Leaving,
    Tenure,
    TerritoryEngineer,
    TerritoryMode,
)
from kept.parties.models.upkeep import (
    FileCheck,
    FilePart,
    Remark,
    RemarkKind,
    Skill,
    TaughtSkill,
)

__all__ = [
    "ALIVE",
    "SERVED",
    "TERRITORIES",
    "Account",
    "AccountPolicy",
    "AccountRole",
    "AccountState",
    "Address",
    "ChangeNotice",
    "Contact",
    "Coverage",
    "CrossRegionService",
    "DealerLevel",
    "DealerType",
    "FileCheck",
    "FilePart",
    "Joining",
    "Leaving",
    "NoticeState",
    "Phone",
    "Posting",
    "Remark",
    "RemarkKind",
    "Skill",
    "TaughtSkill",
    "Tenure",
    "TerritoryEngineer",
    "TerritoryMode",
]
