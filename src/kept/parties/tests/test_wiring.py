"""What parties offers to people: policy in sentences, open work, names; and every shipped pack."""

import pytest
from django.utils.translation import override

from kept.kit import clock
from kept.kit.packs import PACKS
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.testing.refusing import refused
from kept.parties.factories import make_account, make_station
from kept.parties.models import Account, AccountPolicy
from kept.parties.packs import read_account_policy
from kept.parties.settings import account_policy
from kept.parties.tests.cast import handset_maker
from kept.people.actions import close_unit, deactivate, hand_over
from kept.people.factories import make_company, make_unit
from kept.people.models import UnitKind
from kept.people.wiring import policy_sentences, scope_names

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_brings_a_policy_that_reads_as_sentences(pack):
    company = make_company("XX", "Example", pack=pack)
    assert AccountPolicy.objects.in_force(company).count() == 1
    for language in ("en", "zh-hans"):
        with override(language):
            sections = policy_sentences.ask(company, clock.now())
            lines = [str(one.text) for section in sections for one in section.sentences]
    assert len(lines) > 5 and all(line.strip() for line in lines)


def test_a_misspelt_policy_is_refused_and_none_is_the_default():
    company = make_company("XX", "Example")
    loading = type("Loading", (), {"company": company, "valid_from": clock.now(), "done": {}})()
    for row in (
        {"mandatory": {"dealer": ["fone"]}},
        {"mandatory": {"deeler": ["phone"]}},
        {"acknowledged": ["stations"]},
        {"churn_limit": "five"},
        {"verify_day": 3},
    ):
        with pytest.raises(InvalidInput):
            read_account_policy(loading, row)
    AccountPolicy.objects.update(superseded_at=clock.now())
    assert account_policy(company).churn_months == 12


def test_a_leavers_customers_go_to_a_colleague():
    house = handset_maker()
    account = make_account(house.east, "Kept", relationship_owner=house.chen)
    with refused("SX.17"):
        deactivate(house.chen, by=house.boss, reason="x")
    hand_over(house.chen, by=house.boss, to=house.sun, reason="调离")
    assert Account.objects.get(pk=account.pk).relationship_owner == house.sun
    assert Account.objects.visible_to(house.sun).exists()
    deactivate(house.chen, by=house.boss, reason="调离")


def test_a_unit_with_customers_is_not_closed():
    house = handset_maker()
    empty = make_unit(house.service, "JL-W", "West", UnitKind.REGION)
    make_account(house.east, "Stays")
    close_unit(empty, by=house.boss, reason="x")
    with pytest.raises(Refused) as caught:
        close_unit(house.east, by=house.boss, reason="x")
    assert "1 customer or partner" in str(caught.value)


def test_scopes_of_accounts_have_names():
    house = handset_maker()
    station = make_station(house.east, "ZJ-01", house.chen, name="杭州站")
    assert scope_names.ask([station.scope_id])[0] == {station.scope_id: "杭州站"}
