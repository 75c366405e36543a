"""What stations offers below, and what it hears from there."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.cases.models import Case
from kept.cases.wiring import case_panels
from kept.kit import clock
from kept.kit.pages import MenuItem, menu
from kept.kit.wiring import reaction
from kept.parties.models import Account
from kept.parties.slots import account_open_work
from kept.parties.wiring import Panel, account_panels
from kept.people.leaving import colleague_of
from kept.people.models import Unit, User
from kept.people.wiring import (
    OpenWork,
    PolicySection,
    PolicySentence,
    open_work,
    policy_sentences,
)
from kept.stations.models import (
    FraudCase,
    Inspection,
    InspectionState,
    SettlementDispute,
    SettlementTalk,
    StationPolicy,
)
from kept.stations.models.policy import station_policy
from kept.stations.orders import order_kinds
from kept.timeline import sight
from kept.timeline.models import Entry
from kept.timeline.registers import Register, registers

SHOWN = 5
OPEN = InspectionState.OPEN


@order_kinds.fill(order=10)
def cases_are_orders(company: Unit) -> str:
    """Today the case is what a station works on under a number (S0.15, S0.18)."""
    return Case.kind


@menu.fill(order=55)
def stations_item(user: User) -> MenuItem | None:
    """Where the company keeps stations, for who looks after them."""
    if user.unit is None or station_policy(user.unit) is None:
        return None
    for right, url in (("stations.inspect", "/stations_to_inspect/"),
                       ("stations.see_sales", "/sales_figures/"),
                       ("stations.see", "/inspections/"),
                       ("stations.see_fraud", "/fraud_cases/")):  # fmt: skip
        if user.holds(right):
            return MenuItem(_("Stations"), url, "store")
    return None


@reaction("account.merged")
def go_on_with_survivor(account: Account, *, by: User, entry: Entry) -> None:
    """What was found out about a merged station is the survivor's from now on (SX.05)."""
    into: Any = account.merged_into
    for inspection in Inspection.objects.filter(account=account).select_related("thread"):
        if inspection.status == OPEN and into.inspections.filter(status=OPEN).exists():
            inspection.status = InspectionState.WITHDRAWN
            inspection.closed_at, inspection.closed_by = clock.now(), by
        inspection.account = into
        inspection.save(update_fields=["account", "status", "closed_at", "closed_by"])
        if inspection.status == InspectionState.CLOSED:
            sight.add_sight(inspection.thread, [into.scope_id])
        inspection.record("inspection.station_merged", by=by, old=account, new=into)
    SettlementTalk.objects.filter(account=account).update(account=into)
    for case in FraudCase.objects.filter(account=account).select_related("thread"):
        case.account = into
        case.save(update_fields=["account"])
        case.record("fraud.station_merged", by=by, old=account, new=into)


@open_work.fill(order=35)
def inspections_of_leaver(user: User) -> OpenWork | None:
    """Inspections somebody is to make go to somebody else first (SX.17)."""
    count = Inspection.objects.filter(inspector=user, status=OPEN).count()
    if not count:
        return None
    words = ngettext("{n} planned inspection", "{n} planned inspections", count)
    url = f"/inspections/?status=open&inspector={user.username}"
    return OpenWork(words.format(n=count), count, url)


@reaction("person.work_handed_over")
def hand_over_inspections(user: User, *, by: User, entry: Entry) -> None:
    """A colleague makes a leaver's inspections from now on (SX.17)."""
    to = colleague_of(entry)
    for inspection in Inspection.objects.filter(inspector=user, status=OPEN).order_by("pk"):
        inspection.inspector = to
        inspection.save(update_fields=["inspector"])
        sight.add_sight(inspection.thread, [to.scope_id])
        inspection.record("inspection.handed", by=by, old=user, new=to)


@account_open_work.fill(order=40)
def planned_inspections(account: Account) -> Any:
    """A planned inspection is closed or withdrawn before a partnership ends."""
    there = Inspection.objects.filter(account=account, status=OPEN).first()
    return _("inspection {number}").format(number=there.number) if there else None


