"""Who caused a complaint: said by who leads, put right, taken back; never by oneself (S0.44)."""

import pytest
from django.test import Client

from kept.cases.actions import (
    classify,
    close_case,
    correct_case,
    correct_cause,
    erase_case,
    merge_case,
    name_cause,
    take_back_cause,
)
from kept.cases.factories import make_case, outcome
from kept.cases.models import Case, CaseClass, CaseKind, ComplaintCause
from kept.kit import clock
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.kit.testing.refusing import refused
from kept.people.actions import issue_token
from kept.people.factories import make_company, make_user
from kept.people.models import User
from kept.timeline.models import Notice
from kept.timeline.sentences import tell
from tests.stories.cast import moment

pytestmark = [pytest.mark.django_db, pytest.mark.req("S0.44", part="complaints caused")]

TEN = moment("2026-06-01 10:00")


@pytest.fixture
def complaint(office) -> Case:
    with clock.at(TEN):
        return make_case(office.lin, summary="Nobody called back", case_kind=CaseKind.COMPLAINT)


def name(complaint: Case, office, person: User | None = None) -> ComplaintCause:
    person = person or office.mei
    name_cause(complaint, by=office.chief, person=person, why="She forgot to call")
    return complaint.causes.standing().get(person=person)


def story(case: Case) -> list[str]:
    return [one.sentence for one in tell(case.thread.entries.select_related("by").order_by("seq"))]


def told(person: User) -> list[str]:
    rows = Notice.objects.on_screen_of(person).filter(event__startswith="person.")
    return list(rows.order_by("pk").values_list("event", flat=True))


def test_who_leads_names_somebody_with_the_reason_and_they_are_told(office, complaint):
    cause = name(complaint, office)
    assert (cause.person, cause.named_by, cause.why) == (
        office.mei, office.chief, "She forgot to call",
    )  # fmt: skip
    assert "Caused by Mei" in story(complaint)
    assert told(office.mei) == ["person.caused_complaint"]
    name_cause(complaint, by=office.chief, person=office.zhou, why="He was late")
    assert complaint.causes.standing().count() == 2, "two people may have caused it"


def test_it_is_said_of_complaints_only(office):
    case = make_case(office.lin)
    with pytest.raises(Refused) as caught:
        name_cause(case, by=office.chief, person=office.mei, why="x")
    assert caught.value.rule == "S0.44"
    assert caught.value.mend.endswith("/correct/")
    assert not ComplaintCause.objects.exists()


def test_nobody_is_named_twice_for_one_complaint(office, complaint):
    name(complaint, office)
    with refused("S0.44"):
        name(complaint, office)
    assert ComplaintCause.objects.count() == 1 and len(told(office.mei)) == 1


def test_only_people_of_the_company_are_named(office, complaint):
    stranger = make_user(make_company("SX", "Sanxin"), "zhang", "clerk")
    with pytest.raises(InvalidInput, match="another company"):
        name_cause(complaint, by=office.chief, person=stranger, why="x")
    nobody = make_user(office.hotline, "guest", name="Guest")
    with refused("S0.44"):
        name_cause(complaint, by=office.chief, person=nobody, why="x")
    assert not ComplaintCause.objects.exists()


def test_nobody_decides_over_themselves(office, complaint):
    second = make_user(office.company, "second", "lead", name="Second")
    with refused("S0.44"):
        name_cause(complaint, by=second, person=second, why="It was me")
    name_cause(complaint, by=office.chief, person=second, why="No plan was made")
    cause = complaint.causes.get()
    with refused("S0.44"):
        take_back_cause(cause, by=second, reason="It was not me")
    with refused("S0.44"):
        correct_cause(cause, by=second, reason="It was Mei", person=office.mei)
    with refused("S0.44"):
        correct_cause(cause, by=office.chief, reason="It was me", person=office.chief)
    cause.refresh_from_db()
    assert (cause.person, cause.withdrawn_at) == (second, None)


def test_a_clerk_has_no_such_right_and_no_such_button(office, complaint):
    with pytest.raises(NotAllowed):
        name_cause(complaint, by=office.lin, person=office.mei, why="x")
    name(complaint, office)
    shown = {}
    for person in (office.lin, office.chief):
        client = Client()
        client.force_login(User.objects.get(pk=person.pk))
        shown[person] = client.get(complaint.get_absolute_url()).content.decode()
        assert "She forgot to call" in shown[person]
    for part in ("name_cause/", "correct_cause/", "take_back_cause/"):
        assert part in shown[office.chief] and part not in shown[office.lin]


def test_it_is_put_right_with_a_reason_and_what_stood_there_stays(office, complaint):
    cause = name(complaint, office)
    correct_cause(cause, by=office.chief, reason="Read again", why="The call was never entered")
    assert told(office.mei) == ["person.caused_complaint", "person.cause_corrected"]
    correct_cause(cause, by=office.chief, reason="Mei was away", person=office.zhou)
    cause.refresh_from_db()
    assert (cause.person, cause.why) == (office.zhou, "The call was never entered")
    lines = story(complaint)
    assert "What Mei caused was put right" in lines and "Caused by Zhou, not by Mei" in lines
    assert told(office.mei)[-1] == "person.complaint_taken_back"
    assert told(office.zhou) == ["person.caused_complaint"]
    with refused("SX.05"):
        correct_cause(cause, by=office.chief, reason="Again", person=office.zhou)
    other = name(complaint, office)
    with refused("S0.44"):
        correct_cause(other, by=office.chief, reason="Zhou is meant", person=office.zhou)


