"""Which kinds of request there are for whom, and what is promised for each."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kept.cases.models import RequestKind
from kept.kit import clock
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.remembered import remembered
from kept.parties.models import Account, AccountRole
from kept.people.models import Unit
from kept.promises.models import PromiseKind, PromiseRule
from kept.promises.terms import rules_for

#: What may be promised for a request; rules say for which by ``applies = { request = [...] }``.
PROMISED = (PromiseKind.REPLY, PromiseKind.SOLVE, PromiseKind.FULFIL)
FACT = "request"


def kinds_for(unit: Unit, moment: datetime | None = None) -> list[RequestKind]:
    """The kinds in force for a unit, each code once: the nearest unit's row wins."""
    found: dict[str, RequestKind] = {}
    for row in _kinds_of(unit):
        if row.holds_at(moment or clock.now()):
            found.setdefault(row.code, row)
    return sorted(found.values(), key=lambda row: row.pk)


def _kinds_of(unit: Unit) -> list[RequestKind]:
    """The kinds that were ever offered in a unit, the nearest unit's first; remembered until policy
    changes.
    """
    rows = RequestKind.objects
    return remembered(
        ("request kinds", unit.path),
        lambda: list(rows.from_above(unit).ever_in_force().select_related("unit")),
    )


def kind_named(code: str, unit: Unit) -> RequestKind | None:
    """The kind that has a code where it is asked for, now."""
    return next((row for row in kinds_for(unit) if row.code == code), None)


def require_in_force(kind: RequestKind, unit: Unit) -> None:
    """Raise InvalidInput for a kind that is not, or no longer, offered in the unit (SX.19)."""
    if kind.pk not in {row.pk for row in kinds_for(unit)}:
        raise InvalidInput(
            _("“{kind}” cannot be asked for here. Choose from the catalogue."),
            kind=kind,
            field="request_kind",
            rule="SX.19",
            mend="/requests/",
        )


def is_for(kind: RequestKind, account: Account | None) -> bool:
    """Whether an account, or somebody unknown, belongs to those who may ask for it."""
    roles = kind.audience.get("roles", [])
    org_types = kind.audience.get("org_types", [])
    if not roles and not org_types:
        return True
    if account is None:
        return False
    if roles and not set(roles) & set(account.roles):
        return False
    return not org_types or account.org_type.strip().casefold() in org_types


def require_audience(kind: RequestKind, account: Account | None) -> None:
    """Raise Refused for somebody the service is not meant for."""
    if not is_for(kind, account):
        raise Refused(
            _("“{kind}” is for {audience} only. Name such a customer."),
            kind=kind,
            audience=audience_words(kind),
            rule=kind.source or None,
            field="account",
        )


def audience_words(kind: RequestKind) -> str:
    """Who may ask, in the reader's words; nothing when anybody may."""
    roles = [str(AccountRole(role).label) for role in kind.audience.get("roles", [])]
    org_types = kind.audience.get("org_types", [])
    parts = [gettext(", ").join(part) for part in (roles, org_types) if part]
    return " – ".join(parts)


def rules_of(
    kind: RequestKind, unit: Unit, facts: dict[str, str], at: datetime | None = None
) -> list[PromiseRule]:
    """What is promised for a request of the kind: the rules that name it, and no other."""
    return rules_for(PROMISED, unit, {**facts, FACT: kind.code}, at, asking=FACT)
