"""Signing in: password, second factor, recovery codes, throttle; and the door shut at once."""

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from kept.kit import clock
from kept.kit.refusal import NotAllowed, Refused
from kept.people.actions import (
    deactivate,
    issue_password,
    reset_second_factor,
    set_password,
)
from kept.people.factories import make_user
from kept.people.models import Installation, User
from kept.people.second_factor import has_factor
from kept.people.tests.conftest import PASSWORD

LOGIN, SECOND, SET_UP = "account_login", "mfa_authenticate", "mfa_activate_totp"


def with_password(user: User) -> User:
    set_password(user, by=User.objects.system(), password=PASSWORD)
    return User.objects.get(pk=user.pk)


def sign_in(client: Client, username: str, password: str = PASSWORD):
    return client.post(reverse(LOGIN), {"login": username, "password": password})


def code_of(secret: str, half_minutes_ago: int = 0) -> str:
    counter = int(time.time()) // app_settings.TOTP_PERIOD - half_minutes_ago
    return format_hotp_value(hotp_value(secret, counter))


def is_inside(client: Client) -> bool:
    return client.get("/users/").status_code == 200


def test_a_password_opens_and_a_wrong_one_says_so(house, client: Client) -> None:
    with_password(house.lin)
    wrong = sign_in(client, "lin", "not-this-one-at-all")
    assert "The user name or the password is not right." in wrong.content.decode()
    assert not is_inside(client)
    assert sign_in(client, "lin").headers["Location"] == "/"
    assert is_inside(client)


def test_a_user_name_nobody_has_answers_the_same(house, client: Client) -> None:
    answer = sign_in(client, "nobody-at-all")
    assert "The user name or the password is not right." in answer.content.decode()


def test_nobody_signs_up(house, client: Client) -> None:
    client.post(
        reverse("account_signup"), {"username": "intruder", "password1": PASSWORD, "email": ""}
    )
    assert not User.objects.filter(username="intruder").exists()


@pytest.mark.req("SX.02", part="throttled sign-in")
def test_after_five_wrong_tries_even_the_right_password_waits(house, client: Client) -> None:
    with_password(house.lin)
    for _try in range(5):
        sign_in(client, "lin", "wrong-wrong-wrong")
    answer = sign_in(client, "lin")
    assert "Too many wrong tries" in answer.content.decode()
    assert not is_inside(client)


def test_a_moved_clock_does_not_shorten_the_wait(house, client: Client) -> None:
    with_password(house.lin)
    for _try in range(5):
        sign_in(client, "lin", "wrong-wrong-wrong")
    Installation.objects.create(has_test_clock=True, clock_offset=timedelta(days=400))
    assert "Too many wrong tries" in sign_in(client, "lin").content.decode()


def test_many_requests_from_one_place_are_turned_away_with_a_page(house, client: Client) -> None:
    answers = [sign_in(client, f"name{n}", "wrong") for n in range(31)]
    assert answers[-1].status_code == 429
    assert "Wait a few minutes" in answers[-1].content.decode()


def test_migrations_leave_a_cache_that_works(db: None) -> None:
    assert "kept_cache" in connection.introspection.table_names()
    cache.set("tried", 3)
    assert cache.get("tried") == 3


@pytest.mark.req("SX.02", part="second factor")
def test_the_second_factor_is_asked_after_the_password(house, client: Client) -> None:
    with_password(house.lin)
    secret = generate_totp_secret()
    TOTP.activate(house.lin, secret)
    assert sign_in(client, "lin").headers["Location"] == reverse(SECOND)
    assert not is_inside(client)
    wrong = client.post(reverse(SECOND), {"code": "000000"})
    assert "code" in wrong.context["form"].errors
    assert not is_inside(client)
    assert client.post(reverse(SECOND), {"code": code_of(secret)}).headers["Location"] == "/"
    assert is_inside(client)


