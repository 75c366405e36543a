"""Settlement talks with stations: logged, and answered when they ask something (S0.15)."""

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
from kept.stations.models import SettlementTalk

RIGHT = "stations.log_talk"
Names = Annotated[str, TextRule(200, many_lines=False)]
Orders = Annotated[str, TextRule(2000)]


@action("stations.log_talk", label=_("Log settlement talk"), offered=is_station, icon="scale",
        adds=True)  # fmt: skip
def log_talk(
    account: Account,
    *,
    by: User,
    persons: Names,
    held_on: date | None = None,
    questions: Text = "",
    disputed_orders: Orders = "",
    answers: Text = "",
) -> Account:
    """Write down a talk with a station about its settlement: with whom, what they asked, which
    orders they dispute, and what they were answered (S0.15).
    """
    require_station(account, "S0.15")
    today = today_in(account.unit)
    if held_on is not None and held_on > today:
        raise InvalidInput(_("This has not happened yet."), field="held_on")
    orders = _one_a_line(disputed_orders)
    is_answered = bool(answers) or not (questions or orders)
    talk = SettlementTalk.objects.create(
        account=account,
        held_on=held_on or today,
        persons=persons,
        questions=questions,
        disputed_orders="\n".join(orders),
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
    keep_talk(account, talk.held_on, by=by)
    return account


def _one_a_line(orders: str) -> list[str]:
    return list(dict.fromkeys(one for line in orders.splitlines() if (one := line.strip())))


def _waits(talk: SettlementTalk, by: User) -> bool:
    return talk.waits_for_answer


@action("stations.answer_talk", label=_("Answer the station"), right=RIGHT, offered=_waits,
        icon="reply")  # fmt: skip
def answer_talk(talk: SettlementTalk, *, by: User, answers: Text) -> SettlementTalk:
    """Write down what a station was answered later to what it asked in a talk (S0.15)."""
    if not talk.waits_for_answer:
        raise Refused(_("Everything asked in this talk is answered."), rule="S0.15")
    talk.answers = "\n".join(filter(None, [talk.answers, answers]))
    talk.answered_at, talk.answered_by = clock.now(), by
    talk.save(update_fields=["answers", "answered_at", "answered_by"])
    talk.account.record("account.settlement_answered", by=by, held_on=talk.held_on,
                        words={"answer": answers})  # fmt: skip
    return talk
