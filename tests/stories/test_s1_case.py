"""Story S1: a case from the hotline to the branch and back to the customer's "solved"."""

from datetime import timedelta

import pytest

from kept.cases.actions import (
    accept_case,
    answer_question,
    ask_question,
    call_back,
    classify,
    close_case,
    hand_over,
    hide_post,
    move_to_private,
    open_case,
    promise_call_back,
    reply,
    report_visit,
    send_branch,
    tell_customer,
)
from kept.cases.lists import ForumList, ProblemList
from kept.cases.models import CaseClass, CaseKind, CaseStatus, Evidence, QuestionLevel, Route
from kept.kit.testing.refusing import refused
from kept.parties.actions import add_account
from kept.people.models import UnitKind, User
from kept.promises.models import PromiseKind, PromiseState
from tests.stories.cast import (
    at,
    make_unit,
    make_user,
    moment,
    outcome,
    promise_of,
    software_house,
    the_clock_strikes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    house = software_house()
    hunan = house["hunan"] = make_unit(house["company"], "YQ-HN", "Hunan branch", UnitKind.BRANCH)
    house["zhou"] = make_user(hunan, "zhou", "engineer", name="周工")
    with at("2026-06-01 08:30"):
        house["customer"] = add_account(
            by=house["chief"],
            unit=hunan,
            name="湘江商贸有限公司",
            contact_name="彭小姐",
            phone="0731-8888 1234",
        )
    return house


def rows_of(page, user, rf_path="/"):
    """The rows a list page shows to a person."""
    from django.test import RequestFactory

    request = RequestFactory().get(rf_path)
    request.user = user
    return list(page().queryset(request))


@pytest.mark.req("S1.55")
@pytest.mark.req("S1.56")
def test_story_s1_steps_3_to_6_and_12(house, client):
    lin, shen, zhou, hunan = house["lin"], house["shen"], house["zhou"], house["hunan"]
    # 3. A call at 09:00; the agent owns the case.
    with at("2026-06-01 09:00"):
        c1 = open_case(
            by=lin,
            unit=house["hotline"],
            route=Route.PHONE,
            summary="月末结账后报表金额不对",
            account=house["customer"],
        )
    assert (c1.route, c1.owner, c1.number) == (Route.PHONE, lin, "YQ-C26-000001")
    client.force_login(lin)
    picked_up = client.get("/intake/one/?route=phone").content.decode()
    assert "customer service department, my name is 林" in picked_up
    # 4. A call-back needs a definite time, within the hour or with a reason.
    with at("2026-06-01 09:05"):
        with refused(field="due_at"):
            promise_call_back(c1, by=lin, phone="0731-88881234")
        with refused("S1.52", field="reason"):
            promise_call_back(c1, by=lin, phone="0731-88881234", due_at=moment("2026-06-01 10:30"))
        promise_call_back(c1, by=lin, phone="0731-88881234", due_at=moment("2026-06-01 09:50"))
    # 5. Colleagues cannot help, the solution department can; the customer hears 10 min early.
    with at("2026-06-01 09:20"):
        with refused("S1.53", field="level"):
            ask_question(
                c1, by=lin, level=QuestionLevel.SOLUTION, question="报表口径？", to_person=shen
            )
        ask_question(
            c1,
            by=lin,
            level=QuestionLevel.COLLEAGUES,
            question="报表口径？",
            to_unit=house["hotline"],
        )
        answer_question(c1.questions.get(), by=house["mei"], answer="不清楚", could_help=False)
        ask_question(
            c1, by=lin, level=QuestionLevel.SOLUTION, question="报表口径？", to_person=shen
        )
    with at("2026-06-01 09:35"):
        shen = User.objects.get(pk=shen.pk)
        answer_question(
            c1.questions.get(level="solution"), by=shen, answer="先重算凭证", could_help=True
        )
    with at("2026-06-01 09:40"):
        call_back(c1, by=lin, reached=True, told="请先重算凭证，再看报表")
    kept = promise_of(c1, PromiseKind.CALL_BACK)
    assert kept.state == PromiseState.KEPT
    assert kept.late_by == timedelta(minutes=-10)
    # 6. Site help: phone, address and time are needed; the handler changes, the owner stays.
    with at("2026-06-01 09:45"):
        site = {
            "branch": hunan,
            "phone": "0731-88881234",
            "address": "长沙市芙蓉中路一段 88 号",
            "problem": "重算凭证后仍不对，怀疑数据损坏",
            "suggestion": "带备份工具上门检查数据库",
            "due_at": moment("2026-06-02 10:00"),
        }
        for needed in ("phone", "address", "problem"):
            with refused(field=needed):
                send_branch(c1, by=lin, **{**site, needed: ""})
        without_time = {name: value for name, value in site.items() if name != "due_at"}
        with refused(field="due_at"):
            send_branch(c1, by=lin, **without_time)
        send_branch(c1, by=lin, **site)
        with refused(field="summary"):
            hand_over(c1, by=lin, summary="", to_person=zhou)
    with at("2026-06-01 09:50"):
        accept_case(c1, by=zhou)
    assert (c1.handler, c1.owner, c1.unit) == (zhou, lin, hunan)
    client.force_login(zhou)
    page = client.get(c1.get_absolute_url()).content.decode()
    assert "重算凭证后仍不对" in page and "带备份工具" in page
    # 12. Only the owner closes, and only after the final call-back says solved.
    with at("2026-06-02 11:00"):
        report_visit(
            c1, by=zhou, visited_at=moment("2026-06-02 09:55"), result="修复了损坏的凭证表"
        )
        classify(c1, by=zhou, classification=CaseClass.DEFECT)
    solved = outcome(c1, "solved")
    with at("2026-06-05 10:00"):
        with refused("S1.48"):
            close_case(c1, by=zhou, outcome=solved)
        with refused("S1.56"):
            close_case(c1, by=lin, outcome=solved)
        call_back(c1, by=lin, reached=True, told="已经好了，谢谢", solved=True)
        close_case(c1, by=lin, outcome=solved)
    assert c1.status == CaseStatus.CLOSED and c1.evidence == Evidence.CALL_BACK
    problems = [
        case for case in rows_of(ProblemList, house["chief"]) if case.classification == "defect"
    ]
    assert problems == [c1]


@pytest.mark.req("S1.76")
@pytest.mark.req("S1.77")
@pytest.mark.req("S1.79")
def test_story_s1_step_14_a_forum_post(house):
    board = house["board"]
    with at("2026-06-10 09:00"):
        post = open_case(
            by=board,
            unit=house["centre"],
            route=Route.FORUM,
            case_kind=CaseKind.CRITICISM,
            summary="crashes too often",
            caller_name="user_8871",
        )
        assert post in rows_of(ForumList, board)
        rule = post_rule(post)
        with refused("S1.77"):
            hide_post(post, by=board, forum_rule=rule, reason="too harsh")
        private = move_to_private(
            post, by=board, request="May we call you about it?", phone="13800138000"
        )
    assert private.public_post == post and private in post.related.all()
    with at("2026-06-10 09:30"):
        classify(private, by=board, classification=CaseClass.DEFECT)
        tell = outcome(private, "withdrawn")
        close_case(private, by=board, outcome=tell, note="Calmed down on the phone")
        classify(post, by=board, classification=CaseClass.DEFECT)
        with refused("S1.79"):
            close_case(post, by=board, outcome=tell, note="went private")
    with at("2026-06-11 08:50"):
        reply(post, by=board, route=Route.FORUM, answer="Sorry; the next release mends it.")
    assert promise_of(post, PromiseKind.REPLY).state == PromiseState.KEPT
    assert post not in rows_of(ForumList, board)
    # An unanswered post breaks its promise after 24 hours.
    with at("2026-06-12 09:00"):
        other = open_case(
            by=board, unit=house["centre"], route=Route.FORUM, summary="Any news on version 8?"
        )
    the_clock_strikes("2026-06-13 09:00:01")
    promise = promise_of(other, PromiseKind.REPLY)
    assert promise.due_at == moment("2026-06-13 09:00") and promise.breached_at is not None


def post_rule(post, code="advertising"):
    from kept.cases.models import ForumRule

    return ForumRule.objects.in_force(post.unit).get(code=code)


@pytest.mark.req("S1.54")
def test_the_customer_is_told_at_once_and_the_delay_is_measured(house):
    from kept.cases.actions import enter_result

    lin = house["lin"]
    with at("2026-06-01 09:00"):
        case = open_case(
            by=lin, unit=house["hotline"], route=Route.PHONE, summary="打印错位",
            account=house["customer"],
        )  # fmt: skip
        classify(case, by=lin, classification=CaseClass.OPERATION)
        enter_result(case, by=lin, result="换用 A4 模板")
        with refused("S2.16"):
            close_case(case, by=lin, outcome=outcome(case, "withdrawn"), note="x")
    the_clock_strikes("2026-06-01 09:30:01")
    with at("2026-06-01 09:45"):
        tell_customer(case, by=lin, route=Route.PHONE, told="请换用 A4 模板", solved=True)
    told = promise_of(case, PromiseKind.TELL_CUSTOMER)
    assert told.state == PromiseState.BROKEN and told.late_by == timedelta(minutes=15)
    with at("2026-06-01 09:50"):
        close_case(case, by=lin, outcome=outcome(case, "solved"))
