"""What a case promises: who owns it, who may do what, and how it may end."""

from datetime import timedelta

import pytest
from django.utils import translation

from kept.cases.actions import (
    accept_case,
    add_note,
    answer_by_mail,
    answer_question,
    ask_question,
    attach_caller,
    call_back,
    classify,
    close_case,
    correct_case,
    decline_case,
    enter_result,
    flag_caller,
    give_back,
    hand_over,
    hide_post,
    link_cases,
    mark_solved,
    merge_case,
    open_case,
    promise_call_back,
    promise_customer,
    reassign_owner,
    receive_data,
    reopen_case,
    reply,
    report_progress,
    see_out,
    take_case,
    tick_checklist,
    wait_for_mail,
)
from kept.cases.factories import make_case, outcome
from kept.cases.models import (
    Case,
    CaseClass,
    CaseStatus,
    Evidence,
    ForumRule,
    Interaction,
    QuestionLevel,
    Route,
)
from kept.kit import clock
from kept.kit.refusal import NotAllowed
from kept.kit.testing.refusing import refused
from kept.people.actions import deactivate, set_absence
from kept.people.actions import hand_over as hand_over_work
from kept.people.factories import make_user
from kept.people.models import User
from kept.promises.actions import keep_promise
from kept.promises.models import Promise, PromiseKind, PromiseState
from kept.promises.sweep import sweep
from kept.search.queries import find
from kept.timeline.models import EntryText, Notice
from kept.timeline.sentences import sentence
from tests.stories.cast import moment, promise_of

LATER = moment("2026-06-01 09:40")


def solved(case, by):
    """The customer said so in this call, and the case is classified: ready to close."""
    classify(case, by=by, classification=CaseClass.OPERATION)
    mark_solved(case, by=by, evidence=Evidence.THIS_CALL, words="It works now, thanks")
    return case


# Routes, register, class


@pytest.mark.req("S1.47")
def test_every_route_leads_to_one_register_and_none_is_refused(office):
    for route in Route:
        make_case(office.lin, route=route)
    assert set(Case.objects.values_list("route", flat=True)) == set(Route.values)
    with refused(field="route"):
        open_case(by=office.lin, unit=office.hotline, summary="no route")
    with refused(field="route"):
        open_case(by=office.lin, unit=office.hotline, summary="no route", route="pigeon")


@pytest.mark.req("S2.23")
def test_register_has_every_contact_in_unbroken_numbers(office):
    for _n in range(3):
        make_case(office.lin)
    call_back(office.case, by=office.lin, reached=False)
    numbers = sorted(Interaction.objects.values_list("number", flat=True))
    assert numbers == [f"YQ-R26-{n:06d}" for n in range(1, 6)]
    line = office.case.interactions.order_by("pk").first()
    assert line.by == office.lin and line.sender == "Xiangjiang Trading"
    assert line.sender_type == "user" and line.happened_at == clock.now()


@pytest.mark.req("S1.46")
def test_case_without_class_is_not_closed(office):
    mark_solved(office.case, by=office.lin, evidence=Evidence.THIS_CALL, words="Fine")
    with refused("S1.46"):
        close_case(office.case, by=office.lin, outcome=outcome(office.case))
    classify(office.case, by=office.lin, classification=CaseClass.REQUIREMENT, version="8.1")
    close_case(office.case, by=office.lin, outcome=outcome(office.case))
    assert office.case.status == CaseStatus.CLOSED


# Ownership


@pytest.mark.req("S1.48")
def test_owner_stays_through_hand_over_and_alone_closes(office):
    case = office.case
    hand_over(case, by=office.lin, summary="Prints nothing since the update", to_person=office.mei)
    accept_case(case, by=office.mei)
    assert (case.owner, case.handler) == (office.lin, office.mei)
    solved(case, office.mei)
    with refused("S1.48"):
        close_case(case, by=office.mei, outcome=outcome(case))
    close_case(case, by=office.lin, outcome=outcome(case))
    assert case.closed_by == office.lin


