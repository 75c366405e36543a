"""Sight: one predicate behind list, page, count, search and API, whatever somebody was granted."""

import ast
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

import kept
from kept.cases.actions import accept_case, give_back, hand_over, take_case
from kept.cases.factories import make_case
from kept.cases.models import Case
from kept.kit.actions import all_actions
from kept.kit.refusal import OutOfSight
from kept.people.factories import give, make_company, make_unit, make_user
from kept.people.models import Grant, Role, Unit, UnitKind, User
from kept.search.queries import find
from kept.timeline.models import Sight

#: The only deletions in actions: nothing of them is a record of what happened.
DELETES = {
    "imports/actions.py": "an uploaded table after its days; what came in with it stays (SX.15)",
    "people/actions/keepsakes.py": "a saved view is its owner's bookmark",
    "people/actions/leaving.py": "where somebody was a minute ago",
    "vouchers/actions.py": "what waited beside a file, once the voucher itself says it",
}

#: Verbs that sound like it, and what becomes of the record.
TAKE_AWAY = {
    "people.delete_view": "a saved view is its owner's bookmark",
    "cases.hide_post": "a copy is kept, under a named rule of the forum (S1.77)",
    "cases.erase": "words only, under a named rule; the case and its counts stay (SX.15)",
    "parties.erase_account": "words only, under a named rule; the account stays (SX.15)",
    "parties.erase_contact": "words only, under a named rule; the contact stays (SX.15)",
    "timeline.erase_words": "words only, under a named rule; the line and its hash stay (SX.15)",
    "vouchers.erase": "place and words, under a named rule (SX.15)",
}


@pytest.fixture
def group(db: None) -> SimpleNamespace:
    """Headquarters, two branches with a desk each, and a case in every unit."""
    company = make_company()
    units = {
        "centre": make_unit(company, "HN-HQ", "Service centre", UnitKind.HEADQUARTERS),
        "hunan": make_unit(company, "HN-1", "Hunan", UnitKind.BRANCH),
        "hubei": make_unit(company, "HN-2", "Hubei", UnitKind.BRANCH),
    }
    units["desk"] = make_unit(units["hunan"], "HN-11", "Changsha desk")
    people = {
        name: make_user(unit, name, "clerk", name=name.title()) for name, unit in units.items()
    }
    board = make_user(company, "board", "lead")
    cases = {name: make_case(people[name], summary=f"Printer of {name}") for name in units}
    return SimpleNamespace(company=company, board=board, **units, people=people, cases=cases)


def seen(user: User) -> set[str]:
    reader = User.objects.get(pk=user.pk)
    return {case.summary.removeprefix("Printer of ") for case in Case.objects.visible_to(reader)}


@pytest.mark.req("S1.01", part="headquarters sees all branches, a branch its own")
def test_headquarters_sees_every_branch_and_a_branch_its_own(group) -> None:
    assert seen(group.board) == {"centre", "hunan", "hubei", "desk"}
    assert seen(group.people["hunan"]) == {"hunan", "desk"}
    assert seen(group.people["hubei"]) == {"hubei"}
    assert seen(group.people["desk"]) == {"desk"}


@pytest.mark.req("S1.01", part="a branch sees its own plus cross-region jobs")
def test_a_job_across_regions_is_seen_by_both_branches(group) -> None:
    case = group.cases["hunan"]
    hand_over(case, by=group.people["hunan"], to_unit=group.hubei, summary="Customer has moved")
    assert "hunan" in seen(group.people["hubei"])
    accept_case(case, by=group.people["hubei"])
    assert "hunan" in seen(group.people["hunan"])
    assert "hunan" not in seen(group.people["desk"])


@pytest.mark.req("S1.01", part="a branch cannot hide records")
def test_whatever_a_branch_does_headquarters_goes_on_seeing_it(group) -> None:
    hunan, hubei = group.people["hunan"], group.people["hubei"]
    case = group.cases["hunan"]
    steps = [
        lambda: give_back(case, by=hunan, reason="Nobody here"),
        lambda: take_case(case, by=hunan),
        lambda: hand_over(case, by=hunan, to_unit=group.hubei, summary="Theirs"),
        lambda: accept_case(case, by=hubei),
        lambda: give_back(case, by=hubei, reason="Not ours"),
    ]
    for step in steps:
        step()
        assert Sight.objects.filter(thread=case.thread, scope=group.company.scope_id).exists()
        assert "hunan" in seen(group.board)


