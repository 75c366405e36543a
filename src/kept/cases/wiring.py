"""What cases offers to the modules above, and what it hears."""

import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.approvals.models import ApprovalRequest
from kept.cases.actions.customer import write_reply
from kept.cases.actions.erasing import erase_case, erase_case_words
from kept.cases.actions.forum import POST_REPLY
from kept.cases.actions.ownership import take_over
from kept.cases.actions.reception import checklists_for
from kept.cases.actions.timing import solve_promise, solve_rule, wants_a_time
from kept.cases.importing.bulk import CASE_REGISTER, CONTACT_REGISTER
from kept.cases.intake import intake_panels
from kept.cases.models import (
    Case,
    CaseStatus,
    HandOver,
    HandOverState,
    Interaction,
    Question,
    Route,
    findable,
)
from kept.cases.models.policy import Checklist
from kept.cases.queries import quality_of, served_by_route, waiting
from kept.cases.rule_facts import what_rules_ask_of_cases
from kept.cases.worded import case_sentences
from kept.kit import clock
from kept.kit.pages import MenuItem, frame_parts, menu
from kept.kit.refusal import Refused
from kept.kit.wiring import Slot, objection, reaction
from kept.kit.words import Words
from kept.parties.actions.erasing import words_about
from kept.parties.models import TERRITORIES, Account, Contact
from kept.parties.naming import digits_of
from kept.parties.wiring import Panel as AccountPanel
from kept.parties.wiring import account_panels
from kept.people.leaving import colleague_of
from kept.people.models import Unit, User
from kept.people.wiring import (
    OpenWork,
    PolicySection,
    desk_panels,
    open_work,
    panels,
    policy_sentences,
    unit_work,
)
from kept.people.wiring import Panel as PeoplePanel
from kept.products.models import SerialUnit
from kept.products.verdict import verdict_on
from kept.products.wiring import serial_unit_panels
from kept.promises.roster import active_rosters, on_duty
from kept.promises.rules.facts import rule_facts
from kept.search.kinds import Findable
from kept.search.kinds import findable as found
from kept.timeline import sight
from kept.timeline.models import Entry
from kept.timeline.registers import Register, registers
from kept.timeline.retention import Kept, kept_data

#: Panels beside a case, asked with the case and the reader: (title, template, context).
case_panels = Slot("cases.panels")
SHOWN_BESIDE = 8
FIGURES_OVER = timedelta(days=30)


@open_work.fill(order=10)
def cases_of_leaver(user: User) -> OpenWork | None:
    """Open cases the person answers for or works on."""
    count = Case.objects.open().filter(Q(owner=user) | Q(handler=user)).count()
    if not count:
        return None
    words = ngettext("{n} open case", "{n} open cases", count).format(n=count)
    return OpenWork(words, count, f"/cases/?owner={user.pk}")


@open_work.fill(order=15)
def questions_to_leaver(user: User) -> OpenWork | None:
    """Questions and hand-overs that wait for the person's answer."""
    count = (
        Question.objects.filter(to_person=user, answered_at__isnull=True).count()
        + HandOver.objects.filter(to_person=user, state=HandOverState.OFFERED).count()
    )
    if not count:
        return None
    words = ngettext("{n} question to answer", "{n} questions to answer", count)
    return OpenWork(words.format(n=count), count)


@reaction("person.work_handed_over")
def hand_over_cases(user: User, *, by: User, entry: Entry) -> None:
    """A colleague answers for a leaver's cases and works on them from now on (SX.17, S1.48)."""
    to = colleague_of(entry)
    Question.objects.filter(to_person=user, answered_at__isnull=True).update(to_person=to)
    HandOver.objects.filter(to_person=user, state=HandOverState.OFFERED).update(to_person=to)
    for case in Case.objects.open().filter(Q(owner=user) | Q(handler=user)).order_by("pk"):
        take_over(case, old=user, new=to, by=by)


@unit_work.fill(order=10)
def cases_of_unit(unit: Unit) -> OpenWork | None:
    """Open cases of a unit that is to be closed."""
    count = Case.objects.open().filter(unit=unit).count()
    if not count:
        return None
    words = ngettext("{n} open case", "{n} open cases", count).format(n=count)
    return OpenWork(words, count, f"/cases/?unit={unit.pk}")