@pytest.mark.req("S1.48", part="reassign")
def test_only_headquarters_reassigns_the_owner_with_a_reason(office):
    with pytest.raises(NotAllowed):
        reassign_owner(office.case, by=office.lin, owner=office.mei, reason="on holiday")
    with refused(field="reason"):
        reassign_owner(office.case, by=office.chief, owner=office.mei, reason=" ")
    reassign_owner(office.case, by=office.chief, owner=office.mei, reason="Lin has left")
    assert office.case.owner == office.mei


def test_deputy_of_an_absent_owner_closes(office):
    case = solved(office.case, office.lin)
    set_absence(
        office.lin,
        by=office.chief,
        deputy=office.mei,
        start_at=clock.now(),
        end_at=clock.now() + timedelta(days=3),
    )
    close_case(case, by=office.mei, outcome=outcome(case))
    assert case.closed_by == office.mei


@pytest.mark.req("S1.58")
def test_hand_over_needs_the_facts_and_the_receivers_yes(office, client):
    case = office.case
    with refused(field="summary"):
        hand_over(case, by=office.lin, summary="  \n ", to_person=office.mei)
    with refused("S1.58", field="to_unit"):
        hand_over(case, by=office.lin, summary="Facts")
    hand_over(case, by=office.lin, summary="Driver 4.2, tray two jams", to_person=office.mei)
    assert case.handler == office.lin
    with refused("S1.58"):
        accept_case(case, by=office.lin)
    with refused("S1.58"):
        hand_over(case, by=office.lin, summary="again", to_person=office.zhou)
    client.force_login(office.mei)
    assert "tray two jams" in client.get(case.get_absolute_url()).content.decode()
    accept_case(case, by=office.mei)
    assert case.handler == office.mei
    assert promise_of(case, PromiseKind.ACKNOWLEDGE).state == PromiseState.KEPT


def test_declined_hand_over_leaves_the_case_where_it_was(office):
    hand_over(office.case, by=office.lin, summary="Facts", to_person=office.zhou)
    assert Case.objects.visible_to(office.zhou).filter(pk=office.case.pk).exists()
    decline_case(office.case, by=User.objects.get(pk=office.zhou.pk), reason="Not my product")
    assert office.case.handler == office.lin
    assert not Case.objects.visible_to(office.zhou).filter(pk=office.case.pk).exists()
    assert Notice.objects.filter(to=office.lin, event="case.declined").count() == 1


def test_queue_take_and_give_back(office):
    case = office.case
    with refused():
        give_back(case, by=office.mei, reason="not mine")
    give_back(case, by=office.lin, reason="Needs the network team")
    assert case.handler is None
    take_case(case, by=office.mei)
    with refused():
        take_case(case, by=office.lin)
    assert case.handler == office.mei


# Promises on a case


@pytest.mark.req("S1.52")
def test_call_back_is_promised_for_a_definite_time_within_the_hour(office):
    case = office.case
    soon, late = clock.now() + timedelta(minutes=50), clock.now() + timedelta(minutes=61)
    with refused(field="phone"):
        promise_call_back(case, by=office.lin, phone="", due_at=soon)
    with refused("S1.52", field="due_at"):
        promise_call_back(case, by=office.lin, phone="138", due_at=clock.now())
    with refused("S1.52", field="reason"):
        promise_call_back(case, by=office.lin, phone="138", due_at=late)
    promise_call_back(case, by=office.lin, phone="138", due_at=soon)
    promise = promise_of(case, PromiseKind.CALL_BACK)
    assert (promise.due_at, promise.phone, promise.person) == (soon, "138", office.lin)
    with clock.at(soon - timedelta(minutes=5)):
        sweep()
    assert Notice.objects.filter(to=office.lin, event="promise.warned").count() == 1
    with clock.at(soon + timedelta(minutes=1)):
        sweep()
        assert promise_of(case, PromiseKind.CALL_BACK).breached_at == soon
        call_back(case, by=office.lin, reached=True, told="Sorry for the delay")
    assert promise_of(case, PromiseKind.CALL_BACK).late_by == timedelta(minutes=1)


