"""Prices by the square metre: listed, dated, never typed in, computed the same way every time."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from kept.kit.importing.kinds import Batch, kind_named
from kept.kit.importing.running import import_file
from kept.kit.money import Money, Rounding
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.kit.verifying import verify
from kept.orders.actions import set_price
from kept.orders.importing import PriceDraft, import_prices
from kept.orders.models import Price, PricePolicy
from kept.orders.pricing import find_model, price_on, priced
from kept.people.actions import load_policy
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.products.factories import make_product

HEADER = ["型号", "单价（元/㎡）", "生效日期", "部门"]
NEW_YEAR, SUMMER = date(2026, 1, 1), date(2026, 7, 1)


@pytest.fixture
def company(db):
    return make_company("BK", "Beike", pack="wallcovering")


@pytest.fixture
def shell(company):
    return make_product(
        company, "BK-21", "贝壳墙纸", family="贝壳墙纸", standard_width=530, standard_height=1000
    )


@pytest.fixture
def specialist(company):
    return make_user(company, "su", "specialist")


@pytest.fixture
def bring(company, tmp_path):
    def brought(rows, *, by=None, header=HEADER, **how):
        path = tmp_path / "prices.csv"
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        by = by or User.objects.system()
        return import_file(kind_named("prices"), path, unit=company, by=by, **how)

    return brought


def cost(company, product, day, *, width=2400, height=2800, pieces=3):
    return priced(company, product, width=width, height=height, pieces=pieces, day=day)


@pytest.mark.req("S3.08", part="priced by the square metre, by the day")
def test_a_price_is_that_of_its_day(bring, company, shell, specialist):
    """From the table of the office to width × height × pieces × price, rounded to 0.01."""
    done = bring([["BK-21", "128.50", "2026年1月1日", ""], ["BK-21", "139.99", "2026-07-01", ""]],
                 by=specialist)  # fmt: skip
    assert (done.made, done.refused) == (2, 0), [str(one.refused) for one in done.first_faults]
    before = cost(company, shell, date(2026, 6, 30))
    assert before.area == Decimal("20.16") and before.amount == Money.of("2590.56", "CNY")
    after = cost(company, shell, SUMMER)
    assert after.amount == Money.of("2822.20", "CNY"), "139.99 × 20.16 = 2822.1984"
    with pytest.raises(Refused, match="no price of BK-21") as none:
        cost(company, shell, date(2025, 12, 31))
    assert none.value.rule == "S3.08" and none.value.mend == "/products/BK-21/set_price/"


@pytest.mark.req("S3.07", part="warns on a non-standard size, refuses an unknown model")
def test_a_size_made_to_order_is_warned_of_and_an_unknown_model_refused(company, shell, specialist):
    set_price(shell, by=specialist, price=Decimal("100"), valid_from=NEW_YEAR)
    assert cost(company, shell, SUMMER, width=1000, height=530).warning is None, "laid sideways"
    warning = cost(company, shell, SUMMER, width=1000, height=531).warning
    assert warning is not None and warning.rule == "S3.07" and "530 × 1000 mm" in str(warning)
    with pytest.raises(InvalidInput, match="no model “BK-99”") as unknown:
        find_model(company, "BK-99")
    assert unknown.value.rule == "S3.07"


@pytest.mark.req("S3.07", part="price by the square metre in the list")
def test_the_price_list_shows_the_catalogue_with_prices(client, company, shell, specialist):
    set_price(shell, by=specialist, price=Decimal("128.5"), valid_from=NEW_YEAR)
    client.force_login(specialist)
    page = client.get("/prices/").content.decode()
    assert "BK-21" in page and "128.50" in page and "530 × 1000 mm" in page
    file = client.get("/prices/?format=csv")
    assert "128.50" in b"".join(file.streaming_content).decode("utf-8-sig")
    assert 'href="/prices/"' in client.get("/").content.decode()
    outsider = make_user(make_company("OT", "Other"), "wu", "lead")
    client.force_login(outsider)
    assert "BK-21" not in client.get("/prices/").content.decode()


def test_the_nearest_unit_counts_and_then_the_latest_day(company, shell, specialist):
    south = make_unit(company, "BK-S", "South", UnitKind.REGION)
    city = make_unit(south, "BK-GZ", "Guangzhou", UnitKind.BRANCH)
    set_price(shell, by=specialist, price=Decimal("120"), valid_from=SUMMER)
    set_price(shell, by=specialist, price=Decimal("110"), valid_from=NEW_YEAR, unit=south)
    assert price_on(city, shell, SUMMER).amount == Money.of("110", "CNY"), "its own region's"
    assert price_on(company, shell, SUMMER).amount == Money.of("120", "CNY")
    set_price(shell, by=specialist, price=Decimal("112"), valid_from=SUMMER, unit=south)
    assert price_on(city, shell, SUMMER).amount == Money.of("112", "CNY")


def test_a_price_is_superseded_and_never_edited(company, shell, specialist):
    set_price(shell, by=specialist, price=Decimal("120"), valid_from=NEW_YEAR)
    first = Price.objects.get()
    set_price(shell, by=specialist, price=Decimal("125"), valid_from=NEW_YEAR)
    first.refresh_from_db()
    assert first.amount == Money.of("120", "CNY") and first.superseded_at is not None
    assert price_on(company, shell, NEW_YEAR).amount == Money.of("125", "CNY")
    with pytest.raises(Refused, match="Nothing is different"):
        set_price(shell, by=specialist, price=Decimal("125"), valid_from=NEW_YEAR)
    load_policy(company, by=User.objects.system(), pack="wallcovering")
    assert price_on(company, shell, NEW_YEAR).amount == Money.of("125", "CNY"), "packs end none"
    assert [str(fault) for fault in verify().faults] == []


@pytest.mark.parametrize("price", ["0", "-1", "1.005", "1e20"])
def test_what_is_no_price_is_refused(shell, specialist, price):
    with pytest.raises(InvalidInput) as refused:
        set_price(shell, by=specialist, price=Decimal(price), valid_from=NEW_YEAR)
    assert refused.value.field == "price" and not Price.objects.exists()


@pytest.mark.parametrize(
    ("rounding", "step", "expected"),
    [("half_up", 1, "2822.20"), ("down", 1, "2822.19"), ("half_up", 100, "2822.00"),
     ("half_up", 1000, "2820.00")],
)  # fmt: skip
def test_rounding_is_the_companys_decision(company, shell, specialist, rounding, step, expected):
    PricePolicy.objects.update(rounding=Rounding(rounding), step=step)
    set_price(shell, by=specialist, price=Decimal("139.99"), valid_from=NEW_YEAR)
    assert cost(company, shell, SUMMER).amount == Money.of(expected, "CNY")


@pytest.mark.parametrize("size", [{"width": 0}, {"height": -5}, {"pieces": 0}])
def test_what_is_no_size_is_refused(company, shell, specialist, size):
    set_price(shell, by=specialist, price=Decimal("100"), valid_from=NEW_YEAR)
    with pytest.raises(InvalidInput):
        cost(company, shell, SUMMER, **size)


@pytest.mark.req("SX.08", part="prices from a table, once")
def test_a_second_run_adds_nothing_and_another_price_is_refused(bring, company, shell):
    rows = [["BK-21", "128.50", "2026-01-01", ""], ["BK-21", "120", "2026-01-01", "BK-S"]]
    make_unit(company, "BK-S", "South", UnitKind.REGION)
    twice = bring([*rows, ["BK-21", "130", "2026-01-01", ""], rows[0]])
    assert (twice.made, twice.known, twice.refused) == (2, 1, 1)
    assert "line 2" in str(twice.first_faults[0].refused) and twice.first_faults[0].line == 4
    again = bring(rows)
    assert (again.made, again.known, again.refused) == (0, 2, 0)
    other = bring([["BK-21", "130", "2026-01-01", ""]])
    assert "the list says" in str(other.first_faults[0].refused) and Price.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (["BK-99", "1", "", ""], "product"),
        (["", "1", "", ""], "product"),
        (["BK-21", "", "", ""], "price"),
        (["BK-21", "0", "", ""], "price"),
        (["BK-21", "1.234", "", ""], "price"),
        (["BK-21", "cheap", "", ""], "price"),
        (["BK-21", "1", "soon", ""], "valid_from"),
        (["BK-21", "1", "", "Nowhere"], "unit"),
    ],
)
def test_a_broken_price_is_refused_with_its_line(bring, shell, row, field):
    done = bring([["BK-21", "1,128.50", "2026-01-01", ""], row])
    assert (done.made, done.refused) == (1, 1)
    assert (done.first_faults[0].line, done.first_faults[0].refused.field) == (3, field)
    assert Price.objects.get().amount == Money.of("1128.50", "CNY")


def test_drafts_are_checked_whichever_door_they_come_through(company, shell):
    drafts = [PriceDraft("BK-21", Decimal(5), line=1), PriceDraft("BK-21", Decimal(0), line=2)]
    done = import_prices(by=User.objects.system(), unit=company, batch=Batch(drafts))
    assert (len(done.made), [fault.line for fault in done.faults]) == (1, [2])


def test_who_may_not_keep_prices_changes_none(bring, company, shell):
    clerk = make_user(company, "lin", "clerk")
    with pytest.raises(NotAllowed):
        bring([["BK-21", "1", "", ""]], by=clerk)
    with pytest.raises(Refused):
        set_price(shell, by=clerk, price=Decimal("1"), valid_from=NEW_YEAR)
