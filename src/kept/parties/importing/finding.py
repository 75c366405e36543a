"""Accounts as other tables name them: by number, code or name, below the unit of the import."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.parties.models import Account
from kept.parties.naming import name_key
from kept.people.models import Unit


class AccountsNamed:
    """The accounts that the rows of a batch name, read in two queries."""

    def __init__(self, unit: Unit, names: Iterable[str]) -> None:
        self.unit = unit
        wanted = {name for name in names if name}
        rows = Account.objects.alive().filter(
            company=unit.company_id, unit__path__startswith=unit.path
        ).select_related("unit", "company")  # fmt: skip
        self.by_ref: dict[str, Account] = {}
        self.by_name: dict[str, list[Account]] = defaultdict(list)
        if not wanted:
            return
        for one in rows.filter(number__in=wanted):
            self.by_ref[one.number or ""] = one
        for one in rows.filter(code__in=wanted):
            self.by_ref.setdefault(one.code, one)
        for one in rows.filter(name_key__in={name_key(name) for name in wanted}):
            self.by_name[one.name_key].append(one)

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
                numbers=", ".join(sorted(one.number or "" for one in named)),
                field=field,
            )
        raise InvalidInput(
            _("There is no customer “{name}” in {unit}. Write its number or code, or bring it in "
              "first."),
            name=text, unit=self.unit, field=field,
        )  # fmt: skip
