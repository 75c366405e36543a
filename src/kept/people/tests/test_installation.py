"""The installation: its name, and the clock that only goes forward."""

from datetime import timedelta

import pytest
from django.test import Client

from kept.kit.refusal import InvalidInput, NotAllowed, Refused
from kept.people.actions import move_clock, rename_installation
from kept.people.models import Installation
from kept.people.real_time import real_now

DAY = timedelta(days=1)


@pytest.fixture
def installation(house) -> Installation:
    return Installation.objects.create(has_test_clock=True)


def test_the_clock_goes_forward_only(house, installation) -> None:
    move_clock(installation, by=house.chief, to=real_now() + 30 * DAY)
    assert abs(Installation.the().clock_offset - 30 * DAY) < timedelta(minutes=1)
    with pytest.raises(InvalidInput) as refused:
        move_clock(installation, by=house.chief, to=real_now() + 29 * DAY)
    assert refused.value.field == "to"
    with pytest.raises(InvalidInput):
        move_clock(installation, by=house.chief, to=real_now() + 9000 * DAY)
    move_clock(installation, by=house.chief, to=real_now() + 31 * DAY)


def test_every_company_reads_of_it(house, installation) -> None:
    move_clock(installation, by=house.chief, to=real_now() + DAY)
    for company in (house.company, house.other):
        assert company.thread.entries.latest("seq").event == "installation.clock_moved"


def test_an_installation_for_work_keeps_real_time(house, installation) -> None:
    Installation.objects.update(has_test_clock=False)
    with pytest.raises(Refused):
        move_clock(installation, by=house.chief, to=real_now() + DAY)
    assert Installation.the().clock_offset == timedelta()


def test_only_who_runs_the_installation_moves_its_clock(house, installation) -> None:
    for other in (house.lin, house.branch_chief):
        with pytest.raises(NotAllowed):
            move_clock(installation, by=other, to=real_now() + DAY)
        with pytest.raises(NotAllowed):
            rename_installation(installation, by=other, name="Mine")


def test_pages_live_in_the_moved_time(house, installation, client: Client) -> None:
    client.force_login(house.chief)
    to_form = client.get("/clock/").headers["Location"]
    there = real_now() + 400 * DAY
    sent = {"to": there.strftime("%Y-%m-%dT%H:%M"), "_key": "c"}
    assert client.post(to_form, sent).status_code == 302
    page = client.get("/installation/").content.decode()
    assert str(there.year) in page
    assert "The clock of this installation is moved" in page


def test_the_new_name_stands_at_the_door(house, installation, client: Client) -> None:
    rename_installation(installation, by=house.chief, name="Kept of Huaneng")
    assert "Kept of Huaneng" in client.get("/signin/login/").content.decode()