def test_a_code_cannot_be_used_twice(house, client: Client) -> None:
    with_password(house.lin)
    secret = generate_totp_secret()
    TOTP.activate(house.lin, secret)
    code = code_of(secret)
    sign_in(client, "lin")
    client.post(reverse(SECOND), {"code": code})
    again = Client()
    sign_in(again, "lin")
    again.post(reverse(SECOND), {"code": code})
    assert not is_inside(again)


@pytest.fixture
def still(monkeypatch) -> None:
    """The half minute does not end while a test looks at what is left of a code."""
    now = time.time() // 30 * 30 + 15
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))
    monkeypatch.setattr(time, "time", lambda: now)


def test_a_code_that_changed_while_it_was_typed_still_opens(house, client: Client, still) -> None:
    with_password(house.lin)
    secret = generate_totp_secret()
    TOTP.activate(house.lin, secret)
    sign_in(client, "lin")
    client.post(reverse(SECOND), {"code": code_of(secret, half_minutes_ago=2)})
    assert not is_inside(client)
    client.post(reverse(SECOND), {"code": code_of(secret, half_minutes_ago=1)})
    assert is_inside(client)


def test_a_used_code_opens_nothing_for_as_long_as_it_lives(house, client: Client, still) -> None:
    """Longer than django-allauth remembers it: its own mark is gone after half a minute."""
    with_password(house.lin)
    secret = generate_totp_secret()
    factor = TOTP.activate(house.lin, secret)
    code = code_of(secret)
    sign_in(client, "lin")
    client.post(reverse(SECOND), {"code": code})
    assert is_inside(client)
    cache.delete(factor._get_used_cache_key(code))
    again = Client()
    sign_in(again, "lin")
    answer = again.post(reverse(SECOND), {"code": f"{code[:3]} {code[3:]}"})
    assert "no longer valid" in answer.content.decode()
    assert not is_inside(again)


def test_codes_are_throttled_too(house, client: Client) -> None:
    with_password(house.lin)
    secret = generate_totp_secret()
    TOTP.activate(house.lin, secret)
    sign_in(client, "lin")
    for _try in range(5):
        client.post(reverse(SECOND), {"code": "000000"})
    answer = client.post(reverse(SECOND), {"code": code_of(secret)})
    assert "Too many wrong tries" in answer.content.decode()


def test_a_recovery_code_opens_once(house, client: Client) -> None:
    with_password(house.lin)
    TOTP.activate(house.lin, generate_totp_secret())
    code = RecoveryCodes.activate(house.lin).get_unused_codes()[0]
    sign_in(client, "lin")
    client.post(reverse(SECOND), {"code": code})
    assert is_inside(client)
    again = Client()
    sign_in(again, "lin")
    again.post(reverse(SECOND), {"code": code})
    assert not is_inside(again)


@pytest.fixture
def new_administrator(house) -> User:
    user = with_password(make_user(house.company, "newboss", "administrator"))
    Authenticator.objects.filter(user=user).delete()
    return user


@pytest.mark.req("SX.02", part="second factor where the role asks for it")
def test_who_needs_a_second_factor_sets_one_up_before_anything_else(
    new_administrator, client: Client
) -> None:
    sign_in(client, "newboss")
    for address in ("/", "/units/", "/users/newboss/", "/api/v1/users/newboss"):
        assert client.get(address).headers["Location"] == reverse(SET_UP), address
    page = client.get(reverse(SET_UP))
    assert page.status_code == 200
    secret = page.context["form"].secret
    client.post(reverse(SET_UP), {"code": code_of(secret)})
    assert has_factor(new_administrator)
    assert client.get("/units/").status_code == 200