def test_it_is_taken_back_with_a_reason_and_may_be_said_again(office, complaint):
    cause = name(complaint, office)
    take_back_cause(cause, by=office.chief, reason="The customer had the wrong number")
    assert "Not caused by Mei after all" in story(complaint)
    assert told(office.mei) == ["person.caused_complaint", "person.complaint_taken_back"]
    assert not complaint.causes.standing().exists()
    for again in (take_back_cause, correct_cause):
        with refused("S0.44"):
            again(cause, by=office.chief, reason="Again")
    name(complaint, office)
    assert complaint.causes.count() == 2, "what was taken back stays on record"
    with refused("SX.05"):
        cause.delete()


def test_nobody_is_cleared_by_making_it_no_complaint(office, complaint):
    cause = name(complaint, office)
    with pytest.raises(Refused) as caught:
        correct_case(complaint, by=office.chief, reason="No", case_kind=CaseKind.QUESTION)
    assert caught.value.rule == "S0.44"
    assert caught.value.mend == f"/causes/{cause.pk}/take_back_cause/"
    complaint.refresh_from_db()
    assert complaint.case_kind == CaseKind.COMPLAINT
    take_back_cause(cause, by=office.chief, reason="It is a question")
    correct_case(complaint, by=office.chief, reason="No", case_kind=CaseKind.QUESTION)


def test_a_merged_complaint_hands_on_who_caused_it_and_counts_once(office, complaint):
    with clock.at(TEN):
        into = make_case(office.lin, summary="Again nobody", case_kind=CaseKind.COMPLAINT)
        question = make_case(office.lin, summary="Who calls?", case_kind=CaseKind.QUESTION)
    name(complaint, office)
    name(into, office)
    name_cause(complaint, by=office.chief, person=office.zhou, why="He was late")
    with refused("S0.44"):
        merge_case(complaint, by=office.chief, into=question, reason="The same")
    assert complaint.causes.standing().count() == 2
    merge_case(complaint, by=office.chief, into=into, reason="The same")
    assert not complaint.causes.standing().exists()
    assert {one.person: one.why for one in into.causes.standing()} == {
        office.mei: "She forgot to call", office.zhou: "He was late",
    }  # fmt: skip
    complaint.refresh_from_db()
    with pytest.raises(Refused) as caught:
        name_cause(complaint, by=office.chief, person=office.board, why="x")
    assert caught.value.rule == "S0.44"
    assert caught.value.mend == into.get_absolute_url()


def test_closed_as_a_duplicate_it_hands_on_who_caused_it(office, complaint):
    with clock.at(TEN):
        first = make_case(office.lin, summary="The same", case_kind=CaseKind.COMPLAINT)
        name(complaint, office)
        classify(complaint, by=office.lin, classification=CaseClass.OTHER)
        close_case(
            complaint, by=office.lin, outcome=outcome(complaint, "duplicate"), linked_case=first,
            note="The same again",
        )  # fmt: skip
    assert [one.person for one in first.causes.standing()] == [office.mei]
    assert not complaint.causes.standing().exists()


def test_the_reason_goes_when_the_case_is_erased_and_the_count_stays(office, complaint):
    cause = name(complaint, office)
    with clock.at(TEN):
        classify(complaint, by=office.lin, classification=CaseClass.OTHER)
        close_case(
            complaint, by=office.lin, outcome=outcome(complaint, "withdrawn"), note="They said so"
        )
    erase_case(complaint, by=office.chief, ground="asked")
    cause.refresh_from_db()
    assert (cause.why, cause.withdrawn_at) == ("", None)


def test_programs_name_correct_and_take_back(office, complaint):
    token = issue_token(office.chief, by=User.objects.system(), name="t").fresh_token

    def post(address: str, key: str, **body: str):
        return Client().post(
            f"/api/v1/{address}", body, content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
        )  # fmt: skip

    case = f"cases/{complaint.number}/name_cause"
    assert post(case, "a", person="mei", why="She forgot").status_code == 200
    twice = post(case, "b", person="mei", why="She forgot")
    assert twice.status_code == 422 and twice.json()["rule"] == "S0.44", twice.content
    cause = complaint.causes.get()
    address = f"causes/{cause.pk}"
    corrected = post(f"{address}/correct_cause", "c", person="zhou", reason="It was Zhou")
    assert corrected.status_code == 200, corrected.content
    taken = post(f"{address}/take_back_cause", "d", reason="Nobody did")
    assert taken.status_code == 200, taken.content
    cause.refresh_from_db()
    assert cause.person == office.zhou and cause.withdrawn_by == office.chief