@pytest.mark.req("S1.01", part="a branch cannot delete records")
def test_no_verb_deletes_a_record() -> None:
    """Nothing in any action deletes a row, but for the few that are no records."""
    package = Path(kept.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "actions" in path.relative_to(package).as_posix() and "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"delete", "_raw_delete"}
    }
    assert found - DELETES.keys() == set()
    taking_away = {"delete", "remove", "hide", "erase", "drop"}
    verbs = {one.name for one in all_actions() if one.verb.split("_")[0] in taking_away}
    assert verbs <= TAKE_AWAY.keys()


@pytest.mark.req("SX.02", part="list, page, count, search and API agree for random grants")
@pytest.mark.parametrize("seed", range(4))
def test_list_and_page_and_search_agree_for_random_grants(group, seed: int) -> None:
    """B29: whoever sees a thing anywhere sees it everywhere, and the other way round."""
    chosen = random.Random(seed)
    user = random_person(group, chosen)
    client = Client()
    client.force_login(user)
    listed = seen(user)
    for name, case in group.cases.items():
        is_seen = name in listed
        page = client.get(case.get_absolute_url()).status_code
        api = client.get(f"/api/v1/cases/{case.number}").status_code
        assert (page == 200, api == 200) == (is_seen, is_seen), (name, page, api)
    if user.holds("cases.see"):
        rows = client.get("/cases/?all=1&format=csv").getvalue().decode()
        assert {name for name in group.cases if f"Printer of {name}" in rows} == listed
    hits = " ".join(str(hit.title) for hit in find(user, "Printer"))
    assert {name for name in group.cases if f"Printer of {name}" in hits} == listed


def random_person(group: Any, chosen: random.Random) -> User:
    """Somebody with one to three roles of random rights in random units."""
    user = make_user(group.company, f"random{chosen.random()}"[:20])
    places = [group.company, group.centre, group.hunan, group.hubei, group.desk]
    rights = ["cases.see", "cases.work", "cases.close", "people.see", "parties.see"]
    for n in range(chosen.randint(1, 3)):
        held = chosen.sample(rights, chosen.randint(1, 4))
        role = Role.objects.create(
            company=group.company, code=f"r{n}", name={"en": f"R{n}"}, rights=held
        )
        unit = chosen.choice(places)
        Grant.objects.create(
            user=user, role=role, scope_id=unit.scope_id, since=group.cases["desk"].received_at
        )
    return User.objects.get(pk=user.pk)


@pytest.mark.req("SX.02", part="rights other than seeing never widen sight")
def test_no_other_right_widens_what_one_sees(group) -> None:
    """B31: granting any right, even every one but the seeing one, adds no rows."""
    user = group.people["hubei"]
    before = seen(user)
    rights = sorted({action.right for action in all_actions()} - {"cases.see"})
    role = Role.objects.create(
        company=group.company, code="all-but-see", name={"en": "All but seeing"}, rights=rights
    )
    since = group.cases["desk"].received_at
    Grant.objects.create(user=user, role=role, scope_id=group.company.scope_id, since=since)
    assert seen(user) == before
    reader = User.objects.get(pk=user.pk)
    with pytest.raises(OutOfSight):
        give_back(group.cases["hunan"], by=reader, reason="Let me see")


def test_a_withdrawn_grant_takes_sight_away_at_once(group) -> None:
    user = give(group.people["hubei"], "clerk", group.hunan)
    assert seen(user) == {"hubei", "hunan", "desk"}
    Grant.objects.filter(user=user, scope=group.hunan.scope_id).update(
        until=group.cases["desk"].received_at
    )
    assert seen(user) == {"hubei"}


def test_units_of_no_company_are_nobodys(group) -> None:
    nobody = make_user(group.company, "nobody")
    assert not Unit.objects.visible_to(nobody).exists()
    assert seen(nobody) == set()
