"""What the forms of accounts ask, in the trade's words; order, choices and first values."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kept.kit.forms import spec
from kept.kit.labels import declare, declare_for
from kept.parties.models import (
    SERVED,
    Account,
    Address,
    Contact,
    DealerLevel,
    DealerType,
    Posting,
    TerritoryMode,
)
from kept.parties.quiet import periods_of
from kept.parties.settings import today_in
from kept.parties.territory import territory_missing
from kept.parties.words import Channel
from kept.people.models import Role, Unit, User
from kept.people.personal import personal

declare(
    unit=_("Unit"),
    name=_("Name"),
    roles=_("Roles"),
    code=_("Code"),
    org_type=_("Kind of organisation"),
    region=_("Region"),
    contact_name=_("Contact"),
    contact=_("Contact"),
    phone=_("Phone"),
    email=_("Mail"),
    address=_("Address"),
    joined_year=_("Year it joined"),
    joining=_("Way of joining"),
    project_class=_("Class of projects done"),
    agent_name=_("Sold by agent"),
    notes=_("Notes"),
    relationship_owner=_("Looked after by"),
    since_on=_("Since"),
    even_so=_("Another one all the same, because"),
    effective_on=_("In effect from"),
    reason=_("Reason"),
    ground=_("Under which rule"),
    even_name=_("The name too: it is a person"),
    title=_("Title"),
    is_repair_staff=_("Repair staff"),
    text=_("Text"),
    field_manager=_("Field manager"),
    from_on=_("From"),
    until_on=_("Until"),
    to_person=_("To person"),
    note=_("Note"),
    parts=_("What was checked"),
    channels=_("Which channels"),
    skill=_("Skill"),
    was_learned=_("They can do it now"),
    can_email=_("They can send mail"),
    kind=_("Kind"),
    topic=_("Topic"),
    rating=_("Rating, 1 to 5"),
    heard_on=_("Heard on"),
    level=_("Level"),
    dealer_type=_("Type of dealer"),
    customer=_("Number, code or phone of the customer"),
    person=_("Person"),
    role=_("Role"),
    engineer=_("Engineer"),
    places=_("Places"),
)
declare_for("parties.merge", into=_("Into"))
declare_for("parties.change_address", text=_("Address"))
declare_for("parties.note", text=_("What was said"))
declare_for("parties.add_account", since_on=_("Customer since"))
declare_for("parties.add_contact", title=_("Job title"))
declare_for("parties.change_contact", title=_("Job title"))


def _own_unit(subject: Any, by: User) -> dict[str, Any]:
    return {"unit": by.unit.code} if by.unit else {}


def _own_territory(subject: Any, by: User) -> dict[str, Any]:
    """The reader's unit, unless no customer may lie there (S1.05)."""
    if by.unit is None or territory_missing(by.unit, SERVED) == TerritoryMode.STRICT:
        return {}
    return {"unit": by.unit.code}


def _units(subject: Any, by: User) -> QuerySet:
    return Unit.objects.visible_to(by).active()


def _units_of(account: Account, by: User) -> QuerySet:
    return Unit.objects.active().filter(company=account.company_id)


def _colleagues(subject: Any, by: User) -> QuerySet:
    return User.objects.visible_to(by)


def _people_of(unit: Unit, by: User) -> QuerySet:
    return User.objects.active().filter(company=unit.company_id).order_by("sort_key")


def _engineers_of(unit: Unit, by: User) -> QuerySet:
    return User.objects.filter(territories__in=unit.territory_engineers.current()).distinct()


def _field_staff(account: Account | None, by: User) -> QuerySet:
    """People posted as field staff today; of the account's region first."""
    company = account.company_id if account else by.company_id
    posted = Posting.objects.on(today_in(account.unit if account else by.unit))
    rows = posted.filter(company=company).values("person")
    return User.objects.active().filter(pk__in=rows).order_by("sort_key")


def _contacts_of(account: Account, by: User) -> QuerySet:
    return Contact.objects.current().filter(account=account).order_by("-is_main", "sort_key")


def _others(account: Account, by: User) -> QuerySet:
    rows = Account.objects.alive().filter(company=account.company_id).visible_to(by)
    return rows.exclude(pk=account.pk).order_by("sort_key")


def _file_of(account: Account, by: User) -> dict[str, Any]:
    names = ("name", "code", "region", "org_type", "joined_year", "joining", "project_class",
             "agent_name", "notes")  # fmt: skip
    return {name: getattr(account, name) for name in names}


def _contact_now(contact: Contact, by: User) -> dict[str, Any]:
    first = contact.phones.current().first()
    return {
        "name": contact.name,
        "title": contact.title,
        "email": personal(contact.email, by),
        "is_repair_staff": contact.is_repair_staff,
        "phone": personal(first.number, by) if first else "",
    }


def _address_now(address: Address, by: User) -> dict[str, Any]:
    return {"text": address.text}


