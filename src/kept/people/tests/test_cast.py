"""The cast at the door of a demo installation; nowhere else."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from kept.people.actions import deactivate
from kept.people.cast import SALT, ticket_for
from kept.people.models import Installation


@pytest.fixture
def demo(house) -> Installation:
    return Installation.objects.create(is_demo=True)


def test_the_door_lists_everybody_with_a_role_by_company(house, demo, client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    for words in ("Huaneng", "Sanxin", "林", "Hotline clerk", "Hotline", "English"):
        assert words in page, words


def test_a_named_cast_comes_in_its_order_and_alone(house, demo, client: Client) -> None:
    demo.cast = ["wang", "lin"]
    demo.save()
    page = client.get(reverse("account_login")).content.decode()
    assert re.findall(r"<code class=\"muted small\">(\w+)</code>", page) == ["wang", "lin"]


def test_one_click_signs_in(house, demo, client: Client) -> None:
    answer = client.post(reverse("enter_cast"), {"ticket": ticket_for(house.lin)})
    assert answer.headers["Location"] == "/"
    assert client.get("/users/").context["user"] == house.lin


def test_elsewhere_there_is_no_such_door(house, client: Client) -> None:
    ticket = {"ticket": ticket_for(house.lin)}
    assert client.post(reverse("enter_cast"), ticket).status_code == 404
    assert client.get(reverse("enter_cast")).status_code == 404
    assert "cast-person" not in client.get(reverse("account_login")).content.decode()
    Installation.objects.create(is_demo=False, has_test_clock=True)
    assert client.post(reverse("enter_cast"), ticket).status_code == 404


def test_a_ticket_made_up_or_old_or_of_a_leaver_opens_nothing(
    house, demo, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    deactivate(house.wang, by=house.chief, reason="Left")
    for ticket in ("", "made:up", signing.dumps(house.lin.pk), ticket_for(house.wang)):
        assert client.post(reverse("enter_cast"), {"ticket": ticket}).status_code == 404, ticket
    monkeypatch.setattr("kept.people.cast.VALID_FOR", timedelta(seconds=-1))
    old = signing.dumps(house.lin.pk, salt=SALT)
    assert client.post(reverse("enter_cast"), {"ticket": old}).status_code == 404


def test_the_door_does_not_open_by_a_link(house, demo, client: Client) -> None:
    answer = client.get(reverse("enter_cast"), {"ticket": ticket_for(house.lin)})
    assert answer.status_code == 405


def test_the_ticket_needs_the_pages_own_token(house, demo) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("enter_cast"), {"ticket": ticket_for(house.lin)})
    assert answer.status_code == 403