@pytest.mark.req("S2.16")
def test_case_with_an_open_promise_is_not_closed(office):
    case = solved(office.case, office.lin)
    promise_customer(
        case, by=office.lin, promised="Send the manual", due_at=clock.now() + timedelta(days=1)
    )
    with refused("S2.16"):
        close_case(case, by=office.lin, outcome=outcome(case))
    promise = promise_of(case, PromiseKind.OTHER)
    assert promise.to == office.customer.thread
    keep_promise(promise, by=office.lin)
    close_case(case, by=office.lin, outcome=outcome(case))
    assert promise_of(case, PromiseKind.OTHER).state == PromiseState.KEPT


def test_reply_promise_is_not_kept_by_saying_so(office):
    letter = make_case(office.lin, route=Route.LETTER)
    with refused("S2.16"):
        keep_promise(promise_of(letter, PromiseKind.REPLY), by=office.lin)


def test_status_change_never_stops_the_reply_clock(office):
    """Defect class 14."""
    letter = make_case(office.lin, route=Route.LETTER)
    classify(letter, by=office.lin, classification=CaseClass.OPERATION)
    enter_result(letter, by=office.lin, result="Known")
    add_note(letter, by=office.lin, note="I will answer soon")
    assert promise_of(letter, PromiseKind.REPLY).state == PromiseState.RUNNING
    reply(letter, by=office.lin, route=Route.LETTER, answer="Dear customer …")
    assert promise_of(letter, PromiseKind.REPLY).state == PromiseState.KEPT


# Asking inside


@pytest.mark.req("S1.53")
def test_help_is_sought_in_the_companys_order(office):
    case = make_case(office.zhou, unit=office.branch)
    asked = {"case": case, "by": office.zhou, "question": "How?"}

    def ask(level, to):
        ask_question(asked["case"], by=office.zhou, level=level, question="How?", to_person=to)

    with refused("S1.53", field="level"):
        ask(QuestionLevel.SOLUTION, office.mei)
    with refused("S1.53", field="level"):
        ask(QuestionLevel.SERVICE, office.lin)
    with refused("S1.53", field="to_person"):
        ask(QuestionLevel.COLLEAGUES, office.zhou)
    colleague = make_user(office.branch, "wu", "engineer", name="Wu")
    ask(QuestionLevel.COLLEAGUES, colleague)
    with refused("S1.53"):
        answer_question(case.questions.get(), by=office.zhou, answer="No idea", could_help=False)
    answer_question(case.questions.get(), by=colleague, answer="No idea", could_help=False)
    ask(QuestionLevel.SERVICE, office.lin)
    question = case.questions.get(level=QuestionLevel.SERVICE)
    lin = User.objects.get(pk=office.lin.pk)
    answer_question(question, by=lin, answer="Rebuild the index", could_help=True)
    question.refresh_from_db()
    assert (question.answered_by, question.answered_at) == (lin, clock.now())


@pytest.mark.req("S2.12")
def test_question_to_headquarters_keeps_the_case_open_until_the_user_is_told(office):
    house = office.hotline
    case = make_case(office.mei, unit=house)
    ask_question(
        case,
        by=office.mei,
        level=QuestionLevel.COLLEAGUES,
        question="Torque?",
        to_person=office.lin,
    )
    classify(case, by=office.mei, classification=CaseClass.INFORMATION)
    call_back(case, by=office.mei, reached=True, told="You hear the torque", solved=True)
    with refused("S2.12"):
        close_case(case, by=office.mei, outcome=outcome(case))
    answer_question(case.questions.get(), by=office.lin, answer="45 Nm", could_help=True)
    assert promise_of(case, PromiseKind.TELL_CUSTOMER).person == office.mei
    with refused("S2.16"):
        close_case(case, by=office.mei, outcome=outcome(case))
    call_back(case, by=office.mei, reached=True, told="45 Nm", solved=True)
    close_case(case, by=office.mei, outcome=outcome(case))


