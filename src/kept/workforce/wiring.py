"""What workforce hears from below, and where it shows who may advise and who was trained."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kept.kit.pages import MenuItem, menu
from kept.kit.refusal import Refused
from kept.kit.wiring import objection, reaction
from kept.kit.words import Listed
from kept.parties.models import Account
from kept.parties.wiring import Panel as AccountPanel
from kept.parties.wiring import account_panels
from kept.people.models import Unit, UnitKind, User
from kept.people.wiring import (
    Panel,
    PolicySection,
    PolicySentence,
    UnitMark,
    desk_panels,
    panels,
    policy_sentences,
    unit_marks,
)
from kept.promises import ledger
from kept.promises.models import Promise, PromiseKind
from kept.promises.rules.facts import Fact, rule_facts
from kept.promises.shown import due_text, state_of
from kept.stations.models import FraudCase, Inspection
from kept.timeline import sight
from kept.timeline.models import Entry
from kept.timeline.registers import Register, registers
from kept.workforce.actions import (
    consulting_of,
    end_row,
    move_row,
    shown_consulting,
    warning,
)
from kept.workforce.capacity import STATES, capacity_of, left_short, shortage_words
from kept.workforce.lists import passed_words
from kept.workforce.models import (
    Attendee,
    Consultant,
    ConsultingPolicy,
    Shortage,
    ShortageLevel,
    Topic,
    Training,
    TrainingPolicy,
    training_policy,
)
from kept.workforce.owed import ask_after_fraud, ask_for, asked_after_fraud
from kept.workforce.staff_checks import ask_new_staff, ask_no_more
from kept.workforce.watching import concerns, watch

SHOWN = 8


@rule_facts.fill(order=30)
def what_rules_ask_of_trainings(company: Unit | None) -> list[Fact]:
    """What promise rules may ask of a training that is asked for (S0.07)."""
    topics = dict(Topic.choices)
    return [Fact("topic", _("Topic"), frozenset({PromiseKind.TRAIN}), topics)]


@reaction("unit.added", "unit.changed", "unit.moved", "unit.closed", "unit.reopened",
          "unit.manager_appointed", "company.policy_loaded")  # fmt: skip
def look_at_capacity(unit: Unit, *, by: User, entry: Entry) -> None:
    """A branch begun, moved or ruled anew is warned of at once, and its new manager too (S1.02)."""
    if unit.company is not None:
        watch(unit.company, by=by)


@reaction("person.moved")
def take_consulting_along(user: User, *, by: User, entry: Entry) -> None:
    """A consultant advises where they belong now. Refused while the unit they leave would be below
    its minimum (S1.02): end it first, with the warning seen.
    """
    row = consulting_of(user)
    if row is None or user.unit is None:
        return
    if short := left_short(row.unit, user.unit):
        raise warning(user, short, mend=_end_page(user))
    move_row(row, user.unit, by=by)


@objection("people.deactivate")
def last_consultant_stays(user: User, *, by: User) -> Refused | None:
    """Nobody goes whose unit would be below its minimum, unless it was ended before (S1.02). One
    query for all who are no consultants.
    """
    row = consulting_of(user)
    short = left_short(row.unit) if row else None
    return warning(user, short, mend=_end_page(user)) if short else None


def _end_page(user: User) -> str:
    return f"{user.get_absolute_url()}end_consultant/"


@reaction("person.deactivated")
def end_with_the_person(user: User, *, by: User, entry: Entry) -> None:
    """Whoever has left advises no more."""
    if row := consulting_of(user):
        end_row(row, by=by)


@unit_marks.fill(order=20)
def short_units(reader: User, units: list[Unit]) -> dict[int, UnitMark]:
    """The mark of every unit that is short, in the tree of units; one query."""
    return {
        one.unit_id: UnitMark(shortage_words(one), STATES[ShortageLevel(one.level)])
        for one in Shortage.objects.current().filter(unit__in=units)
    }


@panels.fill(order=20)
def who_advises(subject: Unit | User, reader: User) -> Panel | None:
    """Beside a unit: who may advise there, and where that is too few; beside a person: on what."""
    if isinstance(subject, User):
        return _of_person(subject)
    return _of_unit(subject)


def _of_person(user: User) -> Panel | None:
    row = shown_consulting(user)
    if row is None:
        return None
    return Panel(_("Consulting technician"), "workforce/person_panel.html", row, "lightbulb")


def _of_unit(unit: Unit) -> Panel | None:
    rows = list(Consultant.objects.current().below(unit).select_related("person", "unit"))
    short = [_line(one) for one in _short_below(unit)]
    capacity = capacity_of(unit)
    if not rows and not short and capacity is None:
        return None
    context = {"rows": rows, "short": short, "capacity": capacity, "unit": unit}
    return Panel(_("Consulting technicians"), "workforce/unit_panel.html", context, "lightbulb")


def _short_below(unit: Unit) -> list[Shortage]:
    rows = Shortage.objects.current().filter(unit__path__startswith=unit.path)
    return list(rows.select_related("unit").order_by("level", "unit__path"))


def _line(shortage: Shortage) -> dict[str, Any]:
    """A shortage as templates show it."""
    return {
        "unit": shortage.unit,
        "label": shortage_words(shortage),
        "state": STATES[ShortageLevel(shortage.level)],
        "began_at": shortage.began_at,
    }


@desk_panels.fill(order=20)
def too_few_consultants(reader: User) -> Panel | None:
    """On the desk of a branch's manager and of headquarters, as long as it lasts (S1.02)."""
    lines = [_line(one) for one in concerns(reader)]
    if not lines:
        return None
    title = _("Too few consulting technicians")
    return Panel(title, "workforce/desk_panel.html", {"short": lines}, "triangle-alert")


