"""Weekly sales: one figure for a region, model and week; owed every week (S0.32)."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.parties.actions import end_posting, post_field_staff
from kept.parties.tests.cast import at, handset_maker
from kept.people.factories import make_user
from kept.people.models import User
from kept.products.factories import make_product
from kept.promises import duties
from kept.promises.models import Duty, PromiseState
from kept.stations.actions import (
    SoldLine,
    correct_sales,
    enter_sales,
    enter_week,
    report_no_sales,
)
from kept.stations.models import SalesFigure
from kept.stations.weeks import monday_of, read_week, week_text

pytestmark = pytest.mark.django_db
WEEK_9, WEEK_10 = date(2026, 2, 23), date(2026, 3, 2)


@pytest.fixture
def house() -> SimpleNamespace:
    found = handset_maker()
    with at("2026-02-02 08:00"):
        post_field_staff(found.chen, by=found.owner, region="浙江")
        post_field_staff(found.sun, by=found.owner, region="江苏")
        found.j68 = make_product(found.company, "J68")
        found.k20 = make_product(found.company, "K20")
        duties.generate()
    return found


def told(house, *, week=WEEK_10, region="浙江", by=None, product=None, sold=1000, **values):
    return enter_sales(
        by=by or house.chen, unit=house.east, region=region, week=week,
        product=product or house.j68, sold=sold, source="王店长", **values,
    )  # fmt: skip


def state_of(person: User, week: date) -> str:
    return Duty.objects.get(
        code="weekly_sales", thread__of_user=person, period_from=week
    ).promise.state


def test_weeks_have_the_names_people_give_them():
    assert week_text(date(2026, 3, 8)) == "2026-W10" == week_text(WEEK_10)
    assert read_week("2026-W10") == WEEK_10 == monday_of(date(2026, 3, 8))
    assert week_text(date(2027, 1, 3)) == "2026-W53"
    for text in ("2026-W54", "2026", "W10", "", "x-Wy", "2026-W00", "20२६-W10"):
        assert read_week(text) is None, text


@pytest.mark.req("S0.32", part="one record per region, model and week; no negative quantity")
def test_one_figure_for_a_region_model_and_week(house):
    with at("2026-03-09 09:00"):
        first = told(house, stock=120, remarks="促销")
        assert (first.week_name, first.company) == ("2026-W10", house.company)
        with refused("S0.32", field="product"):
            told(house, sold=7)
        with refused("S0.32", field="product"):
            told(house, week=date(2026, 3, 8), sold=7)
        with refused("S0.32", field="sold"):
            told(house, product=house.k20, sold=-1)
        with refused("S0.32", field="stock"):
            told(house, product=house.k20, stock=-1)
        with refused(field="sold"):
            told(house, product=house.k20, sold=10**15)
        with refused("S0.32", field="week"):
            told(house, week=date(2026, 3, 16))
        told(house, product=house.k20)
        told(house, week=WEEK_9)
        told(house, region="江苏", by=house.sun)
    assert SalesFigure.objects.count() == 4
    with pytest.raises(IntegrityError), transaction.atomic():
        SalesFigure.objects.create(
            company=house.company, unit=house.east, region="浙江", week=WEEK_10,
            product=house.j68, sold=1, entered_by=house.sun, entered_at=first.entered_at,
        )  # fmt: skip


def test_the_refusal_names_the_figure_that_is_there(house):
    with at("2026-03-09 09:00"):
        told(house)
        with pytest.raises(Refused) as caught:
            told(house, sold=7)
    assert all(word in str(caught.value) for word in ("2026-W10", "浙江", "J68", "1000", "陳立"))
    assert caught.value.mend.endswith("/correct_sales/")


def test_field_staff_enter_their_own_regions_others_every_region_somebody_is_posted_to(house):
    with at("2026-03-09 09:00"):
        with refused("S0.32", field="region"):
            told(house, region="江苏")
        with refused("S0.32", field="region"):
            told(house, by=house.boss, region="湖南")
        told(house, by=house.boss, region="江苏")
        told(house, week=date(2026, 1, 5))
        end_posting(house.sun, by=house.owner, region="江苏")
        told(house, by=house.sun, region="江苏", product=house.k20)
    with at("2026-03-24 09:00"), refused("S0.32", field="region"):
        told(house, by=house.boss, region="江苏", week=date(2026, 3, 16))


def test_somebody_was_quicker_is_the_same_refusal(house, monkeypatch):
    from kept.stations.actions import sales

    with at("2026-03-09 09:00"):
        there = told(house)
        answers = iter([None, there])
        monkeypatch.setattr(sales, "_same", lambda figure: next(answers))
        with refused("S0.32", field="product"):
            told(house, sold=7)


@pytest.mark.req("S0.32", part="a duty every week, kept by telling it, overdue otherwise")
def test_entering_a_week_keeps_that_weeks_duty_and_no_other(house):
    with at("2026-03-09 09:00"):
        told(house)
        assert state_of(house.chen, WEEK_10) == PromiseState.KEPT
        assert state_of(house.sun, WEEK_10) == PromiseState.RUNNING
        assert state_of(house.chen, WEEK_9) == PromiseState.RUNNING
    with at("2026-03-10 09:00"):
        told(house, week=WEEK_9)
    assert state_of(house.chen, WEEK_9) == PromiseState.BROKEN


def test_telling_a_week_nobody_owes_pays_for_no_other(house):
    """Before somebody was posted nothing was owed: an old figure is welcome, and keeps nothing."""
    with at("2026-03-03 09:00"):
        wu = make_user(house.east, "wu", "field_manager", name="吳", phone="13811110000")
        post_field_staff(wu, by=house.owner, region="福建", from_on=WEEK_10)
        duties.generate()
        told(house, by=wu, region="福建", week=WEEK_9)
    assert state_of(wu, WEEK_10) == PromiseState.RUNNING


def test_a_week_is_told_when_every_region_of_a_person_is(house):
    with at("2026-03-02 08:00"):
        post_field_staff(house.chen, by=house.owner, region="福建")
    with at("2026-03-09 09:00"):
        told(house)
        assert state_of(house.chen, WEEK_10) == PromiseState.RUNNING
        told(house, region="福建")
        assert state_of(house.chen, WEEK_10) == PromiseState.KEPT


@pytest.mark.req("S0.32", part="no sales at all is told with a reason")
def test_no_sales_is_told_with_a_reason_and_taken_back_by_the_first_figure(house):
    with at("2026-03-09 09:00"):
        with refused(field="reason"):
            report_no_sales(by=house.chen, unit=house.east, region="浙江", week=WEEK_10, reason="")
        report_no_sales(by=house.chen, unit=house.east, region="浙江", week=WEEK_10, reason="春节")
        assert state_of(house.chen, WEEK_10) == PromiseState.KEPT
        with refused("S0.32", field="week"):
            report_no_sales(
                by=house.boss, unit=house.east, region="浙江", week=WEEK_10, reason="再说一次"
            )
        nothing = SalesFigure.objects.get(product=None)
        with refused("S0.32"):
            correct_sales(nothing, by=house.chen, sold=3, reason="x")
        told(house)
        with refused("S0.32", field="week"):
            report_no_sales(by=house.chen, unit=house.east, region="浙江", week=WEEK_10, reason="-")
    assert [one.what for one in SalesFigure.objects.current()] == ["J68"]


@pytest.mark.req("S0.32", part="a correction keeps what stood there")
def test_a_correction_keeps_what_stood_there(house):
    with at("2026-03-09 09:00"):
        first = told(house)
        with refused("SX.05", field="sold"):
            correct_sales(first, by=house.chen, sold=1000, reason="核对")
        with refused(field="reason"):
            correct_sales(first, by=house.chen, sold=900, reason="")
        with refused("S0.32", field="sold"):
            correct_sales(first, by=house.chen, sold=-900, reason="退货")
        with refused("S0.32", field="region"):
            correct_sales(first, by=house.sun, sold=900, reason="退货")
        new = correct_sales(first, by=house.chen, sold=900, reason="退货100台")
        first.refresh_from_db()
        with refused("S0.32"):
            correct_sales(first, by=house.chen, sold=800, reason="再改")
    assert (first.sold, new.sold, new.replaces) == (1000, 900, first)
    assert first.superseded_at is not None and new.source == "王店长"
    events = house.east.thread.entries.values_list("event", flat=True)
    assert list(events)[-2:] == ["unit.sales_entered", "unit.sales_corrected"]


def test_a_whole_week_is_entered_at_once_or_not_at_all(house):
    lines = [SoldLine(house.j68, 10, 2), SoldLine(house.k20, 0)]
    with at("2026-03-09 09:00"):
        told(house, week=WEEK_9, product=house.k20)
        same = {"by": house.chen, "unit": house.east, "region": "浙江", "source": "店长"}
        with refused("S0.32", field="product"):
            enter_week(week=WEEK_9, lines=lines, **same)
        with refused("S0.32", field="lines"):
            enter_week(week=WEEK_10, lines=[], **same)
        with refused("S0.32", field="product"):
            enter_week(week=WEEK_10, lines=[lines[0], lines[0]], **same)
        enter_week(week=WEEK_10, lines=lines, **same)
    rows = SalesFigure.objects.filter(week=WEEK_10).order_by("product__code")
    assert [(one.product.code, one.sold, one.stock) for one in rows] == [
        ("J68", 10, 2), ("K20", 0, None),
    ]  # fmt: skip


def opened(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=user.pk))
    return client


def test_the_sheet_takes_all_models_of_a_week(house):
    client = opened(house.chen)
    address = "/sales_figures/enter_week/"
    with at("2026-03-09 09:00"):
        told(house, product=house.k20, sold=77)
        page = client.get(address).content.decode()
        assert "2026-W10" in page and "J68" in page and "77" in page
        assert f'name="sold_{house.j68.pk}"' in page and f"sold_{house.k20.pk}" not in page
        sent = {"week": "2026-W10", "region": "浙江", "source": "店长", "_key": "k1",
                f"sold_{house.j68.pk}": "12", f"stock_{house.j68.pk}": "3"}  # fmt: skip
        wrong = client.post(address, {**sent, f"sold_{house.j68.pk}": "-1", "_key": "k2"})
        assert wrong.status_code == 422 and "J68" in wrong.content.decode()
        for bad in ("abc", "1.5", "9" * 30):
            answer = client.post(address, {**sent, f"sold_{house.j68.pk}": bad, "_key": "k3"})
            assert answer.status_code == 422
        stock_only = {key: value for key, value in sent.items() if not key.startswith("sold_")}
        assert client.post(address, {**stock_only, "_key": "k4"}).status_code == 422
        answer = client.post(address, sent)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/sales_figures/")
        client.post(address, sent)
        assert client.get(f"{address}?week=nonsense&region=%00").status_code == 200
        assert client.get(f"{address}?week=9999-W01").status_code == 200
    figure = SalesFigure.objects.get(product=house.j68)
    assert (figure.sold, figure.stock, figure.unit) == (12, 3, house.east)
    assert client.get(figure.get_absolute_url()).status_code == 200


def test_the_sheet_of_somebody_without_the_right_is_refused(house):
    client = opened(house.clerk)
    with at("2026-03-09 09:00"):
        sent = {"week": "2026-W10", "region": "浙江", "source": "x", f"sold_{house.j68.pk}": "1"}
        assert client.post("/sales_figures/enter_week/", sent).status_code == 403
    assert not SalesFigure.objects.exists()


def test_lists_show_what_was_told_and_what_is_overdue(house):
    with at("2026-03-09 09:00"):
        told(house)
    with at("2026-03-10 09:00"):
        client = opened(house.owner)
        sales = client.get("/sales_figures/").content.decode()
        assert "J68" in sales and "1,000" in sales
        csv = client.get("/sales_owed/?format=csv").getvalue().decode()
        rows = [line.split(",")[:2] for line in csv.splitlines()[1:]]
        assert ["孫偉", "2026-W10"] in rows and ["陳立", "2026-W10"] not in rows
        assert ["陳立", "2026-W09"] in rows
        assert opened(house.clerk).get("/sales_figures/").status_code == 403


def test_sales_are_seen_in_ones_own_units_only(house):
    with at("2026-03-09 09:00"):
        told(house)
    west = make_user(house.service, "west", name="West")
    assert SalesFigure.objects.visible_to(house.chen).count() == 1
    assert SalesFigure.objects.visible_to(west).count() == 0
    assert SalesFigure.objects.visible_to(house.owner).count() == 1