@policy_sentences.fill(order=20)
def how_cases_are_worked(unit: Unit, moment: datetime) -> PolicySection:
    """The company's way with cases, in sentences."""
    return PolicySection(_("Cases"), case_sentences(unit, moment), icon="inbox")


@intake_panels.fill(order=1)
def who_is_on_duty(reader: User, route: str) -> Any:
    """Who is on duty in the reader's unit, beside every call that is taken (S4.15)."""
    if reader.unit is None:
        return None
    today = clock.today(reader.unit.zone)
    if not active_rosters(reader.unit, today, today):
        return None
    return SimpleNamespace(
        title=_("On duty now"),
        icon="phone-call",
        template="cases/duty_panel.html",
        people=on_duty(reader.unit),
    )


@case_panels.fill(order=5)
def checklists_of_case(case: Case, reader: User) -> Any:
    """What is done at a contact of this kind, and what of it was ticked (S1.50, S1.71, S1.75)."""
    lists = [_checklist(row, case) for row in checklists_for(case)]
    if not lists or not (case.is_open or case.ticked):
        return None
    return SimpleNamespace(
        title=_("Checklist"),
        icon="list-checks",
        template="cases/checklist_panel.html",
        lists=lists,
        url=f"{case.get_absolute_url()}tick/"
        if case.is_open and reader.holds("cases.work")
        else "",
    )


def _checklist(row: Checklist, case: Case) -> dict[str, Any]:
    items = [
        {"name": Words(item["name"]), "is_done": item["code"] in case.ticked} for item in row.items
    ]
    return {"name": row.name, "items": items}


@case_panels.fill(order=4)
def time_for_solving(case: Case, reader: User) -> Any:
    """By when the case is solved where no rule fixes it: how that time is set, and that it is still
    missing (C02).
    """
    if not wants_a_time(case):
        return None
    rule, promise = solve_rule(case), solve_promise(case)
    assert rule is not None  # else nobody wanted a time
    return SimpleNamespace(
        title=_("Time for solving"),
        icon="calendar-clock",
        template="cases/time_panel.html",
        rule=rule,
        due_at=promise.due_at if promise else None,
        url=f"{case.get_absolute_url()}name_time/" if reader.holds("cases.work") else "",
    )


@case_panels.fill(order=8)
def cover_of_case(case: Case, reader: User) -> Any:
    """Whether what the case is about was covered when it was received, and why: what a supplier
    gives before our own warranty (S2.03).
    """
    unit = case.serial_unit
    if unit is None or not SerialUnit.objects.visible_to(reader).filter(pk=unit.pk).exists():
        return None
    verdict = verdict_on(unit, clock.local(case.received_at, case.company.zone).date())
    return SimpleNamespace(
        title=_("Warranty"),
        icon="shield-check",
        template="cases/cover_panel.html",
        verdict=verdict,
    )


@desk_panels.fill(order=30)
def who_waits_here(reader: User) -> PeoplePanel | None:
    """Who walked in where the reader works and is still here, the longest first (S1.71)."""
    if reader.unit is None or not reader.holds("cases.work"):
        return None
    rows = waiting(Case.objects.visible_to(reader).filter(unit=reader.unit))
    shown = rows.select_related("thread", "account", "handler").order_by("received_at", "pk")
    cases = list(shown[:SHOWN_BESIDE])
    if not cases:
        return None
    return PeoplePanel(_("Waiting here"), "cases/waiting_panel.html", cases, "hourglass")


@panels.fill(order=15)
def service_in_territory(subject: Unit | User, reader: User) -> PeoplePanel | None:
    """Beside a territory: its three ways of service, and what became of its customers' cases; each
    figure leads to its rows (S1.05, S1.11).
    """
    if isinstance(subject, User) or subject.kind not in TERRITORIES:
        return None
    if not reader.holds_over("cases.see", subject):
        return None
    since = clock.now() - FIGURES_OVER
    routes, quality = served_by_route(subject, reader, since), quality_of(subject, reader, since)
    day = since.date().isoformat()
    return PeoplePanel(
        _("Service in 30 days"),
        "cases/territory_panel.html",
        {
            "routes": [
                (
                    Route(route).label,
                    count,
                    _address("/register/", within=subject.code, route=route, happened_from=day),
                )
                for route, count in routes.items()
            ],
            "figures": [
                (label, quality[name], _cases_of(subject, day, **narrow))
                for name, label, narrow in FIGURES
            ],
        },
        "activity",
    )


