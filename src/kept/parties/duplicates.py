"""The same customer twice: a warning while typing, a refusal for the same one (S1.22, SX.10)."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.parties.models import Account, Phone
from kept.parties.naming import digits_of, name_key
from kept.people.models import Unit, User
from kept.timeline.models import ThreadedQuerySet

MOST_SHOWN = 5
FEWEST_DIGITS = 6
FEWEST_LETTERS = 2


def likely(user: User, name: str, phone: str) -> ThreadedQuerySet:
    """Accounts the person may see that could be the one being typed, at most a handful.

    Alike is the same or the longer of two names without legal form, or a phone number that holds
    the digits typed so far.
    """
    return Account.objects.alive().filter(_alike(name, phone)).visible_to(user)[:MOST_SHOWN]


def _alike(name: str, phone: str) -> Q:
    key, digits = name_key(name), digits_of(phone)
    wanted = Q(pk__in=[])
    if len(key) >= FEWEST_LETTERS:
        wanted |= Q(name_key__contains=key)
    if len(digits) >= FEWEST_DIGITS:
        owners = Phone.objects.current().filter(digits__contains=digits.lstrip("0"))
        wanted |= Q(pk__in=owners.values("contact__account"))
    return wanted


def require_new(unit: Unit, name: str, number: str, *, even_so: str) -> None:
    """Raise Refused when the company has this very customer: same name, and same phone or none.

    ``even_so`` is the reason why it is another one all the same; it goes on record.
    """
    if even_so:
        return
    same = Account.objects.alive().filter(company=unit.company_id, name_key=name_key(name))
    for account in same.select_related("unit"):
        if is_same_party(number, _numbers(account)):
            raise registered_already(account)


def is_same_party(number: str, numbers: Collection[str]) -> bool:
    """Whether somebody with this phone number, or with none, is the account of the same name that
    is reached at ``numbers``: the very same customer is not entered twice (S1.22).
    """
    return number in numbers or not (number or numbers)


def registered_already(account: Account) -> Refused:
    """What is said of the very same customer, with where it stands (S1.22)."""
    return Refused(
        _("“{name}” is in the register already: {number} in {unit}."),
        name=account.name,
        number=account.number,
        unit=account.unit,
        rule="S1.22",
        field="name",
        mend=account.get_absolute_url(),
    )


def _numbers(account: Account) -> set[str]:
    rows = Phone.objects.current().filter(contact__account=account)
    return set(rows.values_list("number", flat=True))
