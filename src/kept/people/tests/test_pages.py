"""Pages of the administration: in sentences, for those who may, within their query budget."""

import pytest
from django.test import Client

from kept.people.actions import deactivate
from kept.people.factories import give, make_unit, make_user
from kept.people.models import Role, Unit, User
from kept.people.wiring import PolicySection, PolicySentence, policy_sentences

PAGES = [
    "/units/",
    "/units/HN-B/",
    "/users/",
    "/users/lin/",
    "/roles/",
    "/roles/HN.clerk/",
    "/policy/",
    "/views/",
]


def file_of(answer) -> str:
    return answer.getvalue().decode("utf-8-sig")


@pytest.fixture
def chief(house, client: Client) -> Client:
    client.force_login(house.chief)
    return client


@pytest.mark.parametrize("address", PAGES)
def test_staff_reads_the_pages_of_their_company(house, client: Client, address: str) -> None:
    client.force_login(house.lin)
    assert client.get(address).status_code == 200
    client.force_login(house.stranger)
    is_list = address.count("/") == 2
    assert client.get(address).status_code == (200 if is_list else 404)


def test_without_any_role_only_ones_own_page_opens(house, client: Client) -> None:
    client.force_login(make_user(house.desk, "new"))
    assert client.get("/users/new/").status_code == 200
    assert client.get("/users/lin/").status_code == 403
    for address in PAGES[:3]:
        assert client.get(address).status_code == 403


def test_only_administrators_have_the_administration_in_their_menu(house, client: Client) -> None:
    for user, shown in ((house.chief, True), (house.branch_chief, True), (house.lin, False)):
        client.force_login(user)
        labels = [str(item.label) for item in client.get("/users/").context["frame"].menu]
        assert ("Administration" in labels) == shown, user


def test_a_person_is_added_and_granted_a_role_on_pages(house, chief: Client) -> None:
    asked = chief.get("/users/add_user/?unit=HN-B1")
    assert asked.context["form"].initial["unit"] == "HN-B1"
    sent = {"unit": "HN-B1", "username": "xu", "name": "徐", "language": "zh-hans", "_key": "a"}
    assert chief.post("/users/add_user/", sent).headers["Location"] == "/users/xu/"
    chief.post("/users/xu/grant_role/", {"role": "HN.clerk", "unit": "HN-B", "_key": "g"})
    page = chief.get("/users/xu/").content.decode()
    assert "Hotline clerk in Hunan branch and below" in page
    assert "/users/xu/withdraw_role/?role=HN.clerk&amp;unit=HN-B" in page
    assert "No password yet" in page


def test_roles_of_two_companies_are_told_apart(house, client: Client) -> None:
    group = make_user(house.company, "group", "administrator")
    client.force_login(give(group, "administrator", house.other))
    page = client.get("/users/lin/grant_role/").content.decode()
    assert "Hotline clerk · Huaneng" in page
    assert "Hotline clerk · Sanxin" in page
    client.post("/users/lin/grant_role/", {"role": "SX.clerk", "unit": "SX", "_key": "g"})
    granted = User.objects.get(username="lin").grants.current()
    assert granted.filter(role__company=house.other).exists()


def test_rights_are_ticked_and_counted(house, chief: Client) -> None:
    assert "Close case" in chief.get("/roles/HN.clerk/").content.decode()
    form = chief.get("/roles/HN.clerk/change_rights/")
    ticked = form.context["form"]["rights"].value()
    assert ticked == Role.objects.get(reference="HN.clerk").rights
    sent = {"rights": ["people.see", "cases.see"], "needs_second_factor": "on", "_key": "r"}
    chief.post("/roles/HN.clerk/change_rights/", sent)
    role = Role.objects.get(reference="HN.clerk")
    assert role.rights == ["cases.see", "people.see"]
    assert role.needs_second_factor
    assert "Close case" not in chief.get("/roles/HN.clerk/").content.decode()


def test_a_unit_is_added_and_moved_on_pages(house, chief: Client) -> None:
    sent = {
        "unit": "HN-B",
        "code": "HN-B7",
        "name_en": "Seventh",
        "name_0": "Seventh",
        "kind": "department",
        "_key": "u",
    }
    form = chief.get("/units/add_unit/?unit=HN-B")
    names = [name for name in form.content.decode().split('"') if name.startswith("name_")]
    sent.update(dict.fromkeys(names, "Seventh desk"))
    assert chief.post("/units/add_unit/", sent).headers["Location"] == "/units/HN-B7/"
    chief.post("/units/HN-B7/move_unit/", {"parent": "HN-HQ", "_key": "m"})
    assert Unit.objects.get(code="HN-B7").parent == house.headquarters
    refused = chief.post("/units/HN-HQ/close_unit/", {"reason": "Because", "_key": "c"})
    assert refused.status_code == 409
    assert "open units below it: 2" in refused.content.decode()


def test_the_list_of_people_is_narrowed_and_exported(house, chief: Client) -> None:
    deactivate(house.second, by=house.chief, reason="Left")
    names = file_of(chief.get("/users/?format=csv"))
    assert "林" in names
    assert "Second" not in names
    assert "Stranger" not in names
    clerk = Role.objects.get(reference="HN.clerk")
    branch = file_of(chief.get(f"/users/?unit={house.branch.pk}&role={clerk.pk}&format=csv"))
    assert "何" in branch
    assert "林" not in branch
    assert "Second" in chief.get("/users/?here=no").content.decode()


def test_policy_reads_as_sentences_of_the_modules(
    house, chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_sentences, "_fillers", [])
    assert "No rules yet" in chief.get("/policy/").content.decode()

    @policy_sentences.fill()
    def rules(unit, moment):
        text = f"Calls in {unit.code} are answered within 4 hours on {moment:%Y-%m-%d}"
        return PolicySection("Promises", [PolicySentence(text, unit, moment, source="C01")])

    page = chief.get("/policy/?unit=HN-B&on=2026-05-01").content.decode()
    assert "Calls in HN-B are answered within 4 hours on 2026-05-01" in page
    assert "C01" in page
    assert chief.get("/policy/?unit=SX&on=9999-99-99").status_code == 200


@pytest.mark.parametrize(
    ("address", "budget"),
    [
        ("/units/", 12),
        ("/units/HN-B/", 27),
        ("/users/", 12),
        ("/users/lin/", 40),
        ("/roles/", 10),
        ("/roles/HN.clerk/", 10),
        ("/policy/", 61),
    ],
)
def test_pages_keep_their_query_budget_whatever_they_hold(
    house, chief: Client, address: str, budget: int, django_assert_max_num_queries
) -> None:
    for n in range(12):
        unit = make_unit(house.branch, f"HN-B{n}X")
        make_user(unit, f"person{n}", "clerk", "moderator")
    with django_assert_max_num_queries(budget):
        assert chief.get(address).status_code == 200