@policy_sentences.fill(order=60)
def how_many_consultants(unit: Unit, moment: datetime) -> PolicySection:
    """What the company asks of its units, in a sentence (S1.02)."""
    rule = ConsultingPolicy.objects.in_force(unit, moment).select_related("unit").first()
    sentences = [_asked(rule)] if rule is not None and rule.target else []
    return PolicySection(_("Staff"), sentences, icon="lightbulb")


def _asked(rule: ConsultingPolicy) -> PolicySentence:
    kinds = Listed(UnitKind(kind).label for kind in rule.kinds)
    text = ngettext(
        "At least {n} consulting technician in every {kinds}; the target is {target}",
        "At least {n} consulting technicians in every {kinds}; the target is {target}",
        rule.minimum,
    ).format(n=rule.minimum, kinds=kinds, target=rule.target)
    return PolicySentence(text, rule.unit, rule.valid_from, "S1.02")


@menu.fill(order=56)
def trainings_item(user: User) -> MenuItem | None:
    """Where the company decided about trainings, for who records them."""
    if user.unit is None or not user.holds("workforce.train"):
        return None
    if training_policy(user.unit).pk is None:
        return None
    return MenuItem(_("Trainings"), "/trainings/", "graduation-cap")


@reaction("inspection.closed")
def train_after_bad_inspection(inspection: Inspection, *, by: User, entry: Entry) -> None:
    """A score below what the company accepts asks for a training about attitude, within the time
    its rule gives (S0.07).
    """
    if inspection.is_bad:
        ask_for(inspection.account, Topic.ATTITUDE, by=by)


@reaction("fraud.decided")
def educate_after_fraud(case: FraudCase, *, by: User, entry: Entry) -> None:
    """A confirmed fraud asks for honesty education of the station at once (S0.16, S0.19)."""
    if case.is_confirmed:
        ask_after_fraud(case, by=by)


@reaction("person.role_granted")
def check_new_staff(user: User, *, by: User, entry: Entry) -> None:
    """Whoever begins in a role that must know products and workflow is examined soon (S3.07)."""
    ask_new_staff(user, by=by)


@reaction("person.role_withdrawn", "person.deactivated")
def check_no_more(user: User, *, by: User, entry: Entry) -> None:
    """Whoever is in no such role any more owes no exam about it (S3.07)."""
    ask_no_more(user, by=by)


@reaction("account.field_manager_assigned")
def asked_of_the_new_manager(account: Account, *, by: User, entry: Entry) -> None:
    """A training that was asked for is held by whoever looks after the station now (S0.02)."""
    manager = account.field_manager
    for subject in (account, *asked_after_fraud(account)):
        for promise in ledger.open_promises(subject, [PromiseKind.TRAIN]):
            if manager is not None and promise.person != manager:
                ledger.hand_to(promise, manager, by=by, subject=subject)