@account_open_work.fill(order=41)
def open_fraud_cases(account: Account) -> Any:
    """Fraud is decided, and the station educated, before a partnership ends (S0.19)."""
    there = FraudCase.objects.open().filter(account=account).first()
    return _("fraud case {number}").format(number=there.number) if there else None


@account_panels.fill(order=32)
def fraud_of_the_station(account: Account, reader: User) -> Panel | None:
    """Beside a station: its fraud cases, for who may see them; never for the station (S0.18)."""
    if not account.is_station or not reader.holds("stations.see_fraud"):
        return None
    rows = FraudCase.objects.visible_to(reader).filter(account=account)
    cases = list(rows.select_related("account").order_by("-opened_at", "-pk")[:SHOWN])
    if not cases:
        return None
    url = f"/fraud_cases/?q={account.code}" if account.code else ""
    return Panel(_("Fraud cases"), "stations/account_frauds.html", "shield-alert",
                 {"cases": cases}, url=url, link=_("All fraud cases"))  # fmt: skip


@account_panels.fill(order=30)
def how_the_station_does(account: Account, reader: User) -> Panel | None:
    """Beside a station: its inspections, and the settlement talks."""
    if not account.is_station or not reader.holds("stations.see"):
        return None
    rows = Inspection.objects.visible_to(reader).filter(account=account)
    talks = SettlementTalk.objects.visible_to(reader).filter(account=account)
    talks = talks.select_related("account").prefetch_related("disputes__order")
    data = {
        "inspections": list(rows.order_by("-planned_on", "-pk")[:SHOWN]),
        "talks": list(talks.order_by("-held_on", "-pk")[:SHOWN]),
        "can_answer": reader.holds("stations.log_talk"),
    }
    url = f"/inspections/?q={account.code}" if account.code else ""
    return Panel(_("Inspections and talks"), "stations/account_panel.html", "clipboard-check", data,
                 url=url, link=_("All inspections"))  # fmt: skip


@case_panels.fill(order=12)
def disputed_by_the_station(case: Case, reader: User) -> Any:
    """Beside what a station works on: the settlement talks in which it disputes it (S0.15)."""
    if case.account is None or not case.account.is_station or not reader.holds("stations.see"):
        return None
    rows = SettlementDispute.objects.visible_to(reader).filter(order=case.thread_id)
    found = list(rows.select_related("talk__account").order_by("-talk__held_on", "-pk"))
    if not found:
        return None
    return SimpleNamespace(title=_("Disputed"), icon="scale", disputes=found,
                           template="stations/case_panel.html")  # fmt: skip


@registers.fill(order=40)
def register_of_inspections(company: Unit) -> Register:
    """Inspections, numbered without holes (S1.30)."""
    lines = Inspection.objects.filter(company=company)
    return Register(_("Inspections"), lines, (Inspection.register,), "/inspections/")


@registers.fill(order=42)
def register_of_frauds(company: Unit) -> Register:
    """Fraud cases, numbered without holes (S1.30)."""
    lines = FraudCase.objects.filter(company=company)
    return Register(_("Fraud cases"), lines, (FraudCase.register,), "/fraud_cases/")


@policy_sentences.fill(order=46)
def how_stations_are_inspected(unit: Unit, moment: datetime) -> PolicySection | None:
    """How attitude is scored, in sentences (S0.06, S0.07)."""
    policy = StationPolicy.objects.in_force(unit, moment).select_related("unit").first()
    if policy is None:
        return None
    score = _("The attitude of a station is scored from 0 to {max}; below {bad} its staff are"
              " trained")  # fmt: skip
    often = ngettext(
        "A station is overdue when it was not inspected for {n} day",
        "A station is overdue when it was not inspected for {n} days",
        policy.inspect_days,
    )
    lines = [
        (str(score).format(max=policy.score_max, bad=policy.bad_below), "S0.07"),
        (often.format(n=policy.inspect_days), "S0.06"),
    ]
    sentences = [PolicySentence(text, policy.unit, policy.valid_from, rule) for text, rule in lines]
    return PolicySection(_("Stations"), sentences, icon="store")
