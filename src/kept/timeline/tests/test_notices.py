"""The bell: what a person is told on screen, unread first, and nothing they no longer see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kept.kit import clock
from kept.kit.pages import frame_parts
from kept.people.actions import set_absence
from kept.people.factories import make_user
from kept.people.models import User
from kept.timeline.factories import make_thread
from kept.timeline.models import Notice
from kept.timeline.notices import tell
from kept.timeline.sight import set_sight

EVENT = "words.noted"


def told(person, thread, key="k", **values) -> Notice:
    tell([person], EVENT, about=thread, key=f"{key}:{thread.pk}", **values)
    return Notice.objects.filter(to=person, channel="screen").latest("pk")


def unread(user) -> int:
    return next(part["unread"] for part in frame_parts.ask(user) if "unread" in part)


@pytest.mark.req("SX.11", part="screen notices")
def test_the_bell_counts_shows_and_leads_to_the_matter(cast, client):
    thread = make_thread(cast.north, title="Paper jam <b>")
    notice = told(cast.lin, thread)
    client.force_login(cast.lin)
    assert unread(cast.lin) == 1
    page = client.get("/notices/").content.decode()
    assert f"{thread.number} Note" in page and "Paper jam &lt;b&gt;" in page
    assert "Unread" in page and "Mark all as read" in page
    peek = client.get("/notices/?peek=1").content.decode()
    assert f"/notices/{notice.pk}/" in peek and "<html" not in peek
    followed = client.get(f"/notices/{notice.pk}/")
    assert followed.url == thread.address
    assert unread(cast.lin) == 0
    assert "Unread" not in client.get("/notices/").content.decode()


def test_unread_ones_come_first(cast, client):
    threads = [make_thread(cast.north, title=f"Matter {number}") for number in range(3)]
    notices = [told(cast.lin, thread) for thread in threads]
    client.force_login(cast.lin)
    client.post("/notices/read/", {"notice": notices[2].pk})
    page = client.get("/notices/").content.decode()
    places = [page.index(f"Matter {number}") for number in (1, 0, 2)]
    assert places == sorted(places)


def test_all_are_read_at_once_and_only_ones_own(cast, client):
    thread = make_thread(cast.north)
    for person in (cast.lin, cast.wang):
        told(person, thread)
    client.force_login(cast.lin)
    assert client.post("/notices/read/").status_code == 302
    assert Notice.objects.get(to=cast.lin, channel="screen").read_at is not None
    assert Notice.objects.get(to=cast.wang, channel="screen").read_at is None


@pytest.mark.req("SX.02", part="notices of other people and other units")
def test_nobody_follows_or_reads_the_notice_of_another(cast, client):
    notice = told(cast.lin, make_thread(cast.north))
    client.force_login(make_user(cast.north, "colleague", "clerk"))
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    client.post("/notices/read/", {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_matter_that_went_out_of_sight_takes_its_notices_along(cast, client):
    """B28: the list at the bell leaks nothing the case page would not show."""
    thread = make_thread(cast.north, title="Secret matter")
    notice = told(cast.lin, thread)
    set_sight(thread, unit=cast.south)
    client.force_login(cast.lin)
    assert unread(cast.lin) == 0
    for address in ("/notices/", "/notices/?peek=1"):
        assert "Secret matter" not in client.get(address).content.decode()
    assert client.get(f"/notices/{notice.pk}/").status_code == 404


def test_a_page_of_notices_stays_cheap_and_leads_to_older_ones(
    cast, client, django_assert_max_num_queries
):
    thread = make_thread(cast.north)
    for number in range(60):
        told(cast.lin, thread, key=str(number), by_whom=cast.wang)
    Notice.objects.update(read_at=clock.now())
    client.force_login(cast.lin)
    with django_assert_max_num_queries(12):
        page = client.get("/notices/").content.decode()
    assert page.count("/notices/") >= 50
    older = page.split('href="?before=')[1].split('"')[0]
    rest = client.get(f"/notices/?before={older}").content.decode()
    assert rest.count('class="notice"') == 10
    assert client.get("/notices/?before=nonsense").status_code == 200


def test_the_same_key_tells_once(cast):
    thread = make_thread(cast.north)
    for _again in range(2):
        told(cast.lin, thread)
    assert Notice.objects.filter(to=cast.lin, channel="screen").count() == 1


@pytest.mark.req("SX.13", part="deputies are told")
def test_the_deputy_is_told_too(cast):
    deputy, now = make_user(cast.north, "deputy", "clerk"), timezone.now()
    set_absence(
        cast.lin, by=User.objects.system(), deputy=deputy, start_at=now - timedelta(hours=1),
        end_at=now + timedelta(days=1),
    )  # fmt: skip
    told(cast.lin, make_thread(cast.north))
    assert set(Notice.objects.values_list("to", flat=True)) == {cast.lin.pk, deputy.pk}
