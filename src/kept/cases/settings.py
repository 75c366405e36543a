"""A company's case policy as the actions read it, with the shipped defaults where it is silent."""

from kept.cases.models import CallBackPolicy, CasePolicy, Evidence
from kept.people.models import Unit

ALL_EVIDENCE = [
    Evidence.THIS_CALL,
    Evidence.CALL_BACK,
    Evidence.SIGNED_FORM,
    Evidence.SURVEY,
    Evidence.LETTER,
]


def case_policy(unit: Unit) -> CasePolicy:
    """The policy row in force for a unit, or the defaults."""
    found = CasePolicy.objects.in_force(unit).first()
    return found or CasePolicy(unit=unit, evidence=ALL_EVIDENCE)


def usual_call_back_minutes(unit: Unit) -> int:
    """How soon a call-back is promised without a reason (S1.52)."""
    found = CallBackPolicy.objects.in_force(unit).first()
    return found.usual_minutes if found else CallBackPolicy().usual_minutes
