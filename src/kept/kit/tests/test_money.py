"""Money, rates and quantities: exact in Python, exact in SQL."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Sum
from django.test.utils import isolate_apps
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kept.kit.money import (
    MixedCurrencies,
    Money,
    MoneyField,
    QuantityField,
    RateField,
    Rounding,
    money_totals,
    money_values,
    round_money,
)

with isolate_apps("kept.kit"):

    class Priced(models.Model):
        price = MoneyField("price")

        class Meta:
            app_label = "kit"
            abstract = True

    class Line(Priced):
        deposit = MoneyField("deposit", null=True)
        fee = MoneyField("fee", default=Money(0, "CNY"))
        quantity = QuantityField(default=Decimal(1))
        rate = RateField(null=True)

        class Meta:
            app_label = "kit"

        def __str__(self) -> str:
            return str(self.price)


@pytest.fixture(scope="module")
def lines(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Line)
        yield Line.objects
        with connection.schema_editor() as editor:
            editor.delete_model(Line)


def yuan(amount) -> Money:
    return Money.of(amount, "CNY")


@pytest.mark.req("SX.12", part="money is exact and has a currency")
def test_money_is_whole_smallest_units_of_a_currency():
    assert yuan("1234.50").minor == 123450
    assert yuan("1234.5").amount == Decimal("1234.50")
    assert str(yuan("1234.5").amount) == "1234.50"
    assert Money.of("500", "JPY").minor == 500
    assert Money.of("1.234", "KWD").minor == 1234


@pytest.mark.parametrize("amount", ["0.005", "NaN", "Infinity", "twelve", "1e20"])
def test_what_is_not_an_exact_amount_is_refused(amount):
    with pytest.raises(ValueError):
        yuan(amount)


@pytest.mark.parametrize("made", [lambda: Money(1.5, "CNY"), lambda: Money.of(0.1, "CNY")])
def test_floats_are_never_money(made):
    with pytest.raises(TypeError):
        made()


@pytest.mark.parametrize("currency", ["", "cny", "CNYY", "C1", None, "人民币"])
def test_currency_is_three_capital_letters(currency):
    with pytest.raises(ValueError):
        Money(1, currency)


def test_money_adds_and_compares_within_a_currency_only():
    assert yuan(3) + yuan("0.5") - yuan(1) == yuan("2.50")
    assert sum([yuan(1), yuan(2)]) == yuan(3)
    assert -yuan(1) < yuan(0) < yuan(1) * 2
    assert max(yuan(1), yuan(2)) == yuan(2)
    for mixed in (
        lambda: yuan(1) + Money(1, "USD"),
        lambda: yuan(1) - Money(1, "USD"),
        lambda: yuan(1) < Money(1, "USD"),
        lambda: yuan(1) >= Money(1, "USD"),
    ):
        with pytest.raises(MixedCurrencies):
            mixed()
    assert yuan(1) != Money(100, "USD")


def test_money_is_not_multiplied_by_fractions_without_a_rule():
    with pytest.raises(TypeError):
        yuan(1) * Decimal("0.3")
    assert yuan("0.05").times(Decimal("0.5"), Rounding.HALF_UP) == yuan("0.03")


@pytest.mark.parametrize(
    ("rule", "amounts"),
    [
        ("half_up", {"0.005": "0.01", "0.015": "0.02", "0.009": "0.01", "-0.005": "-0.01"}),
        ("half_even", {"0.005": "0.00", "0.015": "0.02", "0.025": "0.02", "-0.015": "-0.02"}),
        ("down", {"0.009": "0.00", "0.019": "0.01", "-0.009": "0.00"}),
    ],
)
@pytest.mark.req("SX.12", part="rounding rule of the company")
def test_each_company_rounds_by_its_own_rule(rule, amounts):
    for exact, rounded in amounts.items():
        assert round_money(exact, "CNY", rule) == yuan(rounded)


def test_an_unknown_rounding_rule_is_refused():
    with pytest.raises(ValueError):
        round_money("0.005", "CNY", "up")


@pytest.mark.parametrize(
    ("language", "amount", "currency", "seen"),
    [
        ("zh-hans", "1234.5", "CNY", "¥1,234.50"),
        ("en", "1234.5", "CNY", "CNY\N{NO-BREAK SPACE}1,234.50"),
        ("zh-hans", "-0.05", "CNY", "-¥0.05"),
        ("en", "-1234.5", "CNY", "CNY\N{NO-BREAK SPACE}-1,234.50"),
        ("zh-hans", "1234567", "JPY", "JPY\N{NO-BREAK SPACE}1,234,567"),
        ("zh-hans", "3", "USD", "US$3.00"),
    ],
)
def test_money_looks_native_in_each_language(language, amount, currency, seen):
    with override(language):
        assert str(Money.of(amount, currency)) == seen


@given(st.integers(-(10**15), 10**15), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_money_survives_json_exactly(minor, currency):
    money = Money(minor, currency)
    assert Money.from_json(money.as_json()) == money


@pytest.mark.django_db
def test_money_field_is_one_value_over_two_columns(lines):
    line = lines.create(price=yuan("99.90"))
    assert (line.price_minor, line.price_currency) == (9990, "CNY")
    line = lines.get(price_minor__gte=9990)
    assert (line.price, line.deposit, line.fee) == (yuan("99.90"), None, yuan(0))
    line.deposit = Money.of(5, "USD")
    line.save()
    assert lines.get().deposit == Money.of(5, "USD")
    lines.update(**money_values("price", yuan(7)))
    assert lines.get(**money_values("price", yuan(7))).price == yuan(7)


def test_money_field_takes_nothing_else():
    with pytest.raises(TypeError):
        Line(price=Decimal("9.90"))
    with pytest.raises(ValueError):
        Line(price=None)


@pytest.mark.django_db
@pytest.mark.req("SX.12", part="sums are exact on both databases")
def test_sums_are_integers_of_the_database(lines):
    lines.bulk_create([Line(price=yuan("0.10"), quantity=Decimal("0.1")) for _ in range(1000)])
    lines.create(price=Money(5, "USD"), quantity=Decimal("0.0001"))
    assert money_totals(lines.all(), "price") == [yuan(100), Money(5, "USD")]
    assert money_totals(lines.all(), "deposit") == []
    assert lines.aggregate(all=Sum("quantity"))["all"] == Decimal("100.0001")
    assert lines.filter(quantity__gt=Decimal("0.0999")).count() == 1000


@pytest.mark.django_db
def test_quantities_and_rates_come_back_as_written(lines):
    lines.create(price=yuan(1), quantity=Decimal("2.5"), rate=Decimal("-0.3333"))
    line = lines.get(quantity="2.5")
    assert (line.quantity, line.rate) == (Decimal("2.5"), Decimal("-0.3333"))
    assert str(line.quantity) == "2.5000"


@pytest.mark.parametrize("quantity", ["0.00001", "-1", "12,5", "NaN", "1e30"])
def test_a_quantity_that_cannot_be_kept_is_refused_with_a_sentence(quantity):
    with pytest.raises(ValidationError) as refused:
        Line(price=yuan(1), quantity=quantity).clean_fields(exclude=["rate"])
    assert set(refused.value.message_dict) == {"quantity"}


def test_a_quantity_too_fine_is_never_cut_silently():
    with pytest.raises(ValueError):
        Line._meta.get_field("quantity").get_prep_value(Decimal("0.00005"))


def test_migrations_see_plain_columns():
    names = [field.name for field in Line._meta.local_fields]
    assert names[1:] == [
        *("price_minor", "price_currency", "deposit_minor", "deposit_currency"),
        *("fee_minor", "fee_currency", "quantity", "rate"),
    ]
    assert (
        Line._meta.get_field("price_minor").deconstruct()[1] == "django.db.models.BigIntegerField"
    )
    assert Line._meta.get_field("rate").deconstruct()[1] == "kept.kit.money.RateField"


def test_a_quantity_in_a_form_has_four_places():
    field = Line._meta.get_field("quantity").formfield()
    assert field.clean("2.5") == Decimal("2.5")
    with pytest.raises(ValidationError):
        field.clean("2.00001")
