"""What is learned about a product in use at a customer's."""

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Text, TextRule
from kept.parties.models import ALIVE, Account
from kept.people.models import User
from kept.products.models import Product, UsageNote

Machine = Annotated[str, TextRule(100, many_lines=False)]
MOST_HOURS = 1_000_000


@action("products.note_usage", label=_("Note use of the oil"), on=ALIVE, right="parties.edit",
        icon="gauge", adds=True)  # fmt: skip
def note_usage(
    account: Account,
    *,
    by: User,
    on: date,
    machine: Machine,
    product: Product | None = None,
    hours: int | None = None,
    changed_on: date | None = None,
    problem: Text = "",
    advice: Text = "",
) -> Account:
    """Write down how a machine of a direct user runs: oil, hours, change, problem, advice (S4.28).

    Refused for a day to come, and for another company's product.
    """
    today = clock.today(account.company.zone)
    for field, day in (("on", on), ("changed_on", changed_on)):
        if day is not None and day > today:
            raise InvalidInput(_("{day} is still to come."), day=day, field=field, rule="S4.28")
    if product is not None and product.company_id != account.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=product, rule="SX.01",
                      field="product")  # fmt: skip
    if hours is not None and not 0 <= hours <= MOST_HOURS:
        raise InvalidInput(_("So many hours cannot be right."), field="hours", rule="S4.28")
    UsageNote.objects.create(
        account=account, on=on, machine=machine, product=product, hours=hours,
        changed_on=changed_on, problem=problem, advice=advice, noted_by=by, noted_at=clock.now(),
    )  # fmt: skip
    words = {"problem": problem, "advice": advice}
    account.record(
        "usage.noted", by=by, machine=machine, on=on, changed_on=changed_on,
        words={name: text for name, text in words.items() if text},
    )  # fmt: skip
    return account
