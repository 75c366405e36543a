"""Roles and grants: rights with history, and nobody at another's approvals (SX.02, S0.04)."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kept.kit import clock
from kept.kit.packs import PACKS, read_pack
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.people.actions import (
    add_role,
    change_rights,
    deactivate,
    grant_role,
    grant_scope,
    load_policy,
    retire_role,
    withdraw_role,
)
from kept.people.factories import give, make_user
from kept.people.models import Role, Scope, Unit, User
from kept.people.rights import expanded, headquarters_rights, known_rights
from kept.people.shown import grants_in_words


def role_of(company: Unit, code: str) -> Role:
    return Role.objects.get(company=company, code=code)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def auditor(house) -> Role:
    """A role that sees everything and changes nothing."""
    system = User.objects.system()
    role = add_role(by=system, unit=house.company, code="auditor", name={"en": "Auditor"})
    return change_rights(role, by=system, rights=["people.see"])


@pytest.mark.req("SX.02", part="rights come from grants, per unit")
def test_a_grant_counts_in_its_unit_and_below(house, auditor) -> None:
    grant_role(house.lin, by=house.chief, role=auditor, unit=house.branch)
    lin = again(house.lin)
    assert lin.holds_over("people.see", house.desk)
    lead = give(house.wang, "lead", house.branch)
    assert lead.holds_over("people.set_absence", house.desk)
    assert not lead.holds_over("people.set_absence", house.hotline)
    assert not lead.holds_over("people.set_absence", house.company)


def test_a_grant_ends_when_it_is_withdrawn_or_its_time_is_over(house, auditor) -> None:
    end = clock.now() + timedelta(days=3)
    grant_role(house.lin, by=house.chief, role=auditor, unit=house.branch, until=end)
    assert auditor.pk in again(house.lin).grants.current().values_list("role", flat=True)
    with clock.at(end + timedelta(seconds=1)):
        assert auditor.pk not in again(house.lin).grants.current().values_list("role", flat=True)
    withdraw_role(house.lin, by=house.chief, role=auditor, unit=house.branch)
    assert auditor.pk not in again(house.lin).grants.current().values_list("role", flat=True)
    with pytest.raises(Refused):
        withdraw_role(house.lin, by=house.chief, role=auditor, unit=house.branch)


def test_a_grant_for_the_past_or_twice_is_refused(house, auditor) -> None:
    with pytest.raises(InvalidInput):
        grant_role(house.lin, by=house.chief, role=auditor, unit=house.branch, until=clock.now())
    grant_role(house.lin, by=house.chief, role=auditor, unit=house.branch)
    with pytest.raises(Refused):
        grant_role(house.lin, by=house.chief, role=auditor, unit=house.branch)


@pytest.mark.req("S0.04", part="nobody takes another role's rights by their own hand")
def test_nobody_grants_a_role_to_themselves(house, auditor) -> None:
    with pytest.raises(Refused) as refused:
        grant_role(house.chief, by=house.chief, role=auditor, unit=house.company)
    assert refused.value.rule == "S0.04"


def test_nobody_grants_where_they_do_not_administer(house, auditor) -> None:
    with pytest.raises(NotAllowed):
        grant_role(house.desk_clerk, by=house.branch_chief, role=auditor, unit=house.headquarters)
    with pytest.raises(NotAllowed):
        grant_role(house.lin, by=house.branch_chief, role=auditor, unit=house.branch)
    grant_role(house.desk_clerk, by=house.branch_chief, role=auditor, unit=house.branch)


@pytest.mark.req("S0.04", part="a branch cannot act for headquarters")
def test_a_branch_gets_no_role_of_headquarters(house) -> None:
    administrator = role_of(house.company, "administrator")
    for unit in (house.branch, house.desk):
        with pytest.raises(Refused) as refused:
            grant_role(house.desk_clerk, by=house.chief, role=administrator, unit=unit)
        assert refused.value.rule == "S0.04"
    branch_role = role_of(house.company, "branch-administrator")
    with pytest.raises(Refused):
        change_rights(
            branch_role, by=house.chief, rights=[*branch_role.rights, "people.change_role"]
        )


@pytest.mark.req("S0.04", part="outside roles hold no rights of headquarters")
def test_outside_roles_hold_no_rights_of_headquarters(house) -> None:
    station = add_role(
        by=house.chief,
        unit=house.company,
        code="station",
        name={"en": "Service station"},
        for_outside=True,
    )
    for right in sorted(headquarters_rights()):
        with pytest.raises(InvalidInput) as refused:
            change_rights(station, by=house.chief, rights=["people.see", right])
        assert refused.value.rule == "S0.04"
    change_rights(station, by=house.chief, rights=["people.see"])
    with pytest.raises(Refused) as refused:
        grant_role(house.lin, by=house.chief, role=station, unit=house.desk)
    assert refused.value.rule == "S0.04"


@pytest.mark.req("S0.04", part="shipped packs")
@pytest.mark.parametrize("pack", sorted(PACKS))
def test_no_shipped_pack_gives_an_outside_role_a_right_of_headquarters(pack: str) -> None:
    for role in read_pack(pack).get("roles", []):
        rights = expanded(role["rights"])
        if role.get("outside"):
            assert not rights & headquarters_rights(), (pack, role["code"])
        if "people.grant_role" in rights:
            assert role.get("needs_second_factor"), (pack, role["code"])


def test_a_pack_with_such_a_role_is_refused_whole(house, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {
        "code": "dealer",
        "name": {"en": "Dealer"},
        "outside": True,
        "rights": ["people.change_role"],
    }
    monkeypatch.setattr("kept.kit.packs.read_pack", lambda name: {"roles": [row]})
    with pytest.raises(InvalidInput) as refused:
        load_policy(house.company, by=house.chief, pack="software")
    assert refused.value.rule == "S0.04"
    assert not Role.objects.filter(code="dealer").exists()


def test_rights_of_headquarters_are_rights_there_are() -> None:
    assert headquarters_rights() <= set(known_rights())


def test_a_changed_role_counts_at_once_and_stands_in_the_history(house, auditor) -> None:
    grant_role(house.lin, by=house.chief, role=auditor, unit=house.hotline)
    change_rights(auditor, by=house.chief, rights=["people.see", "people.set_absence"])
    assert again(house.lin).holds("people.set_absence")
    change_rights(auditor, by=house.chief, rights=["people.set_absence"])
    entry = house.company.thread.entries.latest("seq")
    values = json.loads(entry.body)["values"]
    assert entry.event == "role.rights_changed"
    assert (values["added"], values["removed"]) == (None, ["people.see"])


def test_only_who_may_in_the_whole_company_changes_roles(house, auditor) -> None:
    for other in (house.branch_chief, house.lin, house.stranger):
        with pytest.raises(NotAllowed):
            change_rights(auditor, by=other, rights=[])


def test_a_right_nobody_knows_is_refused(house, auditor) -> None:
    with pytest.raises(InvalidInput) as refused:
        change_rights(auditor, by=house.chief, rights=["cases.conjure"])
    assert refused.value.field == "rights"


def test_a_pack_names_rights_with_a_star_and_takes_some_out() -> None:
    rights = expanded(["people.*", "-people.change_role"])
    assert "people.see" in rights
    assert "people.change_role" not in rights
    with pytest.raises(InvalidInput):
        expanded(["nowhere.*"])


def test_loading_a_pack_again_tells_which_rights_went_back(house) -> None:
    clerk = role_of(house.company, "clerk")
    change_rights(clerk, by=house.chief, rights=["people.see"])
    load_policy(house.company, by=house.chief, pack="software")
    events = house.company.thread.entries.filter(event="role.rights_changed")
    assert events.count() == 2
    assert "cases.close" in role_of(house.company, "clerk").rights


def test_somebody_can_always_grant_roles(house) -> None:
    administrator = role_of(house.company, "administrator")
    withdraw_role(house.second, by=house.chief, role=administrator, unit=house.company)
    for locked_out in (
        lambda: withdraw_role(house.chief, by=house.chief, role=administrator, unit=house.company),
        lambda: deactivate(house.chief, by=User.objects.system(), reason="Left"),
        lambda: change_rights(administrator, by=house.chief, rights=["people.see"]),
    ):
        with pytest.raises(Refused) as refused:
            locked_out()
        assert refused.value.rule == "SX.02"


def test_a_role_is_retired_when_nobody_holds_it(house, auditor) -> None:
    grant_role(house.lin, by=house.chief, role=auditor, unit=house.hotline)
    with pytest.raises(Refused):
        retire_role(auditor, by=house.chief)
    withdraw_role(house.lin, by=house.chief, role=auditor, unit=house.hotline)
    retire_role(auditor, by=house.chief)
    with pytest.raises(Refused):
        grant_role(house.lin, by=house.chief, role=auditor, unit=house.hotline)


@pytest.mark.req("SX.01", part="a group manager acts in several companies")
def test_a_group_manager_is_granted_several_companies(house) -> None:
    group = make_user(house.company, "group", "administrator", name="Group")
    group = give(group, "administrator", house.other)
    assert group.company_ids == sorted([house.company.pk, house.other.pk])
    seen = Unit.objects.visible_to(group)
    assert {house.company, house.other} <= set(seen)
    assert house.stranger in User.objects.visible_to(group)
    assert house.stranger not in User.objects.visible_to(house.chief)
    with pytest.raises(Refused) as refused:
        grant_role(house.lin, by=group, role=role_of(house.other, "clerk"), unit=house.company)
    assert refused.value.rule == "SX.01"
    grant_role(house.lin, by=group, role=role_of(house.other, "clerk"), unit=house.other)
    assert again(house.lin).company_ids == sorted([house.company.pk, house.other.pk])
    with pytest.raises(NotAllowed):
        grant_role(house.wang, by=house.chief, role=role_of(house.other, "clerk"), unit=house.other)


@pytest.mark.req("SX.02", part="outside people see no colleagues and no units")
def test_people_from_outside_see_themselves_only(house) -> None:
    station = add_role(
        by=house.chief,
        unit=house.company,
        code="station",
        name={"en": "Station"},
        for_outside=True,
    )
    change_rights(station, by=house.chief, rights=["people.see"])
    visitor = make_user(house.company, "visitor")
    account = Scope.objects.create(kind=Scope.Kind.ACCOUNT)
    grant_scope(visitor, station, account)
    visitor = again(visitor)
    assert visitor.sight("people.see") == [visitor.scope_id, account.pk]
    assert list(User.objects.visible_to(visitor)) == [visitor]
    assert not Unit.objects.visible_to(visitor).exists()
    assert not Role.objects.visible_to(visitor).exists()
    with pytest.raises(Refused):
        grant_scope(visitor, role_of(house.company, "clerk"), account)
    with pytest.raises(Refused):
        grant_scope(visitor, station, house.desk.scope)


def test_grants_read_as_words(house) -> None:
    give(house.lin, "clerk", house.branch)
    give(house.lin, "moderator", house.company)
    words = [grant.words for grant in grants_in_words(again(house.lin), house.chief)]
    assert words == [
        "Hotline clerk in Hotline",
        "Hotline clerk in Hunan branch and below",
        "Forum moderator in all of Huaneng",
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_only_the_seeing_right_widens_sight(house, data) -> None:
    """B31: whatever else is granted, a person sees no more than before."""
    others = sorted(set(known_rights()) - {"cases.see"})
    rights = data.draw(st.lists(st.sampled_from(others), unique=True, max_size=30))
    before = house.lin.sight("cases.see")
    role = Role(company=house.company, code="any", rights=rights)
    held = [*house.lin.held, house.lin.held[0]._replace(scope=-1, rights=frozenset(role.rights))]
    widened = again(house.lin)
    widened.held = held
    assert widened.sight("cases.see") == before