def _person_now(user: User, by: User) -> dict[str, Any]:
    posting = user.postings.filter(until_on__isnull=True).first()
    return {
        "phone": user.phone,
        "email": user.email,
        "address": posting.address if posting else "",
    }


def _levels(account: Account, by: User) -> QuerySet:
    return DealerLevel.objects.in_force(account.unit)


def _types(account: Account, by: User) -> QuerySet:
    return DealerType.objects.in_force(account.unit)


def _roles_of(account: Account, by: User) -> QuerySet:
    return Role.objects.filter(company=account.company_id, is_outside=True)


def _typing(**attrs: str) -> Any:
    """A line that asks for likely duplicates while it is being typed."""
    asking = {
        "hx-get": "/accounts/duplicates/",
        "hx-trigger": "input changed delay:300ms",
        "hx-include": "closest form",
        "hx-target": "#duplicates",
        "hx-swap": "innerHTML",
        "autocomplete": "off",
    }
    return lambda: forms.TextInput(attrs={**asking, **attrs})


class AccountInput(forms.TextInput):
    """A line that takes an account's number and suggests accounts while something is typed."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        box = f"{(attrs or {}).get('id', f'id_{name}')}_suggestions"
        asking = {
            "list": box,
            "autocomplete": "off",
            "hx-get": f"/accounts/suggest/?for={name}",
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{box}",
            "hx-swap": "innerHTML",
        }
        field = super().render(name, value, {**(attrs or {}), **asking}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', field, box)


CHECKBOXES = forms.CheckboxSelectMultiple
EVEN_SO = _("Only when the register has one of this name and it is another customer.")
NEW = {"name": _typing(autofocus="autofocus"), "phone": _typing(inputmode="tel")}

spec(
    "parties.add_account",
    order=("name", "phone", "contact_name", "roles", "unit", "region", "address", "email",
           "org_type", "code", "agent_name", "relationship_owner", "joined_year", "joining",
           "project_class", "since_on", "notes", "even_so"),
    widgets={**NEW, "roles": CHECKBOXES},
    choices={"unit": _units, "relationship_owner": _colleagues},
    initial=lambda subject, by: {**_own_territory(subject, by), "roles": ["customer"]},
    help={"even_so": EVEN_SO},
)  # fmt: skip
spec(
    "parties.add_dealer",
    order=("name", "contact_name", "phone", "joined_year", "joining", "unit"),
    widgets=NEW,
    choices={"unit": _units},
    initial=_own_territory,
    help={"even_so": EVEN_SO},
)
spec(
    "parties.add_station",
    order=("code", "name", "region", "field_manager", "contact_name", "phone", "address", "unit"),
    widgets=NEW,
    choices={"unit": _units, "field_manager": _field_staff},
    initial=_own_unit,
    help={"even_so": EVEN_SO},
)
spec(
    "parties.add_operator",
    order=("name", "region", "relationship_owner", "contact_name", "phone", "unit"),
    widgets=NEW,
    choices={"unit": _units, "relationship_owner": _colleagues},
    initial=_own_unit,
)
spec("parties.change_account", initial=_file_of)
spec(
    "parties.change_roles",
    widgets={"roles": CHECKBOXES},
    initial=lambda account, by: {"roles": account.roles},
)
spec("parties.assign_owner", choices={"relationship_owner": _colleagues})
spec("parties.change_contact", initial=_contact_now)
spec("parties.change_address", initial=_address_now)
spec("parties.change_own_contact", initial=_person_now)
spec("parties.assign_field_manager", choices={"field_manager": _field_staff})
spec("parties.hand_stations", choices={"to_person": lambda user, by: _field_staff(None, user)})
spec("parties.verify", widgets={"parts": CHECKBOXES})
spec(
    "parties.tell_channels",
    widgets={"channels": CHECKBOXES},
    initial=lambda account, by: {"channels": account.informed_channels or Channel.values},
)
spec("parties.teach", choices={"contact": _contacts_of})
spec("parties.set_level", choices={"level": _levels, "dealer_type": _types})
spec("parties.move", choices={"unit": _units_of})
spec("parties.merge", choices={"into": _others}, widgets={"into": AccountInput})
spec("parties.serve_across", choices={"unit": _units}, initial=_own_unit)
spec(
    "parties.assign_engineer",
    choices={"engineer": _people_of},
    order=("engineer", "places", "from_on"),
    help={"places": _("One on each line; none means the whole territory.")},
)
spec("parties.end_engineer", choices={"engineer": _engineers_of})
spec("parties.admit", choices={"person": _colleagues, "role": _roles_of})


def _quiet_now(account: Account, by: User) -> dict[str, Any]:
    return {
        "quiet_periods": "\n".join(periods_of(account)),
        "as_company": account.quiet_hours is None,
    }


declare(quiet_periods=_("Not to be disturbed"), as_company=_("As the company decided for all"))
spec(
    "parties.set_quiet_hours",
    initial=_quiet_now,
    help={"quiet_periods": _("Like 12:00-14:00, one on a line; over midnight like 20:00-09:00.")},
)
