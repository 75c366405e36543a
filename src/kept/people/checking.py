"""What is wrong with a pack or with the policy a company has: asked, never written (SX.19)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from kept.kit import clock, packs
from kept.kit.pack_faults import Fault, checked, trial
from kept.people.models import Scope, Unit, UnitKind, User
from kept.people.wiring import policy_checks

SCRATCH = "pack-on-trial"


def faults_of(pack: Mapping[str, Any]) -> list[Fault]:
    """Every fault and warning of a pack: read into a company that is taken back at once."""
    with company_on_trial() as company:
        faults = trial(pack, company=company, valid_from=clock.now(), by=User.objects.system())
        return _as_text(faults)


def faults_of_company(company: Unit, moment: datetime) -> list[Fault]:
    """Faults of what a company decided and of how it is staffed: rosters, roles nobody has."""
    faults = checked(packs.written(company, moment))
    for found in policy_checks.ask(company, moment):
        faults += found
    return faults


def as_written(pack: Mapping[str, Any]) -> dict[str, Any]:
    """A pack as a company that loaded it would say it again: with everything it leaves unsaid.

    Raises InvalidInput for a pack that cannot be read.
    """
    with company_on_trial() as company:
        now = clock.now()
        packs.load(pack, company=company, valid_from=now, by=User.objects.system())
        return packs.written(company, now)


def _as_text(faults: list[Fault]) -> list[Fault]:
    """The faults in the reader's words: what they name is gone in a moment."""
    return [
        Fault(one.section, one.row, one.code, str(one.what), str(one.mend), one.is_warning)
        for one in faults
    ]


@contextmanager
def company_on_trial() -> Iterator[Unit]:
    """A company that is there for the block only; nothing the block writes stays."""
    with transaction.atomic():
        try:
            yield _scratch()
        finally:
            transaction.set_rollback(True)


def _scratch() -> Unit:
    company = Unit(
        code=SCRATCH,
        name={"en": "–"},
        kind=UnitKind.COMPANY,
        zone="Asia/Shanghai",
        scope=Scope.objects.create(kind=Scope.Kind.UNIT),
    )
    company.save()
    company.path, company.company = f"/{company.pk}/", company
    company.save(update_fields=["path", "company"])
    return company
