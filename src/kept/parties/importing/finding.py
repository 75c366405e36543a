"""Accounts as other tables name them: by number, code or name, below the unit of the import."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kept.kit.bulk import keys_of
from kept.kit.refusal import InvalidInput
from kept.kit.words import Listed
from kept.parties.models import Account
from kept.parties.naming import name_key
from kept.people.models import Unit

#: What the index of codes is limited to.
HAS_CODE = """NOT ("code" = '') AND NOT ("status" = 'merged')"""


def keys_by_code(unit: Unit, codes: Iterable[str]) -> list[int]:
    """Keys of the accounts of the company that have one of these codes."""
    return keys_of(Account, "code", codes, where=HAS_CODE, company_id=unit.company_id)


def keys_by_name(unit: Unit, keys: Iterable[str]) -> list[int]:
    """Keys of the accounts of the company whose names are spelled alike (see ``name_key``)."""
    return keys_of(Account, "name_key", keys, company_id=unit.company_id)


class AccountsNamed:
    """The accounts that the rows of a batch name, read in four queries."""

    def __init__(self, unit: Unit, names: Iterable[str]) -> None:
        self.unit = unit
        wanted = {name for name in names if name}
        self.by_ref: dict[str, Account] = {}
        self.by_name: dict[str, list[Account]] = defaultdict(list)
        found = self._named(wanted) if wanted else []
        for one in found:
            if one.code in wanted:
                self.by_ref[one.code] = one
            self.by_name[one.name_key].append(one)
        self.by_ref |= {one.number: one for one in found if one.number in wanted}

    def _named(self, wanted: set[str]) -> list[Account]:
        keys = keys_of(Account, "number", wanted)
        keys += keys_by_code(self.unit, wanted)
        keys += keys_by_name(self.unit, {name_key(name) for name in wanted})
        rows = Account.objects.alive().filter(
            pk__in=set(keys), company=self.unit.company_id, unit__path__startswith=self.unit.path
        )  # fmt: skip
        return list(rows.select_related("unit", "company")) if keys else []

    def find(self, text: str, field: str = "account") -> Account:
        """The account a row means. Raises InvalidInput for none, and for several of one name."""
        if (found := self.by_ref.get(text)) is not None:
            return found
        named = self.by_name.get(name_key(text), [])
        if len(named) == 1:
            return named[0]
        if named:
            raise InvalidInput(
                _("{count} customers are called “{name}”: {numbers}. Write the number."),
                count=len(named),
                name=text,
                numbers=Listed(sorted(one.number or "" for one in named)),
                field=field,
            )
        raise InvalidInput(
            _("There is no customer “{name}” in {unit}. Write its number or code, or bring it in "
              "first."),
            name=text, unit=self.unit, field=field,
        )  # fmt: skip
