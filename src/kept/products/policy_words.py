"""Warranty terms and what is asked of equipment, in sentences."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kept.people.models import Unit
from kept.people.wiring import PolicySentence
from kept.products.models import ProductPolicy, Start, WarrantyTerm


def product_sentences(unit: Unit, moment: datetime) -> list[PolicySentence]:
    """Each term on its own line, with since when."""
    terms = WarrantyTerm.objects.in_force(unit, moment).select_related("unit").order_by("pk")
    found = [
        PolicySentence(worded_term(term), term.unit, term.valid_from, "S2.02") for term in terms
    ]
    policy = ProductPolicy.objects.in_force(unit, moment).select_related("unit").first()
    if policy is not None and policy.needs_contract:
        text = _("Equipment without a contract is served only with a reason on record")
        found.append(PolicySentence(text, policy.unit, policy.valid_from, "S2.02"))
    if policy is not None and policy.needs_serial:
        text = _("A serial number that is not in the register is marked with a reason")
        found.append(PolicySentence(text, policy.unit, policy.valid_from, "S0.05"))
    return found


def worded_term(term: WarrantyTerm) -> str:
    """A warranty term as a sentence."""
    months = ngettext("{n} month", "{n} months", term.months).format(n=term.months)
    words = {"months": months, "event": Start(term.starts).label, "family": term.family}
    if term.family:
        return _("{family}: covered for {months} from {event}").format(**words)
    return _("Covered for {months} from {event}").format(**words)
