"""What orders offers below: the price list in the menu, and how amounts are rounded, in words."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kept.kit.money import Rounding
from kept.kit.pages import MenuItem, menu
from kept.orders.models import Price
from kept.orders.pricing import price_policy
from kept.people.models import Unit, User
from kept.people.wiring import PolicySection, PolicySentence, policy_sentences


@menu.fill(order=52)
def prices_item(user: User) -> MenuItem | None:
    return MenuItem(_("Prices"), "/prices/", "tag") if user.holds("orders.see_prices") else None


@policy_sentences.fill(order=45)
def how_amounts_are_rounded(unit: Unit, moment: datetime) -> PolicySection | None:
    """The rounding rule in one sentence (S3.08)."""
    policy = price_policy(unit)
    if policy.pk is None or not Price.objects.filter(unit__company=unit.company_id).exists():
        return None
    text = str(
        _("Goods by the square metre: width × height × pieces × price, rounded {rule}")
    ).format(rule=Rounding(policy.rounding).label)
    sentence = PolicySentence(text, policy.unit, policy.valid_from, "S3.08")
    return PolicySection(_("Prices"), [sentence], icon="tag")
