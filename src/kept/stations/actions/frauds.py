"""Fraud cases: suspected, reported with evidence, decided, and closed (S0.18, S0.19)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action, number_at_end
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.parties.models import Account
from kept.parties.noticing import holders
from kept.people.models import User
from kept.stations.actions.inspections import is_station, require_station
from kept.stations.models import FraudCase, FraudDecision, FraudOrder, FraudState
from kept.stations.orders import Numbers, orders_named
from kept.timeline import sight
from kept.timeline.files import attach
from kept.timeline.models import Attachment, Thread
from kept.timeline.notices import tell

RIGHT = "stations.report_fraud"
DECIDE = "stations.decide_fraud"
ALIVE = (FraudState.SUSPECTED, FraudState.REPORTED, FraudState.DECIDED)
RULE = "S0.18"


@action("stations.open_fraud_case", label=_("Open fraud case"), right=RIGHT, offered=is_station,
        icon="shield-alert", adds=True)  # fmt: skip
def open_fraud_case(
    account: Account,
    *,
    by: User,
    suspected: Text,
    concerned_orders: Numbers = "",
    statement: Text = "",
    files: Sequence[Attachment] = (),
) -> FraudCase:
    """Write down that a station is suspected of having made something up, and about which orders.

    The station never sees it (S0.18).
    """
    require_station(account, RULE)
    case = FraudCase(
        thread=sight.open_thread(
            kind=FraudCase.kind, unit=account.unit, title=account.name, scopes=[by.scope_id]
        ),
        company=account.company,
        unit=account.unit,
        account=account,
        suspected=suspected,
        statement=statement,
        opened_by=by,
        opened_at=clock.now(),
    )
    case.save()
    number_at_end(case)
    _name_orders(case, concerned_orders, by=by)
    entry = case.record("fraud.suspected", by=by, station=account, orders=case.numbers or ["–"],
                        words={"text": suspected, "statement": statement})  # fmt: skip
    attach(case.thread, files, seq=entry.seq, by=by)
    return case


def _name_orders(case: FraudCase, text: str, *, by: User) -> None:
    """Let the case be about these orders: new ones are added, those left out are struck."""
    named = orders_named(text, case.account, by=by, field="concerned_orders", rule=RULE)
    wanted = {one.number: one for one in named}
    for row in case.orders.filter(struck_at__isnull=True):
        if row.number not in wanted:
            row.struck_at = clock.now()
            row.save(update_fields=["struck_at"])
        wanted.pop(row.number, None)
    for one in wanted.values():
        FraudOrder.objects.create(case=case, number=one.number, order=one.order)


@action("stations.correct_fraud_case", label=_("Correct suspicion"), right=RIGHT,
        on=(FraudState.SUSPECTED,), icon="pencil")  # fmt: skip
def correct_fraud_case(
    case: FraudCase,
    *,
    by: User,
    suspected: Text,
    reason: Line,
    concerned_orders: Numbers = "",
    statement: Text = "",
) -> FraudCase:
    """Say better what is suspected, about which orders, as long as it is not reported (S0.18)."""
    case.suspected, case.statement = suspected, statement
    case.save(update_fields=["suspected", "statement"])
    _name_orders(case, concerned_orders, by=by)
    case.record("fraud.corrected", by=by, orders=case.numbers or ["–"],
                words={"text": suspected, "statement": statement, "reason": reason})  # fmt: skip
    return case


@action("stations.add_fraud_evidence", label=_("Add evidence"), right=RIGHT, on=ALIVE,
        icon="paperclip", adds=True)  # fmt: skip
def add_fraud_evidence(
    case: FraudCase, *, by: User, files: Sequence[Attachment], note: Line = ""
) -> FraudCase:
    """Add evidence: photos, records, scans, each with its checksum (S0.18, SX.07)."""
    if not files:
        raise InvalidInput(_("Choose at least one file."), field="files", rule=RULE)
    _attach_evidence(case, files, by=by, note=note)
    return case


def _attach_evidence(
    case: FraudCase, files: Sequence[Attachment], *, by: User, note: str = ""
) -> None:
    entry = case.record(
        "file.attached", by=by, files=[one.name for one in files], words={"note": note}
    )
    attach(case.thread, files, seq=entry.seq, by=by)


@action("stations.report_fraud", label=_("Report to headquarters"), right=RIGHT,
        on=(FraudState.SUSPECTED,), primary=True, icon="send")  # fmt: skip
def report_fraud(
    case: FraudCase, *, by: User, statement: Text = "", files: Sequence[Attachment] = ()
) -> FraudCase:
    """Report a suspicion to headquarters; without a file as evidence nothing is reported (S0.18).

    Whoever may decide is told.
    """
    if files:
        _attach_evidence(case, files, by=by)
    if not case.has_evidence:
        raise InvalidInput(
            _("A suspicion is reported with evidence. Attach at least one photo, record or scan."),
            field="files",
            rule=RULE,
        )
    case.statement = statement or case.statement
    case.reported_by, case.reported_at = by, clock.now()
    case.move_to(FraudState.REPORTED)
    case.save()
    case.record("fraud.reported", by=by, station=case.account, words={"statement": statement})
    deciding = [one for one in holders(DECIDE, case.unit) if one not in _part_of(case)]
    tell(deciding, "fraud.reported", about=case.thread, key=f"fraud:{case.pk}:reported",
         station=case.account)  # fmt: skip
    return case


def _part_of(case: FraudCase) -> list[User | None]:
    """Who suspected and reported it, and decides nothing about it."""
    return [case.opened_by, case.reported_by]


def _may_decide(case: FraudCase, by: User) -> bool:
    return by not in _part_of(case)


@action("stations.decide_fraud", label=_("Decide about fraud"), offered=_may_decide,
        on=(FraudState.REPORTED,), primary=True, icon="gavel")  # fmt: skip
def decide_fraud(case: FraudCase, *, by: User, decision: FraudDecision, reason: Text) -> FraudCase:
    """Headquarters decides: confirmed or unfounded, with the reason; never who reported it (S0.18).

    A confirmed one asks for honesty education of the station at once (S0.16, S0.19).
    """
    if not _may_decide(case, by):
        raise Refused(
            _("Who suspected or reported it does not decide about it. Somebody else at headquarters"
              " does."),
            rule=RULE,
        )  # fmt: skip
    case.decision, case.decided_because = decision, reason
    case.decided_by, case.decided_at = by, clock.now()
    case.move_to(FraudState.DECIDED)
    case.save()
    case.record("fraud.decided", by=by, decision=decision, words={"reason": reason})
    told = {one.pk: one for one in _part_of(case) if one is not None}
    tell(told.values(), "fraud.decided", about=case.thread, key=f"fraud:{case.pk}:decided",
         decision=decision)  # fmt: skip
    return case


@action("stations.close_fraud_case", label=_("Close fraud case"), right=RIGHT,
        on=(FraudState.DECIDED,), primary=lambda case, by: not case.lacks_education,
        icon="check")  # fmt: skip
def close_fraud_case(case: FraudCase, *, by: User, note: Text = "") -> FraudCase:
    """Nothing is left to do about it. A confirmed one is closed once the station was educated in
    honesty since, and has acknowledged it (S0.19).
    """
    if case.lacks_education:
        raise Refused(
            _("{station} was not educated in honesty since this fraud was confirmed. Record the"
              " training and its acknowledgement first."),
            station=case.account,
            rule="S0.19",
            mend=f"{case.account.get_absolute_url()}train_station/",
        )  # fmt: skip
    case.closed_at, case.closed_by = clock.now(), by
    case.move_to(FraudState.CLOSED)
    case.save(update_fields=["status", "closed_at", "closed_by"])
    case.record("fraud.closed", by=by, words={"note": note})
    sight.close(case.thread)
    return case


@action("stations.withdraw_fraud_case", label=_("Withdraw suspicion"), right=RIGHT,
        on=(FraudState.SUSPECTED,), danger=True, icon="x")  # fmt: skip
def withdraw_fraud_case(case: FraudCase, *, by: User, reason: Line) -> FraudCase:
    """It was no fraud, found before it was reported; the suspicion stays on record (S0.18)."""
    case.closed_at, case.closed_by = clock.now(), by
    case.move_to(FraudState.WITHDRAWN)
    case.save(update_fields=["status", "closed_at", "closed_by"])
    case.record("fraud.withdrawn", by=by, words={"reason": reason})
    sight.close(case.thread)
    return case


def educated(account: Account, education: Thread, held_on: date, *, by: User) -> list[FraudCase]:
    """The station was educated in honesty on a day, and has acknowledged it: confirmed cases that
    were decided by then have their education on record from now on (S0.16, S0.19).
    """
    rows = FraudCase.objects.filter(account=account, status=FraudState.DECIDED)
    rows = rows.filter(decision=FraudDecision.CONFIRMED, education__isnull=True)
    found = [one for one in rows.order_by("pk") if _decided_on(one) <= held_on]
    for case in found:
        case.education, case.educated_on = education, held_on
        case.save(update_fields=["education", "educated_on"])
        case.record("fraud.educated", by=by, held_on=held_on, training=education.number)
    return found


def _decided_on(case: FraudCase) -> date:
    return clock.local(case.decided_at or clock.now(), case.unit.zone).date()
