"""Settlement talks with stations: logged with the orders they dispute, and answered (S0.15)."""

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Text, TextRule
from kept.parties.models import Account
from kept.parties.settings import today_in
from kept.people.models import User
from kept.stations.actions.inspections import is_station, require_station
from kept.stations.duties import keep_talk
from kept.stations.models import SettlementDispute, SettlementTalk
from kept.stations.orders import Named, Numbers, orders_named

RIGHT = "stations.log_talk"
RULE = "S0.15"
Names = Annotated[str, TextRule(200, many_lines=False)]


@action("stations.log_talk", label=_("Log settlement talk"), offered=is_station, icon="scale",
        adds=True)  # fmt: skip
def log_talk(
    account: Account,
    *,
    by: User,
    persons: Names,
    held_on: date | None = None,
    questions: Text = "",
    disputed_orders: Numbers = "",
    answers: Text = "",
) -> SettlementTalk:
    """Write down a talk with a station about its settlement: with whom, what they asked, which
    orders they dispute, and what they were answered (S0.15).

    The story of an order that Kept has tells that it is disputed; one of somebody else is refused.
    """
    require_station(account, RULE)
    today = today_in(account.unit)
    if held_on is not None and held_on > today:
        raise InvalidInput(_("This has not happened yet."), field="held_on")
    orders = orders_named(disputed_orders, account, by=by, field="disputed_orders", rule=RULE)
    is_answered = bool(answers) or not (questions or orders)
    talk = SettlementTalk.objects.create(
        account=account,
        held_on=held_on or today,
        persons=persons,
        questions=questions,
        answers=answers,
        by=by,
        recorded_at=clock.now(),
        answered_at=clock.now() if is_answered else None,
        answered_by=by if is_answered else None,
    )
    account.record(
        "account.settlement_talked",
        by=by,
        held_on=talk.held_on,
        orders=len(orders),
        words={"question": questions, "answer": answers},
    )
    for one in orders:
        _dispute(talk, one, by=by)
    keep_talk(account, talk.held_on, by=by)
    return talk


def _dispute(talk: SettlementTalk, named: Named, *, by: User) -> None:
    """The order is disputed in the talk: a row there, and a line in its own story."""
    SettlementDispute.objects.create(
        talk=talk,
        number=named.number,
        order=named.order,
        answered_at=talk.answered_at,
        answered_by=talk.answered_by,
    )
    if named.order is not None:
        named.order.record("order.disputed", by=by, station=talk.account, held_on=talk.held_on)


def _waits(talk: SettlementTalk, by: User) -> bool:
    return talk.waits_for_answer


@action("stations.answer_talk", label=_("Answer the station"), right=RIGHT, offered=_waits,
        primary=True, icon="reply")  # fmt: skip
def answer_talk(talk: SettlementTalk, *, by: User, answers: Text) -> SettlementTalk:
    """Write down what a station was answered later to what it asked in a talk; the orders it
    disputes are answered with it (S0.15).
    """
    if not talk.waits_for_answer:
        raise Refused(_("Everything asked in this talk is answered."), rule=RULE)
    talk.answers = "\n".join(filter(None, [talk.answers, answers]))
    talk.save(update_fields=["answers"])
    for dispute in talk.disputes.filter(answered_at__isnull=True).select_related("order"):
        _answer(dispute, "", by=by)
    _all_answered(talk, by=by)
    talk.account.record("account.settlement_answered", by=by, held_on=talk.held_on,
                        words={"answer": answers})  # fmt: skip
    return talk


def _is_open(dispute: SettlementDispute, by: User) -> bool:
    return dispute.answered_at is None


@action("stations.answer_dispute", label=_("Answer about the order"), right=RIGHT,
        offered=_is_open, icon="reply")  # fmt: skip
def answer_dispute(dispute: SettlementDispute, *, by: User, answer: Text) -> SettlementDispute:
    """Write down what the station was answered about one disputed order. With the last of them a
    talk in which nothing else was asked is answered too (S0.15).
    """
    if dispute.answered_at is not None:
        raise Refused(
            _("The station was answered about {number} already."), number=dispute.number, rule=RULE
        )
    _answer(dispute, answer, by=by)
    talk = dispute.talk
    talk.account.record("account.dispute_answered", by=by, number=dispute.number,
                        held_on=talk.held_on, words={"answer": answer})  # fmt: skip
    left = talk.disputes.filter(answered_at__isnull=True)
    if not talk.questions and talk.answered_at is None and not left.exists():
        _all_answered(talk, by=by)
    return dispute


def _answer(dispute: SettlementDispute, answer: str, *, by: User) -> None:
    dispute.answer = answer
    dispute.answered_at, dispute.answered_by = clock.now(), by
    dispute.save(update_fields=["answer", "answered_at", "answered_by"])
    if dispute.order is not None:
        dispute.order.record("order.dispute_answered", by=by, station=dispute.talk.account,
                             held_on=dispute.talk.held_on, words={"answer": answer})  # fmt: skip


def _all_answered(talk: SettlementTalk, *, by: User) -> None:
    talk.answered_at, talk.answered_by = clock.now(), by
    talk.save(update_fields=["answered_at", "answered_by"])
