"""Ways round a rule that somebody in a hurry tries, each closed."""

from datetime import timedelta

import pytest

from kept.cases.actions import (
    accept_case,
    ask_question,
    attach_caller,
    call_back,
    classify,
    close_case,
    correct_case,
    hand_over,
    hide_post,
    link_cases,
    mark_solved,
    merge_case,
    promise_call_back,
    promise_customer,
    reassign_owner,
    reopen_case,
    reply,
    report_visit,
    send_branch,
)
from kept.cases.factories import make_case, outcome
from kept.cases.models import (
    CaseClass,
    CaseKind,
    CaseStatus,
    Evidence,
    ForumRule,
    QuestionLevel,
    Route,
)
from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.people.actions import deactivate
from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.promises.ledger import open_promises
from kept.promises.models import Promise, PromiseKind, PromiseRule, PromiseState
from tests.stories.cast import promise_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def visited(office):
    """A branch was on site and gave the case back to the hotline."""
    case, lin, zhou = office.case, office.lin, office.zhou
    soon = clock.now() + timedelta(hours=1)
    send_branch(
        case,
        by=lin,
        branch=office.branch,
        phone="110",
        address="Road 1",
        problem="Dead",
        due_at=soon,
    )
    accept_case(case, by=zhou)
    classify(case, by=zhou, classification=CaseClass.DEFECT)
    with clock.at(soon):
        report_visit(case, by=zhou, visited_at=clock.now(), result="Mended")
        yield case


# The final call after a branch's visit


@pytest.mark.req("S1.56", part="no way round the final call")
def test_only_the_owners_call_after_the_visit_ends_a_case_a_branch_was_at(office, visited):
    lin, zhou = office.lin, office.zhou
    hand_over(visited, by=zhou, to_person=lin, summary="Mended, they say")
    accept_case(visited, by=lin)
    with refused("S1.56", field="evidence"):
        mark_solved(visited, by=lin, evidence=Evidence.SURVEY, words="Fine")
    with refused("S1.56", field="evidence"):
        mark_solved(visited, by=lin, evidence=Evidence.CALL_BACK, words="Fine")
    with refused("S1.56", field="solved"):
        call_back(visited, by=office.mei, reached=True, told="Fine?", solved=True)
    call_back(visited, by=lin, reached=True, told="Fine?", solved=True)
    close_case(visited, by=lin, outcome=outcome(visited))


@pytest.mark.req("S1.56", part="the word is younger than the visit")
def test_a_word_given_before_the_visit_does_not_end_the_case(office):
    case, lin = make_case(office.zhou, unit=office.branch), office.zhou
    classify(case, by=lin, classification=CaseClass.DEFECT)
    call_back(case, by=lin, reached=True, told="Works again", solved=True)
    with clock.at(clock.now() + timedelta(hours=2)):
        report_visit(case, by=lin, visited_at=clock.now(), result="It did not")
        with refused("S1.56"):
            close_case(case, by=lin, outcome=outcome(case))


# Merging, reopening, linking


@pytest.mark.req("S2.16", part="a merge keeps what was promised")
def test_a_merge_takes_promises_and_questions_along_and_leaves_nothing_behind(office):
    chief = give(office.lin, "lead", office.company)
    case, into = make_case(chief), make_case(chief)
    promise_call_back(case, by=chief, phone="110", due_at=clock.now() + timedelta(minutes=9))
    level = QuestionLevel.COLLEAGUES
    ask_question(case, by=chief, level=level, question="?", to_person=office.mei)
    hand_over(case, by=chief, to_person=office.mei, summary="x")
    with refused("S1.58"):
        merge_case(case, by=chief, into=into, reason="twice")
    accept_case(case, by=office.mei)
    closed = make_case(chief)
    classify(closed, by=chief, classification=CaseClass.INFORMATION)
    close_case(closed, by=chief, outcome=outcome(closed, "withdrawn"), note="x")
    with refused("SX.06", field="into"):
        merge_case(case, by=chief, into=closed, reason="twice")
    merge_case(case, by=chief, into=into, reason="twice")
    assert not open_promises(case).exists() and not case.questions.exists()
    assert PromiseKind.CALL_BACK in {one.kind for one in open_promises(into)}
    assert into.thread.next_due_at == promise_of(into, PromiseKind.CALL_BACK).due_at
    with refused("SX.05"):
        reopen_case(case, by=chief, reason="Not the same after all")


@pytest.mark.req("S1.79", part="an unanswered post is not merged away")
def test_an_unanswered_post_is_not_merged_away(office):
    board = give(office.board, "lead", office.company)
    post, into = make_case(board, route=Route.FORUM), make_case(board)
    with refused("S1.79"):
        merge_case(post, by=board, into=into, reason="x")


def test_a_case_reopened_after_its_owner_left_is_on_somebodys_desk(office):
    case = make_case(office.mei)
    classify(case, by=office.mei, classification=CaseClass.INFORMATION)
    close_case(case, by=office.mei, outcome=outcome(case, "withdrawn"), note="x")
    deactivate(office.mei, by=office.chief, reason="Moves away")
    reopen_case(case, by=office.chief, reason="They call again")
    assert case.owner == office.chief and case.handler is None
    with refused("SX.17", field="to_person"):
        hand_over(case, by=office.chief, to_person=office.mei, summary="x")
    level = QuestionLevel.COLLEAGUES
    with refused("SX.17", field="to_person"):
        ask_question(case, by=office.chief, level=level, question="?", to_person=office.mei)


# Corrections