# The customer's word and other endings


@pytest.mark.req("S1.48", part="customer's word")
def test_only_what_the_company_accepts_counts_as_the_customers_word(office):
    case = office.case
    classify(case, by=office.lin, classification=CaseClass.OPERATION)
    with refused("S1.48"):
        close_case(case, by=office.lin, outcome=outcome(case))
    with refused("C14", field="file"):
        mark_solved(case, by=office.lin, evidence=Evidence.SIGNED_FORM, words="signed")
    with refused("S1.56", field="solved"):
        call_back(case, by=office.lin, reached=False, solved=True)


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [
        ("withdrawn", "note", "Found it himself"),
        ("not_ours", "passed_to", "City water works"),
        ("misuse", "note", "Wants a taxi"),
    ],
)
def test_other_endings_ask_for_their_own_evidence(office, code, field, value):
    case = office.case
    classify(case, by=office.lin, classification=CaseClass.OTHER)
    with refused("S1.48", field=field):
        close_case(case, by=office.lin, outcome=outcome(case, code))
    close_case(case, by=office.lin, outcome=outcome(case, code), **{field: value})
    assert case.status == CaseStatus.CLOSED and case.outcome.code == code


def test_not_reached_needs_attempts_on_several_days(office):
    case = office.case
    classify(case, by=office.lin, classification=CaseClass.OTHER)
    for hour in (9, 11, 14, 16, 17):
        with clock.at(moment(f"2026-06-02 {hour:02d}:00")):
            call_back(case, by=office.lin, reached=False)
    with clock.at(moment("2026-06-02 18:00")), refused("S1.48"):
        close_case(case, by=office.lin, outcome=outcome(case, "not_reached"))
    for day in (3, 4):
        with clock.at(moment(f"2026-06-0{day} 10:00")):
            call_back(case, by=office.lin, reached=False)
    with clock.at(moment("2026-06-04 11:00")):
        close_case(case, by=office.lin, outcome=outcome(case, "not_reached"))
    assert case.status == CaseStatus.CLOSED


def test_duplicate_is_linked_and_reopened_case_keeps_its_owner(office):
    case, other = office.case, make_case(office.mei)
    classify(other, by=office.mei, classification=CaseClass.OTHER)
    with refused("S1.48", field="linked_case"):
        close_case(other, by=office.mei, outcome=outcome(other, "duplicate"))
    close_case(other, by=office.mei, outcome=outcome(other, "duplicate"), linked_case=case)
    assert other.duplicate_of == case
    reopen_case(other, by=office.chief, reason="It is another fault after all")
    assert (other.status, other.owner) == (CaseStatus.OPEN, office.mei)
    assert other.outcome is None and other.thread.is_open


def test_merged_case_keeps_its_story_and_the_survivor_shows_both(office, client):
    case, other = office.case, make_case(office.lin, summary="Same again", route=Route.LETTER)
    add_note(other, by=office.lin, note="Caller was in a hurry")
    merge_case(other, by=office.chief, into=case, reason="Same matter")
    assert other.status == CaseStatus.CLOSED and other.duplicate_of == case
    assert not Promise.objects.open().filter(about=other.thread).exists()
    with refused():
        merge_case(case, by=office.chief, into=other, reason="and back")
    client.force_login(office.lin)
    assert "Caller was in a hurry" in client.get(case.get_absolute_url()).content.decode()
    assert client.get(other.get_absolute_url()).status_code == 200


# Data by mail, difficult callers, walk-ins


