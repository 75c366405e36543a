"""What forms about people ask, in words; order, choices and widgets where the signature is not
enough.
"""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit import clock
from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.kit.packs import PACKS
from kept.people.models import Role, SavedView, Unit, UnitKind, User

declare(
    code=_("Code"),
    name=_("Name"),
    kind=_("Kind"),
    zone=_("Time zone"),
    territory=_("Territory"),
    manager=_("Manager"),
    parent=_("Below which unit"),
    pack=_("Policy pack"),
    rules=_("Rules, as TOML"),
    valid_from=_("In force from"),
    username=_("User name"),
    title=_("Title"),
    language=_("Language"),
    role=pgettext_lazy("of a person", "Role"),
    unit=_("Unit"),
    until=_("Until"),
    deputy=_("Deputy"),
    start_at=_("From"),
    end_at=_("Until"),
    reason=_("Reason"),
    to=_("To"),
    days=_("Days"),
    list_name=_("List"),
    query=_("Filter"),
    rights=_("Rights"),
    needs_second_factor=_("Needs a second factor to sign in"),
    for_outside=_("For people of stations, dealers and customers"),
)
declare_for("people.add_user", title=_("Job title"))
declare_for("people.change_user", title=_("Job title"))
declare_for("people.hand_over", to=_("Colleague"))
declare_for("people.move_clock", to=_("New moment"))
declare_for("people.save_view", title=_("What to call it"))
declare_for("people.add_unit", unit=_("Below which unit"))
declare_for("people.add_role", unit=_("Company"))
declare_for("people.grant_role", unit=_("In which unit and below"))
declare_for("people.share_view", unit=_("With which unit and below"))


class ZoneSelect(forms.Select):
    """Every time zone with a place in its name."""

    def __init__(self) -> None:
        zones = sorted(zone for zone in available_timezones() if "/" in zone)
        super().__init__(choices=[(zone, zone) for zone in ["UTC", *zones]])


class LanguageSelect(forms.Select):
    def __init__(self) -> None:
        super().__init__(choices=settings.LANGUAGES)


class PackSelect(forms.Select):
    def __init__(self) -> None:
        super().__init__(choices=list(PACKS.items()))


def _open_units(subject: Any, by: User) -> Any:
    return Unit.objects.visible_to(by).active()


def _part_kinds(subject: Any, by: User) -> list[str]:
    if isinstance(subject, Unit) and subject.is_company:
        return [UnitKind.COMPANY]
    return [kind for kind in UnitKind.values if kind != UnitKind.COMPANY]


def _colleagues(subject: Unit | User, by: User) -> Any:
    people = User.objects.staff_of(subject.company)
    return people.exclude(pk=subject.pk) if isinstance(subject, User) else people


def _other_places(unit: Unit, by: User) -> Any:
    """Where a unit could hang: open units of its company that do not stand below it."""
    units = Unit.objects.active().filter(company=unit.company_id)
    return units.exclude(path__startswith=unit.path).exclude(pk=unit.parent_id)


def _units_of_person(user: User, by: User) -> Any:
    return Unit.objects.active().filter(company=user.company_id).exclude(pk=user.unit_id)


def _companies(subject: Any, by: User) -> Any:
    return Unit.objects.companies().filter(scope__in=by.scopes_with("people.change_role"))


def _roles(user: User, by: User) -> Any:
    roles = Role.objects.visible_to(by).current().filter(is_outside=False)
    return roles.select_related("company").order_by("company__code", "code")


def _held_roles(user: User, by: User) -> Any:
    held = user.grants.current().values("role")
    return Role.objects.filter(pk__in=held).select_related("company")


def _held_units(user: User, by: User) -> Any:
    return Unit.objects.filter(scope__in=user.grants.current().values("scope"))


def _own_units(view: SavedView, by: User) -> Any:
    return Unit.objects.active().filter(pk__in=by.unit_ids_above)


def _unit_now(unit: Unit, by: User) -> dict[str, Any]:
    return {
        "name": unit.name,
        "kind": unit.kind,
        "zone": unit.zone,
        "territory": "\n".join(unit.territory),
    }


def _person_now(user: User, by: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ("name", "title", "phone", "email", "language")}


spec(
    "people.add_unit",
    choices={"unit": _open_units, "kind": _part_kinds},
    order=("unit", "code", "name", "kind"),
    help={"code": _("Short and for good: it stands in addresses and imports.")},
)
spec(
    "people.change_unit",
    choices={"kind": _part_kinds},
    initial=_unit_now,
    widgets={"zone": ZoneSelect},
    help={"territory": _("One place on each line.")},
)
spec("people.appoint_manager", choices={"manager": _colleagues})
spec(
    "people.move_unit",
    choices={"parent": _other_places},
    intro=_("The units above the new place will see its matters, those above the old no longer."),
)
spec("people.load_policy", widgets={"pack": PackSelect})
spec(
    "people.load_own_policy",
    order=("name", "rules", "valid_from"),
    help={"rules": _("base = “lubricant” at the top lays it over a shipped pack.")},
)
spec(
    "people.add_user",
    choices={"unit": _open_units},
    order=("unit", "username", "name", "title", "phone", "email", "language"),
    widgets={"language": LanguageSelect},
    help={"username": _("What they sign in with. Letters, digits and . @ - _")},
)
spec("people.change_user", initial=_person_now, widgets={"language": LanguageSelect})
spec("people.move_user", choices={"unit": _units_of_person})
spec("people.add_role", choices={"unit": _companies}, order=("unit", "code", "name"))
spec(
    "people.grant_role",
    choices={"role": _roles, "unit": _open_units},
    order=("role", "unit", "until"),
    initial=lambda user, by: {"unit": user.unit.code if user.unit else ""},
)
spec("people.withdraw_role", choices={"role": _held_roles, "unit": _held_units})
spec(
    "people.set_absence",
    choices={"deputy": _colleagues},
    order=("start_at", "end_at", "deputy", "reason"),
    initial=lambda user, by: {"start_at": clock.now()},
)
spec("people.hand_over", choices={"to": _colleagues}, order=("to", "reason"))
spec("people.save_view", hidden=("list_name", "address", "query"))
spec("people.share_view", choices={"unit": _own_units})