@reaction("account.ended")
def asked_of_no_station(account: Account, *, by: User, entry: Entry) -> None:
    """Nobody is trained at a station that is none any more."""
    ledger.cancel_open(account, [PromiseKind.TRAIN], by=by, reason="not_owed")


@reaction("account.merged")
def go_on_with_survivor(account: Account, *, by: User, entry: Entry) -> None:
    """Trainings of a merged station are the survivor's from now on (SX.05)."""
    into: Any = account.merged_into
    for training in Training.objects.filter(account=account).select_related("thread"):
        training.account = into
        training.save(update_fields=["account"])
        sight.add_sight(training.thread, [into.scope_id])
        training.record("training.station_merged", by=by, old=account, new=into)


@account_panels.fill(order=31)
def training_file_of_station(account: Account, reader: User) -> AccountPanel | None:
    """Beside a station: what its people were trained in, and the training a bad score asked for."""
    if not account.is_station or not reader.holds("workforce.see_training"):
        return None
    rows = Training.objects.visible_to(reader).filter(account=account)
    rows = rows.annotate(attendees_count=Count("attendees")).order_by("-held_on", "-pk")
    data = {"trainings": list(rows[:SHOWN]), "asked": _asked_trainings(account, reader)}
    url = f"/trainings/?q={account.code}" if account.code else ""
    return AccountPanel(_("Trainings"), "workforce/station_trainings.html", "graduation-cap", data,
                        url=url, link=_("All trainings"))  # fmt: skip


def _asked_trainings(account: Account, reader: User) -> list[SimpleNamespace]:
    """Those a bad inspection or a confirmed fraud asked for, as far as the reader may know."""
    if not reader.is_own_staff:
        return []
    rows = Promise.objects.visible_to(reader).open().filter(kind=PromiseKind.TRAIN)
    rows = rows.filter(Q(about=account.thread_id) | Q(about__fraudcase__account=account))
    return [
        SimpleNamespace(words=one.rule, when=due_text(one), state=state_of(one))
        for one in rows.select_related("rule").order_by("due_at", "pk")
    ]


@panels.fill(order=25)
def training_file_of_person(subject: Unit | User, reader: User) -> Panel | None:
    """Beside a person: what they were trained in, and how their exams went (S1.16)."""
    if not isinstance(subject, User):
        return None
    rows = Attendee.objects.visible_to(reader).filter(person=subject)
    rows = rows.select_related("training").order_by("-training__held_on", "-pk")
    found = list(rows[:SHOWN])
    for one in found:
        one.exam = passed_words(one)
    if not found:
        return None
    return Panel(_("Trainings"), "workforce/person_trainings.html", found, "graduation-cap")


@registers.fill(order=41)
def register_of_trainings(company: Unit) -> Register:
    """Trainings, numbered without holes (S1.30)."""
    lines = Training.objects.filter(company=company)
    return Register(_("Trainings"), lines, (Training.register,), "/trainings/")


@policy_sentences.fill(order=61)
def how_people_are_trained(unit: Unit, moment: datetime) -> PolicySection | None:
    """Which trainings end in an exam, and which the station acknowledges, in sentences."""
    policy = TrainingPolicy.objects.in_force(unit, moment).select_related("unit").first()
    lines = _training_lines(policy) if policy else []
    if policy is None or not lines:
        return None
    sentences = [PolicySentence(text, policy.unit, policy.valid_from, rule) for text, rule in lines]
    return PolicySection(_("Trainings"), sentences, icon="graduation-cap")


def _training_lines(policy: TrainingPolicy) -> list[tuple[str, str]]:
    lines = []
    if policy.exams:
        exam = _("Exams ({topics}) are passed from {mark} of {max} on")
        values = {"topics": _names(policy.exams), "mark": policy.pass_mark, "max": policy.score_max}
        lines.append((str(exam).format(**values), _rule_of_exams(policy)))
    if policy.acknowledged:
        word = _("The station acknowledges trainings about {topics}")
        lines.append((str(word).format(topics=_names(policy.acknowledged)), "S0.16"))
    return lines


def _rule_of_exams(policy: TrainingPolicy) -> str:
    return "S3.07" if policy.exams == [Topic.WORKFLOW] else "S1.16"


def _names(topics: list[str]) -> str:
    return str(Listed(Topic(one).label for one in topics))