@pytest.mark.req("S1.57")
def test_waiting_for_mail_stops_the_clocks_and_never_closes(office):
    letter = make_case(office.lin, route=Route.LETTER, account=office.customer)
    due = promise_of(letter, PromiseKind.REPLY).due_at
    with clock.at(LATER):
        with refused(field="mailbox"):
            wait_for_mail(letter, by=office.lin, what="Backup", mailbox="")
        wait_for_mail(
            letter, by=office.lin, what="Backup of the ledger", mailbox="data@yunqi.example"
        )
    chase = promise_of(letter, PromiseKind.CHASE_MAIL)
    assert chase.due_at == LATER + timedelta(hours=24) and chase.person == office.lin
    assert promise_of(letter, PromiseKind.REPLY).state == PromiseState.PAUSED
    with clock.at(LATER + timedelta(days=40)):
        sweep()
        letter.refresh_from_db()
        assert letter.status == CaseStatus.WAITING
        assert Notice.objects.filter(to=office.lin, event="promise.breached").exists()
        receive_data(letter, by=office.lin)
    resumed = promise_of(letter, PromiseKind.REPLY)
    assert resumed.state == PromiseState.RUNNING
    assert resumed.due_at == due + timedelta(days=40)


@pytest.mark.req("S1.59", part="flag")
def test_difficult_call_is_flagged_with_what_was_said(office):
    office.hotline.manager = office.chief
    office.hotline.save()
    flag_caller(
        office.case,
        by=office.lin,
        statement="You are all thieves",
        inconsistencies="Says he never paid",
        call_supervisor=True,
    )
    assert office.case.is_abusive
    words = EntryText.objects.filter(entry__event="case.caller_flagged")
    assert {one.text for one in words} == {"You are all thieves", "Says he never paid"}
    assert Notice.objects.filter(to=office.chief, event="case.caller_flagged").exists()


@pytest.mark.req("S1.71", part="reception")
@pytest.mark.req("S1.50", part="courtesy checklist")
def test_checklists_by_route_are_ticked_once(office):
    walk_in = make_case(office.lin, route=Route.WALK_IN)
    with refused(field="items"):
        tick_checklist(walk_in, by=office.lin, items=["greeted"])
    tick_checklist(walk_in, by=office.lin, items=["nod_smile", "tea"])
    with refused(field="items"):
        tick_checklist(walk_in, by=office.lin, items=["tea"])
    assert walk_in.ticked == ["nod_smile", "tea"]
    entry = walk_in.thread.entries.get(event="case.ticked")
    assert sentence(entry) == "Ticked on the checklist: Nodded and smiled, Offered a seat and tea"
    with translation.override("zh-hans"):
        assert "点头微笑" in sentence(entry), "every reader reads it in their own language"
    tick_checklist(office.case, by=office.lin, items=["greeted"])


@pytest.mark.req("S1.73")
def test_somebody_who_waits_hears_every_half_hour(office):
    walk_in = make_case(office.lin, route=Route.WALK_IN)
    first = promise_of(walk_in, PromiseKind.PROGRESS)
    assert first.due_at == clock.now() + timedelta(minutes=30)
    with clock.at(first.due_at - timedelta(minutes=5)):
        report_progress(walk_in, by=office.lin, told="Copying the data")
        first.refresh_from_db()
        again = promise_of(walk_in, PromiseKind.PROGRESS)
        assert first.state == PromiseState.KEPT and again != first
        assert again.due_at == clock.now() + timedelta(minutes=30)


@pytest.mark.req("S1.74")
@pytest.mark.req("S1.75")
def test_nobody_leaves_without_a_result_or_a_time(office):
    walk_in = make_case(office.lin, route=Route.WALK_IN)
    with refused("S1.74"):
        see_out(walk_in, by=office.lin)
    promise_customer(
        walk_in, by=office.lin, promised="Ready for collection", due_at=moment("2026-06-03 15:00")
    )
    see_out(walk_in, by=office.lin, handed_over="Laptop bag")
    assert walk_in.departed_at == clock.now()
    with refused("S1.75"):
        see_out(office.case, by=office.lin)


