"""What promise rules may ask of a case, and of a question to a colleague (C01, C02, S1.53)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.cases.models import CaseKind, Priority, QuestionLevel, Route
from kept.people.models import Unit, UnitKind
from kept.promises.models import PromiseKind
from kept.promises.rules.facts import Fact

#: Clocks whose rules are chosen by the facts of a case (``intake.facts_of``).
CLOCKS = frozenset(
    {
        PromiseKind.REPLY,
        PromiseKind.SOLVE,
        PromiseKind.PROGRESS,
        PromiseKind.TELL_CUSTOMER,
        PromiseKind.CHASE_MAIL,
    }
)
OF_CASES = {
    "route": (_("Route"), Route),
    "kind": (pgettext_lazy("of a case", "Kind"), CaseKind),
    "priority": (_("Priority"), Priority),
    "unit_kind": (_("Kind of unit"), UnitKind),
}


def what_rules_ask_of_cases(company: Unit | None) -> list[Fact]:
    """Every fact of a case, the level a question goes to, and what was asked for by name."""
    facts = [
        Fact(name, label, CLOCKS, dict(choices.choices))
        for name, (label, choices) in OF_CASES.items()
    ]
    levels = dict(QuestionLevel.choices)
    return [
        *facts,
        Fact("level", _("Level"), frozenset({PromiseKind.ANSWER_QUESTION}), levels),
        Fact("request", _("Kind of request"), frozenset(PromiseKind), apart=True),
    ]
