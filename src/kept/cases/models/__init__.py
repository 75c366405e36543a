"""The register of contacts and the cases that come of them."""

from kept.cases.models.case import Case, CaseStatus
from kept.cases.models.cause import ComplaintCause
from kept.cases.models.interaction import Direction, Interaction, SenderType
from kept.cases.models.policy import CallBackPolicy, CasePolicy, Checklist, ForumRule, Outcome
from kept.cases.models.request import (
    Charging,
    ExcuseNeeds,
    FieldType,
    Request,
    RequestKind,
    WhenNeeded,
)
from kept.cases.models.steps import HandOver, HandOverState, Question, QuestionLevel
from kept.cases.models.words import CaseClass, CaseKind, Evidence, Priority, Route

__all__ = [
    "CallBackPolicy",
    "Case",
    "CaseClass",
    "CaseKind",
    "CasePolicy",
    "CaseStatus",
    "Charging",
    "Checklist",
    "ComplaintCause",
    "Direction",
    "Evidence",
    "ExcuseNeeds",
    "FieldType",
    "ForumRule",
    "HandOver",
    "HandOverState",
    "Interaction",
    "Outcome",
    "Priority",
    "Question",
    "QuestionLevel",
    "Request",
    "RequestKind",
    "Route",
    "SenderType",
    "WhenNeeded",
]
