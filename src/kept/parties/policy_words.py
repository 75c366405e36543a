"""What a company decided about its customers and partners, in sentences."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kept.kit.words import Listed
from kept.parties.fields import label
from kept.parties.models import AccountPolicy, AccountRole, DealerLevel, TerritoryMode
from kept.parties.models.policy import QuietHours
from kept.parties.noticing import FIELD_STAFF
from kept.parties.quiet import in_words
from kept.people.models import Unit
from kept.people.wiring import PolicySentence


def account_sentences(unit: Unit, moment: datetime) -> list[PolicySentence]:
    """Each rule on its own line, with since when and under which requirement."""
    rows = AccountPolicy.objects.in_force(unit, moment).select_related("unit")
    policy = rows.first()
    sentences = _of_policy(policy) if policy else []
    levels = DealerLevel.objects.in_force(unit, moment).select_related("unit")
    return [
        *sentences,
        *_quiet(unit, moment),
        *(
            PolicySentence(f"{level.name}: {level.rule}", level.unit, level.valid_from, "S3.04")
            for level in levels
        ),
    ]


def _quiet(unit: Unit, moment: datetime) -> list[PolicySentence]:
    row = QuietHours.objects.in_force(unit, moment).select_related("unit").first()
    if row is None or not row.periods:
        return []
    text = _("Partners are not disturbed {periods}; what was promised them goes out all the same")
    said = text.format(periods=in_words(row.periods))
    return [PolicySentence(said, row.unit, row.valid_from, "S3.21")]


def _of_policy(policy: AccountPolicy) -> list[PolicySentence]:
    lines = [
        *_mandatory(policy),
        *_acknowledged(policy),
        (
            ngettext(
                "A file is checked again after {n} day",
                "A file is checked again after {n} days",
                policy.verify_days,
            ).format(n=policy.verify_days),
            "S1.22",
        ),
        (
            _("Fewer than {limit} % of the customers are lost in {months} months").format(
                limit=policy.churn_limit.normalize(), months=policy.churn_months
            ),
            "S1.23",
        ),
        *_territory(policy),
    ]
    return [PolicySentence(text, policy.unit, policy.valid_from, rule) for text, rule in lines]


def _territory(policy: AccountPolicy) -> list[tuple[str, str]]:
    words = {
        TerritoryMode.ADVISE: _("Every customer should lie in a territory"),
        TerritoryMode.STRICT: _("Every customer lies in a territory; no other file is begun"),
    }
    mode = TerritoryMode(policy.territory_mode)
    return [(words[mode], "S1.05")] if mode in words else []


def _mandatory(policy: AccountPolicy) -> list[tuple[str, str]]:
    return [
        (
            _("The file of a {role} says: {fields}").format(
                role=AccountRole(role).label, fields=Listed(map(label, fields))
            ),
            "S3.01",
        )
        for role, fields in policy.mandatory.items()
        if fields
    ]


def _acknowledged(policy: AccountPolicy) -> list[tuple[str, str]]:
    if not policy.acknowledged:
        return []
    names: list[Any] = [
        _("field staff") if one == FIELD_STAFF else AccountRole(one).label
        for one in policy.acknowledged
    ]
    days = ngettext("{n} day", "{n} days", policy.notice_days).format(n=policy.notice_days)
    return [
        (
            _("Changes of {whom} are reported within {days} and hold once acknowledged").format(
                whom=Listed(names), days=days
            ),
            "S0.42",
        )
    ]