FIGURES: tuple[tuple[str, Any, dict[str, str]], ...] = (
    ("received", _("Cases received"), {"received_from": ""}),
    ("complaints", _("Complaints"), {"received_from": "", "case_kind": "complaint"}),
    ("defects", _("Defects"), {"received_from": "", "classification": "defect"}),
    ("open", _("Open now"), {}),
    ("late", _("Late now"), {"late": "yes"}),
)


def _cases_of(territory: Unit, day: str, **narrow: str) -> str:
    """The cases of a territory's customers behind a figure."""
    if "received_from" in narrow:
        return _address(
            "/cases/", all="1", territory=territory.code, **{**narrow, "received_from": day}
        )
    return _address("/cases/", territory=territory.code, **narrow)


def _address(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"


@account_panels.fill(order=10)
def cases_of_account(account: Account, reader: User) -> AccountPanel | None:
    """The cases of an account, open ones first (what is known at a glance)."""
    if not reader.holds("cases.see"):
        return None
    rows = Case.objects.visible_to(reader).filter(account=account)
    return AccountPanel(
        _("Cases"),
        "cases/cases_panel.html",
        "inbox",
        {"cases": _newest(rows)},
        url=f"/cases/?all=1&q={quote(account.name)}",
        link=_("All of them"),
    )


@serial_unit_panels.fill(order=10)
def cases_of_serial_unit(serial_unit: SerialUnit, reader: User) -> AccountPanel | None:
    """What was wrong with a unit before: the same fault twice is seen at once."""
    if not reader.holds("cases.see"):
        return None
    rows = Case.objects.visible_to(reader).filter(serial_unit=serial_unit)
    return AccountPanel(_("Cases"), "cases/cases_panel.html", "inbox", {"cases": _newest(rows)})


def _newest(rows: QuerySet) -> list[Case]:
    rows = rows.select_related("thread", "owner", "handler", "account")
    return list(rows.order_by("-thread__is_open", "-received_at", "-pk")[:SHOWN_BESIDE])


@registers.fill(order=10)
def register_of_cases(company: Unit) -> Register:
    """Cases, those of an earlier system with letters of their own (S1.30)."""
    lines = Case.objects.filter(company=company)
    return Register(_("Cases"), lines, (Case.register, CASE_REGISTER), "/cases/?all=1")


@registers.fill(order=11)
def register_of_contacts(company: Unit) -> Register:
    """Every call, letter, mail and visit (S2.23, S1.30)."""
    lines = Interaction.objects.filter(case__company=company)
    letters = (Interaction.register, CONTACT_REGISTER)
    return Register(_("Call and letter register"), lines, letters, "/register/")


@menu.fill(order=20)
def cases_item(user: User) -> MenuItem | None:
    return MenuItem(_("Cases"), "/cases/", "inbox") if user.holds("cases.see") else None


@frame_parts.fill()
def intake_allowed(user: User) -> dict | None:
    return {"can_intake": user.holds("cases.open")}


CASES_FOUND = Findable(
    Case.kind,
    _("Cases"),
    lambda: Case.objects.filter(number__isnull=False).select_related(*findable.SHOWN_ON_CARD),
    findable.cards_of,
    heard=findable.heard,
)


@found.fill(order=10)
def cases_are_found(_nobody: None) -> Findable:
    """Cases are found by who called, what it is about, and every word of their story (SX.10)."""
    return CASES_FOUND


CHANGES_FACTS = ("case.corrected", "case.caller_known")


@reaction(*CHANGES_FACTS)
def find_by_new_facts(case: Case, *, by: User, entry: Entry) -> None:
    """A case is found by who called and what it is about as they are known now; what is said in it
    is found without being asked for.
    """
    findable.index(case)


@reaction("account.changed", "account.contact_changed")
def find_by_new_names(account: Account, *, by: User, entry: Entry) -> None:
    """Cases are found by what their customer and contact are called now."""
    if "new_name" not in {text.name for text in entry.written}:
        return
    theirs = Case.objects.filter(Q(account=account) | Q(contact__account=account))
    for case in theirs.only("thread_id"):
        findable.index(case)


@reaction("account.merged")
def go_on_with_survivor(account: Account, *, by: User, entry: Entry) -> None:
    """Cases of a merged account are the survivor's from now on, open and closed ones (SX.05)."""
    into: Any = account.merged_into
    for case in Case.objects.filter(account=account).select_related("thread").order_by("pk"):
        case.account = into
        case.save(update_fields=["account"])
        sight.add_sight(case.thread, [into.scope_id])
        case.record("case.caller_known", by=by, old=account, new=into)


@kept_data.fill(order=20)
def closed_cases(company: Unit) -> Kept:
    """Who called and what was said, in cases closed long ago (SX.15)."""
    return Kept(
        "closed_case",
        _("a case was closed"),
        lambda company, moment: Case.objects.filter(
            company=company,
            status=CaseStatus.CLOSED,
            closed_at__lt=moment,
            erased_at__isnull=True,
        ).select_related("thread"),
        lambda case, by, rule: erase_case(case, by=by, ground=rule),
    )


@objection("parties.erase_contact")
def finish_with_caller_first(contact: Contact, *, by: User) -> Refused | None:
    """Nobody is erased while a case of theirs is open: who would be called back? (SX.15)"""
    by_name = Q(account=contact.account_id, caller_name=contact.name)
    return _still_open(Case.objects.open().filter(Q(contact=contact) | by_name).first())


@objection("parties.erase_account")
def finish_with_customer_first(account: Account, *, by: User) -> Refused | None:
    """Nobody is erased while a case of theirs is open (SX.15)."""
    return _still_open(Case.objects.open().filter(account=account).first())


def _still_open(case: Case | None) -> Refused | None:
    if case is None:
        return None
    return Refused(
        _("Case {number} is still open. Close it first."),
        number=case.number,
        rule="SX.15",
        mend=case.get_absolute_url(),
    )


@reaction("account.contact_erased")
def forget_caller(account: Account, *, by: User, entry: Entry) -> None:
    """The cases in which the person called lose their words with them (SX.15)."""
    told = json.loads(entry.body)["values"]
    contact = Contact.objects.get(pk=told["contact"]["id"])
    known = words_about(contact)
    theirs = Case.objects.filter(account=account, erased_at__isnull=True).select_related("thread")
    for case in theirs.order_by("pk"):
        if case.contact_id == contact.pk or known & {case.caller_name, *_digits(case)}:
            _forget(case, by=by, rule=told["rule"])


def _digits(case: Case) -> set[str]:
    """The phone of a caller as numbers are compared, and their mail."""
    return {digits_of(case.caller_phone), case.caller_email}


@reaction("account.erased")
def forget_customer(account: Account, *, by: User, entry: Entry) -> None:
    """Everything said in the cases of an erased customer goes; the cases stay (SX.15)."""
    rule = json.loads(entry.body)["values"]["rule"]
    theirs = Case.objects.filter(account=account, erased_at__isnull=True).select_related("thread")
    for case in theirs.order_by("pk"):
        _forget(case, by=by, rule=rule)


def _forget(case: Case, *, by: User, rule: str) -> None:
    erase_case_words(case, by=by, rule=rule)
    case.record("case.erased", by=by, rule=rule)


@reaction("approval.granted")
def post_agreed_answer(request: ApprovalRequest, *, by: User, entry: Entry) -> None:
    """A second person agreed: the drafted answer goes up in the name of who wrote it (S1.78)."""
    if request.kind == POST_REPLY:
        case = Case.objects.get(thread=request.about)
        write_reply(case, by=request.asked_by, route=Route.FORUM, answer=request.text)


rule_facts.fill(order=10)(what_rules_ask_of_cases)
