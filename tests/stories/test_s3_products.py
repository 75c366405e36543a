"""S3.07: eight families of products everybody must know, by the square metre, by standard sizes."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from kept.kit import clock
from kept.kit.testing.refusing import refused
from kept.kit.verifying import verify
from kept.orders.actions import set_price
from kept.people.actions import deactivate, hand_over, withdraw_role
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import Unit, User
from kept.products.actions import add_product
from kept.promises import duties
from kept.promises.models import Duty, Promise, PromiseKind, PromiseState
from kept.promises.sweep import sweep
from kept.timeline.models import Notice
from kept.workforce.actions import enter_result, finish_training, train_people
from kept.workforce.models import Topic, Training
from tests.stories.cast import at

pytestmark = pytest.mark.django_db

FAMILIES = ["贝壳墙纸", "鎏金墙纸", "贝雕", "皮雕", "壁画", "屏风", "浮雕", "工艺品"]
WORKFLOW = Topic.WORKFLOW


@pytest.fixture
def office() -> Unit:
    """A wall-covering maker whose administration manager examines two specialists."""
    with at("2026-01-05 09:00"):
        company = make_company("BZ", "Bizhi Wall Coverings", pack="wallcovering")
        return make_unit(company, "BZ-OF", "Office")


@pytest.fixture
def staff(office) -> tuple[User, User, User]:
    with at("2026-01-05 09:00"):
        found = (
            make_user(office.company, "xing", "admin_manager", name="行政經理"),
            make_user(office, "zhuan", "specialist", name="客服專員"),
            make_user(office, "xin", "specialist", name="新專員"),
        )
        duties.generate()
    return found


def opened(user: User, address: str, status: int = 200) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.get(address)
    assert answer.status_code == status, address
    return b"".join(answer).decode()


def yearly(person: User, year: int = 2026) -> Promise:
    return Duty.objects.get(
        code="staff_check", thread=person.thread, period_from=date(year, 1, 1)
    ).promise


def as_new(person: User) -> Promise:
    return Promise.objects.get(kind=PromiseKind.TRAIN, about=person.thread)


def examine(manager: User, scores: dict[User, int | None]) -> Training:
    """A course on products and workflow, with the score of each; done where each has one."""
    assert manager.company is not None
    training = train_people(
        by=manager, unit=manager.company, topic=WORKFLOW, trainer=manager.name,
        course="产品与流程", people=list(scores),
    )  # fmt: skip
    for person, score in scores.items():
        enter_result(training.attendees.get(person=person), by=manager, score=score)
    finish_training(training, by=manager)
    return training


@pytest.mark.req("S3.07")
def test_staff_know_the_products_of_the_catalogue_and_the_workflow(office, staff):
    manager, zhuan, xin = staff
    with at("2026-01-06 09:00"):
        for place, family in enumerate(FAMILIES):
            product = add_product(
                by=zhuan, unit=office, code=f"F{place}-1", family=family,
                name={"zh-hans": f"{family}一号"},
                standard_width=530, standard_height=1000,
            )  # fmt: skip
            set_price(product, by=zhuan, price=Decimal("128.50"), valid_from=date(2026, 1, 1))
        listed = opened(zhuan, "/prices/?format=csv&all=1")
        assert [one for one in FAMILIES if one not in listed] == []
        assert listed.count("530 × 1000 mm") == 8 and listed.count("128.50") == 8
        asked = f"/prices/what_it_costs/?unit={office.code}&day=2026-01-06&pieces=1"
        made_so = opened(zhuan, f"{asked}&product=F7-1&width=530&height=1000")
        assert "68.11" in made_so and "made to order" not in made_so
        to_order = opened(zhuan, f"{asked}&product=F7-1&width=600&height=1000")
        assert "600 × 1000 mm is made to order" in to_order and "77.10" in to_order
        unknown = opened(zhuan, f"{asked}&product=F9-9&width=530&height=1000", 422)
        assert "The catalogue knows no model “F9-9”" in unknown
    for person in (zhuan, xin):
        due = [
            clock.local(one.due_at, office.zone).date() for one in (as_new(person), yearly(person))
        ]
        assert due == [date(2026, 2, 4), date(2026, 12, 31)]
    with at("2026-02-01 09:00"):
        sweep()
    told = Notice.objects.filter(event__in=("promise.warned", "promise.digest"))
    assert {zhuan.pk, xin.pk} <= set(told.values_list("to", flat=True))
    with at("2026-02-02 09:00"):
        with refused("S3.07", field="people"):
            train_people(by=manager, unit=office, topic=WORKFLOW, trainer="行政經理")
        first = examine(manager, {zhuan: 80, xin: 79})
    assert as_new(zhuan).state == yearly(zhuan).state == PromiseState.KEPT
    assert as_new(xin).is_open and yearly(xin).is_open, "who failed still owes it"
    with at("2026-02-05 00:30"):
        sweep()
        overdue = opened(manager, "/trainings_owed/?format=csv")
        assert "New staff pass the exam" in overdue
        assert "新專員" in overdue and "客服專員" not in overdue
        failed = opened(manager, "/attendees/?topic=products_workflow&passed=no&format=csv")
        assert "新專員" in failed and "79" in failed and "客服專員" not in failed
        assert "产品与流程" in opened(xin, xin.get_absolute_url())
        assert first.number in opened(xin, "/trainings/")
    with at("2026-02-06 09:00"):
        examine(manager, {xin: 95})
    assert (as_new(xin).state, yearly(xin).state) == (PromiseState.BROKEN, PromiseState.KEPT)
    with at("2026-02-06 10:00"):
        assert "新專員" not in opened(manager, "/trainings_owed/?all=1&format=csv")
    with at("2026-12-20 09:00"):
        duties.generate()
    with at("2028-01-01 09:00"):
        sweep()
        overdue = opened(manager, "/trainings_owed/?format=csv")
        assert overdue.count("Pass the exam on products and workflow") == 2, "owed every year"
        assert yearly(xin, 2027).is_late
        assert verify().faults == []
    policy = opened(manager, "/policy/")
    assert "Exams (products and workflow) are passed from 80 of 100 on" in policy
    assert "New staff pass the exam on products and workflow within 30 days" in policy


def test_an_exam_without_a_score_is_not_over(office, staff):
    manager, zhuan, xin = staff
    with at("2026-02-02 09:00"):
        training = train_people(by=manager, unit=office, topic=WORKFLOW, trainer="行政經理",
                                people=[zhuan, xin])  # fmt: skip
        enter_result(training.attendees.get(person=zhuan), by=manager, score=100)
        with refused("S3.07", field="score"):
            enter_result(training.attendees.get(person=xin), by=manager)
        with refused("S3.07"):
            finish_training(training, by=manager)
    assert as_new(zhuan).is_open and yearly(zhuan).is_open


def test_whoever_serves_no_dealers_owes_no_exam(office, staff):
    manager, zhuan, xin = staff
    assert not Promise.objects.filter(about=manager.thread, kind=PromiseKind.TRAIN).exists()
    with at("2026-01-20 09:00"):
        grant = zhuan.grants.current().get()
        withdraw_role(zhuan, by=User.objects.system(), role=grant.role, unit=office)
        hand_over(xin, by=User.objects.system(), to=manager, reason="离职")
        deactivate(xin, by=User.objects.system(), reason="离职")
    assert as_new(zhuan).state == as_new(xin).state == PromiseState.CANCELLED
