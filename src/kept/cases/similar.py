"""Cases like the one that is just being told: the same customer and product first, then the words.

Asked while a clerk types, so that the second call about a matter does not become a second case and
an answer once found is given at once (SX.10).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kept.cases.models import Case
from kept.kit import clock
from kept.parties.models import Account
from kept.people.models import User
from kept.products.models import Product, SerialUnit
from kept.search.queries import is_own_staff, seen_by, suggest
from kept.search.similar import alike

MOST = 5
FEWEST_SIGNS = 2
OF_CUSTOMER = 20
"""Latest cases of the customer that are looked at."""
PHONE_DIGITS = 7


@dataclass(frozen=True)
class SimilarCase:
    """A case like the one being told, and why: whose it is, what it is about, and the share of the
    words' weight it has in common (0 to 1).
    """

    case: Case
    is_same_customer: bool
    is_same_product: bool
    share: float

    @property
    def age(self) -> float:
        """Seconds since it was received."""
        return (clock.now() - self.case.received_at).total_seconds()

    @property
    def answer(self) -> str:
        """How it ended: what was found out, else the outcome; nothing while it is open."""
        if self.case.is_open:
            return ""
        return self.case.result or str(self.case.outcome or "")

    @property
    def rank(self) -> tuple:
        """Same customer and product, open ones, then the words, then the latest."""
        both = self.is_same_customer and self.is_same_product
        return (
            not both,
            not self.is_same_customer,
            not self.is_same_product,
            not self.case.is_open,
            -self.share,
            -self.case.received_at.timestamp(),
        )

    @property
    def is_worth_showing(self) -> bool:
        """The same words, or the same customer with the same thing or with a matter still open."""
        if self.share:
            return True
        return self.is_same_customer and (self.is_same_product or self.case.is_open)


def similar_cases(
    reader: User,
    text: str,
    *,
    account: Account | None = None,
    product: Product | None = None,
    serial_unit: SerialUnit | None = None,
    phone: str = "",
    limit: int = MOST,
) -> list[SimilarCase]:
    """Cases the reader may see that are like what was typed, at most ``limit``."""
    if len(text.strip()) < FEWEST_SIGNS:
        return []
    shares = {
        one.thread_id: one.share
        for one in alike(seen_by(reader, [Case.kind]), text, inside=is_own_staff(reader))
    }
    product = product or (serial_unit.product if serial_unit else None)
    callers = _of_phone(reader, phone) if account is None else set()
    found = [
        SimilarCase(
            case,
            is_same_customer=_is_of(case, account) or case.thread_id in callers,
            is_same_product=_is_about(case, product, serial_unit),
            share=shares.get(case.thread_id, 0.0),
        )
        for case in _looked_at(reader, {*shares, *callers}, account)
    ]
    return sorted((one for one in found if one.is_worth_showing), key=_rank)[:limit]


def _rank(one: SimilarCase) -> tuple:
    return one.rank


def _of_phone(reader: User, phone: str) -> set[int]:
    """Threads of cases whose caller had the very number."""
    if sum(sign.isdigit() for sign in phone) < PHONE_DIGITS:
        return set()
    hits = suggest(reader, phone, kinds=[Case.kind], limit=OF_CUSTOMER)
    return {hit.thread_id for hit in hits if hit.rank == 0}


def _looked_at(reader: User, threads: Iterable[int], account: Account | None) -> list[Case]:
    seen = Case.objects.visible_to(reader).filter(duplicate_of=None, erased_at=None)
    rows = seen.select_related("thread", "account", "product", "outcome")
    cases = {case.pk: case for case in rows.filter(thread__in=list(threads))}
    if account is not None:
        theirs = rows.filter(account=account).order_by("-thread__is_open", "-received_at")
        cases |= {case.pk: case for case in theirs[:OF_CUSTOMER]}
    return list(cases.values())


def _is_of(case: Case, account: Account | None) -> bool:
    return account is not None and case.account_id == account.pk


def _is_about(case: Case, product: Product | None, serial_unit: SerialUnit | None) -> bool:
    if serial_unit is not None and case.serial_unit_id == serial_unit.pk:
        return True
    return product is not None and case.product_id == product.pk