@pytest.mark.req("S1.77", part="a correction opens no way round")
def test_criticism_stays_up_whatever_it_is_corrected_to(office):
    post = make_case(office.board, route=Route.FORUM, case_kind=CaseKind.CRITICISM)
    correct_case(post, by=office.board, case_kind=CaseKind.SERVICE, reason="Mistyped")
    rule = ForumRule.objects.in_force(post.unit).first()
    with refused("S1.77"):
        hide_post(post, by=office.board, forum_rule=rule, reason="x")
    with refused("S1.76", field="route"):
        correct_case(post, by=office.board, route=Route.PHONE, reason="Mistyped")
    with refused("S1.76", field="route"):
        correct_case(office.case, by=office.lin, route=Route.FORUM, reason="Mistyped")


@pytest.mark.req("SX.19", part="a corrected fact brings its own rule")
def test_clocks_follow_the_rule_of_what_the_matter_really_is(office):
    since = {"unit": office.company, "valid_from": clock.now() - timedelta(days=1)}
    urgent = PromiseRule.objects.create(
        kind="reply", name={"en": "Urgent"}, duration="1 hours", applies={"priority": ["high"]},
        **since,
    )  # fmt: skip
    PromiseRule.objects.create(kind="reply", name={"en": "Usual"}, duration="24 hours", **since)
    case = make_case(office.lin, route=Route.LETTER)
    promise = promise_of(case, PromiseKind.REPLY)
    before = promise.due_at
    with clock.at(clock.now() + timedelta(minutes=10)):
        correct_case(case, by=office.lin, priority="high", reason="Production stands")
    promise.refresh_from_db()
    assert promise.rule == urgent and promise.due_at == promise.started_at + timedelta(hours=1)
    assert promise.due_at < before and promise.state == PromiseState.RUNNING


# Promises


def test_one_call_keeps_one_call_back_and_what_was_promised_to_the_same_number(office):
    case, lin, now = office.case, office.lin, clock.now()
    for phone, minutes in (("110", 10), ("119", 20), ("110", 30)):
        promise_call_back(case, by=lin, phone=phone, due_at=now + timedelta(minutes=minutes))
    call_back(case, by=lin, reached=True, told="Done")
    waiting = open_promises(case, [PromiseKind.CALL_BACK])
    assert [one.phone for one in waiting] == ["119"]


@pytest.mark.parametrize("phone", ["-", "abc", "1"])
@pytest.mark.req("S1.52", part="a number somebody can dial")
def test_a_call_back_names_a_number_and_a_time_that_can_be_meant(office, phone):
    soon = clock.now() + timedelta(minutes=9)
    with refused("S1.52", field="phone"):
        promise_call_back(office.case, by=office.lin, phone=phone, due_at=soon)
    far = clock.now() + timedelta(days=4_000)
    with refused("S1.52", field="due_at"):
        promise_call_back(office.case, by=office.lin, phone="110", due_at=far, reason="x")
    with refused("S2.16", field="due_at"):
        promise_customer(office.case, by=office.lin, promised="A visit", due_at=far)


@pytest.mark.req("S1.32", part="a caller known later is served across territories too")
def test_a_caller_known_later_is_promised_to_and_credited_like_one_known_at_once(office):
    desk = make_unit(office.company, "YQ-GX", "Guangxi branch", UnitKind.BRANCH)
    wei = give(make_user(desk, "wei", "clerk", name="Wei"), "directory", office.company)
    case = make_case(wei, unit=desk, route=Route.LETTER)
    promise = promise_of(case, PromiseKind.REPLY)
    assert promise.to is None
    attach_caller(case, by=wei, account=office.customer)
    promise.refresh_from_db()
    assert promise.to == office.customer.thread
    credited = office.customer.cross_region_services.get()
    assert (credited.server, credited.unit, credited.home_unit) == (wei, desk, office.branch)


# Two companies


@pytest.mark.req("SX.01", part="things of two companies never meet in one matter")
def test_whoever_works_in_two_companies_never_mixes_them(office):
    other = make_company("ZZ", pack="software")
    desk = make_unit(other, "ZZ-HL", "Their desk", UnitKind.HOTLINE)
    stranger = make_user(desk, "eve", "clerk")
    boss = give(give(office.lin, "lead", office.company), "lead", other)
    theirs = make_case(boss, unit=desk)
    ours = office.case
    level = QuestionLevel.COLLEAGUES
    for refuse in (
        lambda: ask_question(ours, by=boss, level=level, question="?", to_person=stranger),
        lambda: hand_over(ours, by=boss, to_unit=office.branch, to_person=stranger, summary="x"),
        lambda: link_cases(ours, by=boss, other=theirs),
        lambda: reassign_owner(ours, by=boss, owner=stranger, reason="x"),
        lambda: close_case(ours, by=boss, outcome=outcome(theirs, "withdrawn"), note="x"),
    ):
        with refused("SX.01"):
            refuse()
    assert not type(ours).objects.visible_to(stranger).filter(pk=ours.pk).exists()


def test_an_ending_that_names_no_other_case_makes_no_duplicate(office):
    case, lin = make_case(office.lin), office.lin
    reply(case, by=lin, route=Route.PHONE, answer="Sorry")
    classify(case, by=lin, classification=CaseClass.INFORMATION)
    ending = outcome(case, "withdrawn")
    close_case(case, by=lin, outcome=ending, note="x", linked_case=office.case)
    assert case.status == CaseStatus.CLOSED and case.duplicate_of is None
    assert Promise.objects.filter(about=case.thread, state=PromiseState.RUNNING).count() == 0
