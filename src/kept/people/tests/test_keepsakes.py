"""Saved views, drafts and presence: a person's own things, and what others may see of them."""

from datetime import timedelta

import pytest
from django.test import Client

from kept.kit import clock
from kept.kit.lists import view
from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.people.actions import delete_view, save_view, share_view
from kept.people.factories import give
from kept.people.models import Draft, Presence, SavedView, User
from kept.people.real_time import real_now
from kept.people.views.keepsakes import MOST_DRAFTS, keep_draft


@pytest.fixture
def mine(house) -> SavedView:
    return save_view(
        by=house.lin, list_name="users", title="Desk", address="/users/", query="?unit=3"
    )


def titles(user: User) -> list[str]:
    found = view._saved_views(User.objects.get(pk=user.pk), "users")
    return [one.label for one in found]


def test_a_saved_view_stands_over_its_list(house, mine, client: Client) -> None:
    assert titles(house.lin) == ["Desk"]
    assert titles(house.wang) == []
    client.force_login(house.lin)
    page = client.get("/users/").content.decode()
    assert 'href="?unit=3"' in page
    assert mine.get_absolute_url() == "/users/?unit=3"


def test_the_same_title_replaces_what_it_stood_for(house, mine) -> None:
    save_view(by=house.lin, list_name="users", title="Desk", address="/users/", query="q=x")
    assert SavedView.objects.get().query == "q=x"


def test_a_view_is_shared_with_a_unit_and_all_below_it(house, mine) -> None:
    share_view(mine, by=house.lin, unit=house.headquarters)
    assert titles(house.wang) == ["Desk"]
    assert titles(house.desk_clerk) == []
    assert titles(give(house.desk_clerk, "clerk", house.hotline)) == ["Desk"]
    share_view(mine, by=house.lin)
    assert titles(house.wang) == []


def test_a_view_is_shared_only_where_one_belongs_and_changed_only_by_its_owner(house, mine) -> None:
    with pytest.raises(Refused):
        share_view(mine, by=house.lin, unit=house.branch)
    share_view(mine, by=house.lin, unit=house.hotline)
    for other in (house.wang, house.chief):
        with pytest.raises(NotAllowed):
            delete_view(mine, by=other)
    delete_view(mine, by=house.lin)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("address", ["https://elsewhere", "//elsewhere", "/users/?x", ""])
def test_a_view_leads_to_a_page_of_ours(house, address: str) -> None:
    with pytest.raises(InvalidInput):
        save_view(by=house.lin, list_name="users", title="Odd", address=address)


def test_views_are_saved_shared_and_deleted_on_pages(house, client: Client) -> None:
    client.force_login(house.lin)
    fields = {"list_name": "users", "address": "/users/", "query": "q=lin", "title": "Me"}
    saved = client.post("/views/save_view/", {**fields, "_key": "s"})
    assert saved.headers["Location"] == "/users/?q=lin"
    row = SavedView.objects.get()
    client.post(f"/views/{row.pk}/share_view/", {"unit": "HN-HOT", "_key": "t"})
    assert SavedView.objects.get().unit == house.hotline
    client.force_login(house.wang)
    assert "Me" in client.get("/views/").content.decode()
    assert client.post(f"/views/{row.pk}/delete_view/", {"_key": "u"}).status_code == 403
    client.force_login(house.stranger)
    assert client.post(f"/views/{row.pk}/delete_view/", {"_key": "v"}).status_code == 404


def test_a_draft_survives_and_is_dropped(house, client: Client) -> None:
    client.force_login(house.lin)
    typed = {"summary": "无法打印\0", "route": ["phone"], "tag": ["a", "b"], "_key": "k"}
    assert client.post("/drafts/intake/call-1/", typed).status_code == 204
    client.post("/drafts/intake/call-1/", {**typed, "summary": "无法打印，急"})
    draft = Draft.objects.get()
    assert draft.body == {"summary": "无法打印，急", "route": "phone", "tag": ["a", "b"]}
    assert (draft.form, draft.key, draft.title) == ("intake", "call-1", "无法打印，急")
    assert client.delete("/drafts/intake/call-1/").status_code == 204
    assert not Draft.objects.exists()


def test_a_draft_is_nobody_elses(house, client: Client) -> None:
    client.force_login(house.lin)
    client.post("/drafts/intake/call-1/", {"summary": "Mine"})
    client.force_login(house.wang)
    client.post("/drafts/intake/call-1/", {"summary": "Hers"})
    client.delete("/drafts/intake/call-1/")
    assert Draft.objects.get().body == {"summary": "Mine"}
    client.logout()
    assert client.post("/drafts/intake/call-1/", {"summary": "?"}).status_code == 403


def test_drafts_are_bounded(house, client: Client) -> None:
    client.force_login(house.lin)
    assert client.post("/drafts/intake/x/", {"summary": "x" * 300_000}).status_code == 413
    for n in range(MOST_DRAFTS + 3):
        with clock.at(clock.now() + timedelta(seconds=n)):
            keep_draft(house.lin, "intake", f"call-{n}", {})
    assert Draft.objects.count() == MOST_DRAFTS
    assert not Draft.objects.filter(key="call-0").exists()


def here(client: Client, user: User, address: str = "/cases/1/") -> list[str]:
    client.force_login(user)
    return client.post("/presence/", {"address": address}).json()["people"]


def test_who_else_has_the_page_open(house, client: Client) -> None:
    assert here(client, house.lin) == []
    assert here(client, house.wang) == ["林"]
    assert here(client, house.lin, "/cases/2/") == []
    assert here(client, house.lin) == ["王"]


def test_people_of_another_company_are_not_named(house, client: Client) -> None:
    here(client, house.lin)
    assert here(client, house.stranger) == []
    assert here(client, house.wang) == ["林"]


def test_after_a_minute_of_real_time_nobody_is_there(house, client: Client) -> None:
    here(client, house.lin)
    with clock.at(clock.now() + timedelta(days=2)):
        assert here(client, house.wang) == ["林"]
    Presence.objects.filter(user=house.lin).update(seen_at=real_now() - timedelta(seconds=61))
    assert here(client, house.wang) == []


def test_the_partial_of_a_page_asks_and_notes_alike(house, client: Client) -> None:
    here(client, house.wang)
    client.force_login(house.lin)
    answer = client.get("/presence/?at=/cases/1/").content.decode()
    assert "王" in answer
    assert 'hx-get="/presence/?at=/cases/1/"' in answer
    assert here(client, house.wang) == ["林"]


@pytest.mark.parametrize("address", ["", "https://elsewhere/", "//x", "/a\0b", "/" + "x" * 500])
def test_only_pages_of_ours_have_presence(house, client: Client, address: str) -> None:
    client.force_login(house.lin)
    assert client.post("/presence/", {"address": address}).status_code == 422
    assert client.get("/presence/", {"at": address}).status_code == 422
    client.logout()
    assert client.post("/presence/", {"address": "/cases/"}).status_code == 403
