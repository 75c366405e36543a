"""What loading a policy pack means for what a company decided before (SX.01, SX.19)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.refusal import InvalidInput
from kept.people.models import PackPart, Policy, Unit


@dataclass(frozen=True)
class LoadedPack:
    """A pack a company loaded, and from when on it holds; no moment where nobody kept it."""

    name: str
    valid_from: datetime | None = None

    def begins_after(self, moment: datetime) -> bool:
        return self.valid_from is not None and self.valid_from > moment


def policy_models() -> list[type[Policy]]:
    """Every kind of policy row there is."""
    return [model for model in apps.get_models() if issubclass(model, Policy)]


def has_policy(company: Unit) -> bool:
    """Whether a pack was ever loaded into a company."""
    return any(model.objects.filter(unit=company).exists() for model in policy_models())


def beginning_of(company: Unit, asked: datetime | None) -> datetime:
    """The moment a pack holds from. Only the first one may begin in the past (SX.19)."""
    now = clock.now()
    if asked is None:
        return now
    if not has_policy(company):
        return asked
    if clock.local(asked, company.zone).date() < clock.today(company.zone):
        raise InvalidInput(
            _("New rules cannot begin on a day that has passed. Choose today or a later day."),
            field="valid_from",
            rule="SX.19",
        )
    return max(asked, now)


def supersede(company: Unit, moment: datetime) -> None:
    """End the company's own rows at a moment; those that would begin later never hold.

    Rows of units below the company stay: no pack brought them.
    """
    for model in policy_models():
        rows = model.objects.filter(unit=company).filter(
            Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment)
        )
        rows.filter(valid_from__gt=moment).update(superseded_at=F("valid_from"))
        rows.filter(valid_from__lte=moment).update(superseded_at=moment)


def own_rows(model: Any, company: Unit, moment: datetime, *order: str) -> list[Any]:
    """What a company itself decided, in force at a moment: rows of its units are not among them.

    In the order asked for, or with nothing asked the last one decided first.
    """
    rows = model.objects.in_force(company, moment).filter(unit=company)
    return list(rows.order_by(*order) if order else rows)


def loaded_packs(company: Unit) -> list[LoadedPack]:
    """The packs that hold or will, in the order in which they begin."""
    settings: dict[str, Any] = company.settings
    if "packs" in settings:
        return [LoadedPack(row["pack"], _moment(row["from"])) for row in settings["packs"]]
    return [LoadedPack(settings["pack"])] if "pack" in settings else []


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def pack_now(company: Unit) -> LoadedPack | None:
    """The pack that holds now."""
    begun = [one for one in loaded_packs(company) if not one.begins_after(clock.now())]
    return begun[-1] if begun else None


def packs_to_come(company: Unit) -> list[LoadedPack]:
    """The packs that begin later."""
    return [one for one in loaded_packs(company) if one.begins_after(clock.now())]


def remember_pack(company: Unit, name: str, valid_from: datetime) -> None:
    """Keep which pack holds from when on; one that would begin later never holds."""
    before = pack_now(company)
    kept = [before] if before else []
    kept += [one for one in packs_to_come(company) if not one.begins_after(valid_from)]
    kept = [one for one in kept if one.valid_from != valid_from]
    rows = [*kept, LoadedPack(name, valid_from)]
    company.settings = {
        **company.settings,
        "packs": [
            {"pack": one.name, "from": one.valid_from.isoformat() if one.valid_from else None}
            for one in rows
        ],
    }
    if holding := pack_now(company):
        company.settings["pack"] = holding.name
    company.save(update_fields=["settings"])


def parts_to_begin() -> list[PackPart]:
    """What of packs waited for its day, and the day has come (SX.19)."""
    now = clock.now()
    rows = PackPart.objects.filter(begun_at=None, valid_from__lte=now)
    rows = rows.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=now))
    return list(rows.select_related("unit").order_by("valid_from", "pk"))
