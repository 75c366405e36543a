"""Asking inside the company, in the order the company set (S1.53, S2.12)."""

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.customer import promise_to_tell
from kept.cases.actions.ownership import ALIVE, require_at_work, stands_in_for
from kept.cases.models import Case, Question, QuestionLevel
from kept.cases.settings import case_policy
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Text
from kept.people.models import Unit, User
from kept.promises import ledger
from kept.promises.models import PromiseKind
from kept.timeline import sight
from kept.timeline.notices import tell


@action("cases.ask", label=_("Ask colleagues"), on=ALIVE, right="cases.work", icon="circle-help")
def ask_question(
    case: Case,
    *,
    by: User,
    level: QuestionLevel,
    question: Text,
    to_unit: Unit | None = None,
    to_person: User | None = None,
) -> Case:
    """Ask the next level for help; a level is open once the one before could not help (S1.53)."""
    if to_unit is None and to_person is None:
        raise InvalidInput(_("Say whom you ask: a unit or a person."), field="to_person")
    if to_person is not None:
        require_at_work(to_person, "to_person")
    if to_person == by:
        raise InvalidInput(_("Ask somebody else than yourself."), field="to_person", rule="S1.53")
    _require_order(case, level)
    unit = to_unit or (to_person.unit if to_person else None) or case.unit
    asked = Question.objects.create(
        case=case,
        level=level,
        to_unit=unit,
        to_person=to_person,
        text=question,
        by=by,
        asked_at=clock.now(),
    )
    sight.add_sight(case.thread, [to_person.scope_id] if to_person else sight.scopes_above(unit))
    case.record(
        "case.asked", by=by, level=level, to=to_person or unit, words={"question": question}
    )
    ledger.promise_by_rule(
        case,
        PromiseKind.ANSWER_QUESTION,
        by=by,
        unit=unit,
        person=to_person or unit.manager,
        facts={"level": level},
    )
    receivers = [to_person] if to_person else [unit.manager] if unit.manager else []
    tell(receivers, "case.asked", about=case.thread, key=f"asked:{asked.pk}", to=by, level=level)
    return case


def _require_order(case: Case, level: QuestionLevel) -> None:
    order = case_policy(case.unit).question_order.get(case.unit.kind)
    if order is None:
        return
    if level not in order:
        raise Refused(
            _("From here “{level}” is not asked directly. Next: {next}."),
            level=level.label,
            next=_labels(order),
            rule="S1.53",
            field="level",
        )
    for earlier in order[: order.index(level)]:
        if not case.questions.filter(level=earlier, could_help=False).exists():
            raise Refused(
                _("First ask {earlier}; when they cannot help, ask {level}."),
                earlier=QuestionLevel(earlier).label,
                level=level.label,
                rule="S1.53",
                field="level",
            )


def _require_asked(question: Question, by: User) -> None:
    """Whoever was asked answers, or their deputy; of a unit anybody there but the asker (S1.53)."""
    may = stands_in_for(by, question.to_person)
    if question.to_person is None and question.to_unit is not None:
        here = sight.scopes_above(question.to_unit) & set(by.scopes_with("cases.work"))
        may = bool(here) and by != question.by
    if not may:
        raise Refused(
            _("{name} was asked and answers."),
            name=question.to_person or question.to_unit,
            rule="S1.53",
        )


def _labels(order: list[str]) -> str:
    return " → ".join(str(QuestionLevel(one).label) for one in order)


@action("cases.answer", label=_("Answer"), right="cases.work", icon="message-circle-reply")
def answer_question(
    question: Question, *, by: User, answer: Text, could_help: bool = False
) -> Question:
    """Answer a colleague's question, or say that you cannot help; the asker is told at once."""
    case = question.case
    if question.answered_at is not None:
        raise Refused(
            _("{name} has already answered this question."), name=question.answered_by, rule="SX.06"
        )
    _require_asked(question, by)
    question.answer, question.could_help = answer, could_help
    question.answered_at, question.answered_by = clock.now(), by
    question.save()
    case.record(
        "case.answered",
        by=by,
        level=question.level,
        could_help=could_help,
        words={"answer": answer},
    )
    if not case.questions.filter(answered_at__isnull=True).exists():
        ledger.keep_open(case, [PromiseKind.ANSWER_QUESTION], by=by)
    if could_help:
        promise_to_tell(case, by=by)
    tell(
        [question.by],
        "case.answered",
        about=case.thread,
        key=f"answered:{question.pk}",
        level=question.level,
        could_help=could_help,
    )
    return question
