"""The page that says what a size costs."""

from datetime import date
from decimal import Decimal

import pytest

from kept.kit import clock
from kept.orders.actions import set_price
from kept.orders.models import Price
from kept.orders.tests.test_prices import company, shell, specialist  # noqa: F401  # fixtures
from kept.people.factories import make_company, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/prices/what_it_costs/"
ASKED = {
    "product": "BK-21", "width": "2400", "height": "2800", "pieces": "3", "day": "2026-06-30",
    "unit": "BK",
}  # fmt: skip


@pytest.fixture
def priced(client, company, shell, specialist):  # noqa: F811
    set_price(shell, by=specialist, price=Decimal("128.50"), valid_from=date(2026, 1, 1))
    set_price(shell, by=specialist, price=Decimal("139.99"), valid_from=date(2026, 7, 1))
    ASKED["unit"] = company.code
    client.force_login(specialist)
    return client


def ask(client, status=200, **changed):
    answer = client.get(ADDRESS, {**ASKED, **changed})
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.req("S3.08", part="whoever asks is told what a size costs on a day")
def test_width_times_height_times_pieces_times_the_price_of_the_day(priced):
    page = ask(priced)
    assert "2,590.56" in page and "20.16 m²" in page and "128.50" in page
    assert "2,822.20" in ask(priced, day="2026-07-01")
    assert 'name="price"' not in page, "nobody types a price"


@pytest.mark.req("S3.08", part="a price that is typed is refused where goods are priced")
@pytest.mark.parametrize("name", ["price", "amount", "discount"])
def test_a_price_is_read_from_the_list_and_never_typed(priced, name):
    page = ask(priced, 422, **{name: "1.00"})
    assert f"Leave “{name}” out" in page and "S3.08" in page
    assert "2,590.56" not in page and 'href="/prices/"' in page
    assert "2,590.56" in ask(priced)


@pytest.mark.req("S3.07", part="whoever asks is warned of a size made to order")
def test_a_size_made_to_order_is_said_so_with_its_price(priced):
    assert "2400 × 2800 mm is made to order" in ask(priced)
    assert "made to order" not in ask(priced, width="1000", height="530")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"product": "BK-99"}, "The catalogue knows no model “BK-99”"),
        ({"day": "2025-12-31"}, "There is no price of BK-21"),
        ({"width": "0"}, "greater than or equal to 1"),
        ({"width": "wide"}, "Enter a whole number"),
        ({"pieces": ""}, "This field is required"),
        ({"day": "9999-01-01"}, "The year of this date cannot be right"),
        ({"day": "soon"}, "Enter a valid date"),
        ({"unit": "NOBODY"}, "Select a valid choice"),
        ({"product": "\x00"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_priced_is_said_in_a_sentence(priced, changed, words):
    page = ask(priced, 422, **changed)
    assert words in page
    assert "2,590.56" not in page
    assert Price.objects.count() == 2


def test_the_price_list_leads_there_and_the_form_begins_with_today(priced):
    assert ADDRESS in priced.get("/prices/").content.decode()
    page = priced.get(f"{ADDRESS}?product=BK-21").content.decode()
    assert 'value="BK-21"' in page and f'value="{clock.now().year}-' in page


def test_only_who_sees_prices_asks_and_only_where_they_see_them(priced, company):  # noqa: F811
    priced.force_login(make_user(company, "lin", "moderator"))
    assert priced.get(ADDRESS).status_code == 403
    outsider = make_user(make_company("OT", "Other"), "wu", "lead")
    priced.force_login(outsider)
    assert "Select a valid choice" in ask(priced, 422)


def test_it_speaks_chinese(priced, specialist):  # noqa: F811
    specialist.language = "zh-hans"
    specialist.save()
    page = ask(priced)
    assert "按尺寸算价" in page and "属于定做" in page
