"""A second person decides: never the preparer, not even as a deputy, and only once."""

from datetime import timedelta

import pytest

from kept.approvals.actions import approve, refuse
from kept.approvals.models import ApprovalRequest, RequestState
from kept.cases.actions import draft_post, reply
from kept.cases.factories import make_case
from kept.cases.models import CasePolicy, Direction, Route
from kept.kit import clock
from kept.kit.refusal import NotAllowed
from kept.kit.testing.refusing import refused
from kept.people.actions import deactivate, set_absence
from kept.people.actions import hand_over as hand_over_work
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.promises.models import Promise, PromiseKind, PromiseState

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    company = make_company("YQ", pack="software")
    centre = make_unit(company, "YQ-CS", "Centre", UnitKind.HEADQUARTERS)
    author = make_user(centre, "luo", "moderator", name="Luo")
    reviewer = make_user(centre, "han", "lead", name="Han")
    deputy = make_user(company, "wei", name="Wei")
    CasePolicy.objects.filter(unit=company).update(forum_needs_second_person=True)
    post = make_case(author, route=Route.FORUM, summary="crashes too often")
    with refused("S1.78"):
        reply(post, by=author, route=Route.FORUM, answer="Sorry")
    draft_post(post, by=author, answer="Sorry, it is mended in 8.1", reviewer=reviewer)
    request = ApprovalRequest.objects.get()
    request.cast = (post, author, reviewer, deputy)
    return request


@pytest.mark.req("S1.78")
def test_public_answer_goes_up_once_a_second_person_agrees(draft):
    post, author, reviewer, _deputy = draft.cast
    assert not post.interactions.filter(direction=Direction.OUT).exists()
    approve(draft, by=reviewer)
    answer = post.interactions.get(direction=Direction.OUT)
    assert (answer.content, answer.by) == ("Sorry, it is mended in 8.1", author)
    assert Promise.objects.get(kind=PromiseKind.REPLY).state == PromiseState.KEPT
    assert Promise.objects.get(kind=PromiseKind.APPROVE).state == PromiseState.KEPT
    with refused("SX.06"):
        refuse(draft, by=reviewer, note="On second thoughts")


@pytest.mark.req("SX.13")
def test_preparer_never_decides_and_the_deputy_stands_in(draft):
    _post, author, reviewer, _deputy = draft.cast
    with refused("SX.13"):
        approve(draft, by=author)
    promise = Promise.objects.get(kind=PromiseKind.APPROVE)
    assert promise.due_at == promise.started_at + timedelta(hours=24)
    away = {"start_at": clock.now(), "end_at": clock.now() + timedelta(days=2)}
    boss = make_user(reviewer.unit.company, "boss", "administrator")
    set_absence(reviewer, by=boss, deputy=author, **away)
    with refused("SX.13"):
        approve(draft, by=author)
    outsider = make_user(reviewer.unit.company, "eve", "clerk")
    with pytest.raises(NotAllowed):
        approve(draft, by=outsider)
    refuse(draft, by=reviewer, note="Too cold")
    assert draft.status == RequestState.REFUSED and draft.decided_by == reviewer


def test_deputy_decides_while_the_reviewer_is_away(draft):
    _post, _author, reviewer, _deputy = draft.cast
    boss = make_user(reviewer.unit.company, "boss", "administrator", "clerk")
    away = {"start_at": clock.now(), "end_at": clock.now() + timedelta(days=2)}
    set_absence(reviewer, by=boss, deputy=boss, **away)
    approve(draft, by=boss)
    assert draft.decided_by == boss


@pytest.mark.req("SX.17", part="decisions")
def test_decisions_of_a_leaver_wait_for_the_colleague_and_never_for_the_preparer(draft):
    _post, author, reviewer, deputy = draft.cast
    boss = make_user(reviewer.unit.company, "boss", "administrator")
    with refused("SX.17"):
        deactivate(reviewer, by=boss, reason="Moves away")
    hand_over_work(reviewer, by=boss, to=deputy, reason="Moves away")
    draft.refresh_from_db()
    assert draft.to == deputy
    hand_over_work(deputy, by=boss, to=author, reason="Moves away too")
    draft.refresh_from_db()
    assert draft.to is None
    with refused("SX.13"):
        approve(draft, by=author)
    deactivate(reviewer, by=boss, reason="Moves away")