@pytest.mark.req("S1.72")
def test_there_is_no_result_without_a_case(office, client):
    client.force_login(office.lin)
    sent = client.post("/cases/YQ-C26-999999/enter_result/", {"result": "Reset it"})
    assert sent.status_code == 404
    assert not EntryText.objects.filter(text="Reset it").exists()


# Forum


def test_insulting_post_goes_down_with_a_copy_and_the_rule_named(office):
    post = make_case(
        office.board, summary="Buy watches", route=Route.FORUM, description="cheap watches here"
    )
    rule = ForumRule.objects.in_force(office.centre).get(code="advertising")
    with refused(field="forum_rule"):
        hide_post(post, by=office.board, reason="spam")
    hide_post(post, by=office.board, forum_rule=rule, reason="Sells watches")
    assert post.hidden_at == clock.now()
    assert EntryText.objects.filter(text="cheap watches here", entry__event="case.post_hidden")
    assert Case.objects.filter(pk=post.pk).exists()


# Details


def test_correction_keeps_old_and_new(office):
    with refused("SX.05"):
        correct_case(office.case, by=office.lin, reason="typo", summary=office.case.summary)
    correct_case(office.case, by=office.lin, reason="typo", summary="The program prints blanks")
    texts = dict(
        EntryText.objects.filter(entry__event="case.corrected").values_list("name", "text")
    )
    assert texts["old_summary"] == "The program does not print"
    assert texts["new_summary"] == office.case.thread.title == "The program prints blanks"


def test_caller_becomes_known_later(office):
    case = make_case(office.lin, caller_name="A man")
    attach_caller(case, by=office.lin, account=office.customer)
    assert case.customer_name == "Xiangjiang Trading"


def test_links_show_on_both_sides_once(office):
    other = make_case(office.lin)
    link_cases(office.case, by=office.lin, other=other)
    assert office.case in other.related.all()
    with refused():
        link_cases(other, by=office.lin, other=office.case)


def test_answer_by_mail_waits_in_the_outbox_and_keeps_the_reply(office):
    letter = make_case(office.lin, route=Route.MAIL, caller_email="peng@example.com")
    with refused(field="to"):
        answer_by_mail(letter, by=office.lin, to="peng", subject="Re", answer="Dear")
    answer_by_mail(letter, by=office.lin, to="peng@example.com", subject="Re", answer="Dear Peng")
    notice = Notice.objects.get(event="case.mail")
    assert notice.state == Notice.State.WAITING and notice.values["body"] == "Dear Peng"
    assert letter.number in notice.values["subject"]
    assert promise_of(letter, PromiseKind.REPLY).state == PromiseState.KEPT


def test_case_is_found_by_its_words_the_moment_they_are_said(office):
    add_note(office.case, by=office.lin, note="油封漏油")
    assert [hit.number for hit in find(office.lin, "漏油")] == [office.case.number]
    found = {hit.number for hit in find(office.lin, "Xiangjiang")}
    assert found == {office.customer.number, office.case.number}
    assert find(office.zhou, "漏油") == []


# Leaving


@pytest.mark.req("SX.17")
def test_nobody_leaves_while_cases_promises_or_questions_wait_for_them(office):
    case = make_case(office.mei)
    promise_call_back(case, by=office.mei, phone="110", due_at=clock.now() + timedelta(minutes=9))
    ask_question(
        office.case,
        by=office.lin,
        level=QuestionLevel.COLLEAGUES,
        question="?",
        to_person=office.mei,
    )
    with refused("SX.17"):
        deactivate(office.mei, by=office.chief, reason="Moves away")
    hand_over_work(office.mei, by=office.chief, to=office.lin, reason="Moves away")
    case.refresh_from_db()
    assert (case.owner, case.handler) == (office.lin, office.lin)
    assert promise_of(case, PromiseKind.CALL_BACK).person == office.lin
    assert office.case.questions.get().to_person == office.lin
    deactivate(office.mei, by=office.chief, reason="Moves away")
    assert not office.mei.is_active