def test_htmx_is_led_there_as_a_whole_page(new_administrator, client: Client) -> None:
    sign_in(client, "newboss")
    answer = client.get("/units/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse(SET_UP)


def test_somebody_led_to_set_up_can_still_leave(new_administrator, client: Client) -> None:
    sign_in(client, "newboss")
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get("/units/").headers["Location"].startswith(reverse(LOGIN))


def test_a_demo_asks_for_no_second_factor(new_administrator, client: Client) -> None:
    Installation.objects.create(is_demo=True)
    sign_in(client, "newboss")
    assert client.get("/units/").status_code == 200


def test_setting_up_and_switching_off_stand_in_the_history(
    house, client: Client, django_capture_on_commit_callbacks
) -> None:
    with_password(house.lin)
    sign_in(client, "lin")
    secret = client.get(reverse(SET_UP)).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse(SET_UP), {"code": code_of(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    events = list(house.lin.thread.entries.values_list("event", flat=True))
    assert events[-2:] == ["person.second_factor_set", "person.second_factor_off"]


def test_a_lost_phone_is_reset_by_another_administrator(house) -> None:
    TOTP.activate(house.lin, generate_totp_secret())
    with pytest.raises(Refused):
        reset_second_factor(house.chief, by=house.chief, reason="Lost")
    reset_second_factor(house.lin, by=house.chief, reason="Phone lost in the river")
    assert not has_factor(house.lin)


def test_a_first_password_is_shown_once_and_must_be_changed(house, client: Client) -> None:
    client.force_login(house.chief)
    made = client.post("/users/lin/first_password/", {"_key": "one"})
    password = made.context["password"]
    assert password in made.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    repeated = client.post("/users/lin/first_password/", {"_key": "one"})
    assert password not in repeated.content.decode()
    theirs = Client()
    sign_in(theirs, "lin", password)
    assert theirs.get("/users/").headers["Location"] == reverse("account_change_password")
    theirs.post(
        reverse("account_change_password"),
        {"oldpassword": password, "password1": PASSWORD, "password2": PASSWORD},
    )
    assert is_inside(theirs)
    assert not User.objects.get(username="lin").must_change_password


def test_only_who_may_over_that_person_gives_a_password(house, client: Client) -> None:
    with pytest.raises(NotAllowed):
        issue_password(house.lin, by=house.branch_chief)
    client.force_login(house.branch_chief)
    assert client.get("/users/lin/first_password/").status_code == 403
    assert client.get("/users/stranger/first_password/").status_code == 404
    assert client.get("/users/he/first_password/").status_code == 200


@pytest.mark.req("SX.02", part="closed accounts")
def test_a_closed_account_opens_nothing_and_its_sessions_end_at_once(house, client: Client) -> None:
    with_password(house.lin)
    sign_in(client, "lin")
    assert is_inside(client)
    deactivate(house.lin, by=house.chief, reason="Left the company")
    assert client.get("/users/").status_code == 302
    fresh = Client()
    assert sign_in(fresh, "lin").headers.get("Location") != "/"
    assert not is_inside(fresh)


def test_sessions_live_in_real_time(house, client: Client) -> None:
    with_password(house.lin)
    with clock.at(datetime(2050, 1, 1, tzinfo=UTC)):
        sign_in(client, "lin")
        assert is_inside(client)
    assert is_inside(client)


def test_the_door_speaks_the_persons_language_next_time(house, client: Client) -> None:
    User.objects.filter(pk=house.lin.pk).update(language="zh-hans")
    with_password(house.lin)
    assert sign_in(client, "lin").cookies["kept_language"].value == "zh-hans"


def test_language_is_kept_with_the_person_and_for_visitors_in_a_cookie(
    house, client: Client
) -> None:
    visitor = client.post("/language/", {"language": "zh-hans", "next": "/"})
    assert visitor.cookies["kept_language"].value == "zh-hans"
    client.force_login(house.lin)
    client.post("/language/", {"language": "zh-hans", "next": "/"})
    assert User.objects.get(pk=house.lin.pk).language == "zh-hans"
    client.post("/language/", {"language": "tlh", "next": "/"})
    assert User.objects.get(pk=house.lin.pk).language == "zh-hans"
