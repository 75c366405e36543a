"""Roles and modules in policy packs: no dated rows, so they wait for their pack's day (SX.19)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kept.kit import packs
from kept.kit.pack_faults import Fault, check
from kept.kit.pack_words import describe
from kept.kit.packs import Loading
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed, Words, check_words
from kept.people.models import PackPart, Role, Unit
from kept.people.rights import expanded, known_rights, require_outside

APPOINT = "people.grant_role"
#: Keys under which rows of other sections name roles.
NAMES_ROLES = ("role", "roles", "to_role", "to_roles")
#: How a row names a role among other recipients: ``to = ["manager", "role:lead"]``.
ROLE = "role:"


@packs.section("roles", order=10)
def read_roles(loading: Loading, rows: list[dict[str, Any]]) -> None:
    """``[[roles]] code, name, rights, outside, needs_second_factor``.

    A right may end in ``*`` for all of a module and begin with ``-`` to be left out. A role that
    was changed on screen goes back to what the pack says, and the company's history tells so.
    """
    read = [_role(row) for row in rows]
    if loading.begins_later:
        for code, values in read:
            loading.remember("roles", code, _announced(loading.company, code, values["name"]))
        _wait(loading, "roles", [dict(row) for row in rows])
        return
    for code, values in read:
        loading.remember("roles", code, _put(loading, code, values))


def _role(row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    rights, outside = sorted(expanded(row["rights"])), row.get("outside", False)
    if outside:
        require_outside(rights)
    return row["code"], {
        "name": check_words(row["name"]),
        "rights": rights,
        "is_outside": outside,
        "needs_second_factor": row.get("needs_second_factor", False),
        "retired_at": None,
    }


def _announced(company: Unit, code: str, name: Words) -> Role:
    """The role other sections may name already; a new one may do nothing before its day."""
    role, _made = Role.objects.get_or_create(company=company, code=code, defaults={"name": name})
    return role


def _put(loading: Loading, code: str, values: dict[str, Any]) -> Role:
    before = Role.objects.filter(company=loading.company, code=code).first()
    role, _made = Role.objects.update_or_create(company=loading.company, code=code, defaults=values)
    if before is not None and before.rights != role.rights:
        loading.company.record(
            "role.rights_changed",
            by=loading.by,
            role=role,
            added=sorted(set(role.rights) - set(before.rights)) or None,
            removed=sorted(set(before.rights) - set(role.rights)) or None,
            second_factor=role.needs_second_factor,
        )
    return role


def _wait(loading: Loading, section: str, body: Any) -> None:
    PackPart.objects.create(
        unit=loading.company, valid_from=loading.valid_from, section=section, body=body
    )


@packs.writer("roles")
def write_roles(company: Unit, moment: datetime) -> list[dict[str, Any]]:
    """The roles in use, with those a pack brings by then."""
    rows = {
        role.code: {
            "code": role.code,
            "name": dict(role.name),
            "rights": _in_short(role.rights),
            "outside": role.is_outside,
            "needs_second_factor": role.needs_second_factor,
        }
        for role in Role.objects.filter(company=company).current().order_by("code")
    }
    for part in _waiting(company, moment, "roles"):
        for row in part.body:
            rows[row["code"]] = {
                "code": row["code"],
                "name": dict(row["name"]),
                "rights": _in_short(expanded(row["rights"])),
                "outside": row.get("outside", False),
                "needs_second_factor": row.get("needs_second_factor", False),
            }
    return [rows[code] for code in sorted(rows)]


def _waiting(company: Unit, moment: datetime, section: str) -> Iterable[PackPart]:
    rows = PackPart.objects.in_force(company, moment).filter(section=section, begun_at=None)
    return rows.order_by("valid_from", "pk")


def _in_short(rights: Iterable[str]) -> list[str]:
    """``cases.*`` for a role that may do all of a module."""
    held, known = set(rights), set(known_rights())
    short = []
    for module in sorted({right.partition(".")[0] for right in held}):
        own = {right for right in known if right.startswith(f"{module}.")}
        mine = {right for right in held if right.startswith(f"{module}.")}
        short += [f"{module}.*"] if own and own <= mine else sorted(mine)
    return short


@packs.section("modules", order=11)
def read_modules(loading: Loading, names: list[str]) -> None:
    """``modules = ["cases", "products"]``: what is switched on for the company (C23)."""
    if unknown := sorted(set(names) - known_modules()):
        raise InvalidInput(
            _("“{value}” is not known here. There are: {known}."),
            value=unknown[0],
            known=Listed(sorted(known_modules())),
        )
    loading.done["modules"] = len(names)
    if loading.begins_later:
        _wait(loading, "modules", list(names))
        return
    loading.company.modules = sorted(names)
    loading.company.save(update_fields=["modules"])


def known_modules() -> set[str]:
    """Every module of the house, by the name it is switched on under."""
    return {app.name.split(".")[1] for app in apps.get_app_configs() if app.name[:5] == "kept."}


@packs.writer("modules")
def write_modules(company: Unit, moment: datetime) -> list[str]:
    waiting = list(_waiting(company, moment, "modules"))
    return sorted(waiting[-1].body) if waiting else list(company.modules)


@check
def roles_can_be_given(pack: Mapping[str, Any]) -> Iterable[Fault]:
    """Somebody may appoint people, and rows name only roles there are (SX.02)."""
    rows = pack.get("roles", [])
    codes = {row["code"] for row in rows}
    if rows and not any(APPOINT in expanded(row["rights"]) for row in rows):
        yield Fault(
            "roles",
            "",
            "nobody_appoints",
            _("No role may grant roles, so nobody can be appointed to any."),
            _("Give one of them the right people.grant_role."),
        )
    for section, row, role in named_roles(pack):
        if role not in codes:
            yield Fault(
                section,
                row,
                "unknown_role",
                str(_("It names the role “{role}”, which is not in the pack.")).format(role=role),
                _("Add the role or name another."),
            )


def named_roles(pack: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Section, row and role, wherever a row outside the roles names one."""
    return (place[:3] for place in _named_roles(pack))


def roles_named_alone(pack: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """The places of ``named_roles`` where the row names nobody else whom it would reach."""
    return {place[:3] for place in _named_roles(pack) if place[3]}


def _named_roles(pack: Mapping[str, Any]) -> Iterable[tuple[str, str, str, bool]]:
    for section, rows in pack.items():
        for row in rows if section != "roles" and packs.are_rows(rows) else ():
            for key in NAMES_ROLES:
                named = row.get(key, [])
                for role in [named] if isinstance(named, str) else named:
                    yield section, str(row.get("code", "")), str(role), True
            told = _texts(row.get("to"))
            for one in told:
                if one.startswith(ROLE):
                    role = one.removeprefix(ROLE)
                    yield section, str(row.get("code", "")), role, len(told) == 1


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _in_labels(rights: Iterable[str]) -> list[str]:
    known = known_rights()
    return [str(known[right]) for right in sorted(expanded(rights))]


describe(
    "roles",
    pgettext_lazy("of a person", "Roles"),
    keys={
        "rights": _("Rights"),
        "outside": _("For people from outside"),
        "needs_second_factor": _("Second factor"),
    },
    values={"rights": _in_labels},
)
describe("modules", _("Modules switched on"))
