"""What pages say, in words that fit the thing they stand at, in both languages."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace

import pytest
from django.test import Client

from kept.kit import clock
from kept.kit.lists import List
from kept.people.models import User
from kept.promises.models import Calendar, PromiseRule, Roster
from kept.web.screens import module_urls
from tests.structure.world import a_day

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 6, 1, 1, tzinfo=UTC)
Shown = Callable[..., str]


@pytest.fixture
def day():
    with clock.at(NINE):
        yield a_day()


@pytest.fixture
def read(client: Client, day: SimpleNamespace) -> Shown:
    """``read(address, language)``: what the chief reads there."""

    def show(address: str, language: str = "zh-hans", person: User | None = None) -> str:
        reader = person or day.chief
        User.objects.filter(pk=reader.pk).update(language=language)
        client.force_login(User.objects.get(pk=reader.pk))
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return unescape(answer.content.decode())

    return show


def columns(shown: str) -> list[str]:
    """The headings of the tables on a page."""
    return [re.sub("<[^>]+>", "", one).strip() for one in re.findall("<th[ >].*?</th>", shown)]


def test_the_ledger_counts_promises_by_the_kind_of_promise(read: Shown) -> None:
    heads = columns(read("/promises/ledger/"))
    assert heads[0] == "承诺类型"
    assert "承诺数" in heads and "创建时间" not in heads


def test_a_roster_is_asked_for_its_name_not_for_that_of_a_view(read: Shown) -> None:
    form = read("/rosters/make_roster/")
    assert "视图名称" not in form and "名称" in form


def test_a_rule_was_set_by_somebody_and_has_no_price(read: Shown, day: SimpleNamespace) -> None:
    rule = PromiseRule.objects.get(unit=day.company, code="reply")
    heads = columns(read(rule.get_absolute_url()))
    assert "设定人" in heads and "定价人" not in heads


def test_today_in_a_calendar_is_a_day(read: Shown, day: SimpleNamespace) -> None:
    office = Calendar.objects.get(unit=day.company, code="office")
    assert '<span class="sr-only">今天</span>' in read(office.get_absolute_url())


def test_a_hole_in_a_roster_says_that_nobody_stands_by(read: Shown) -> None:
    week = read(Roster.objects.get().get_absolute_url()).split("phone-only")[1]
    assert "无人值班" in week


def test_kinds_are_named_by_what_they_are_kinds_of(read: Shown, day: SimpleNamespace) -> None:
    assert "事项类型" in read(day.case.get_absolute_url())
    assert "申请类型" in read("/requests/register/?conditions=1")
    for elsewhere in ("/heard/?conditions=1", "/units/add_unit/"):
        assert "类型" in read(elsewhere) and "事项类型" not in read(elsewhere), elsewhere


def addresses() -> list[str]:
    """Where the lists of the house are."""
    return sorted(f"/{one.pattern}" for one in module_urls() if is_list(one))


def is_list(one: object) -> bool:
    return issubclass(getattr(getattr(one, "callback", None), "view_class", object), List)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_two_conditions_of_a_list_go_by_one_name(read: Shown, language: str) -> None:
    found = 0
    for address in addresses():
        labels = re.findall(
            r'class="field-label"[^>]*>([^<]*)<', read(f"{address}?conditions=1", language)
        )
        found += len(labels)
        twice = [one for one, number in Counter(labels).items() if number > 1]
        assert not twice, (address, twice)
    assert found > 100


def test_policy_is_said_by_names_and_not_by_codes(read: Shown) -> None:
    english, chinese = read("/policy/", "en"), read("/policy/")
    assert "everybody with the role “Team lead”" in english
    assert "role “lead”" not in english and "“lead”" not in chinese
    assert "official days of China" in english and "official days of CN" not in english
    assert "told: who owes it, the manager of the unit, headquarters" in english
    assert "通知承诺人、部门负责人、总部" in chinese
    assert "(8 个工作小时、" in chinese
