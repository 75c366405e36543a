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
from kept.timeline.models import Attachment
from kept.web import home
from kept.web.screens import module_urls
from tests.structure.world import EXAMPLES, a_day

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


def test_lists_of_stations_and_trainings_say_which_of_them_is_open(read: Shown) -> None:
    for address, words in (("/settlement_talks/", "结算沟通"), ("/attendees/", "培训档案")):
        shown = read(address)
        tabs = shown.split('class="tabs-line"')[1].split("</nav>")[0]
        current = re.search(r'aria-current="page".*?<span>(.*?)</span>', tabs)
        assert current and current[1] == words
    assert 'href="/sales_figures/enter_week/"' in read("/inspections/").split("page-head")[1]


def test_more_stands_only_where_something_is_behind_it(read: Shown, day: SimpleNamespace) -> None:
    assert "更多" not in read("/rosters/").split('class="page-head"')[1].split("</header>")[0]
    case = read(day.case.get_absolute_url())
    assert "更多" in case.split('class="page-head"')[1].split("</header>")[0]


def test_every_table_on_screen_has_a_name(read: Shown, day: SimpleNamespace) -> None:
    one = [EXAMPLES[model](day) for model in EXAMPLES if model is not Attachment]
    pages = {thing.get_absolute_url() for thing in one if hasattr(thing, "get_absolute_url")}
    for address in [*sorted(pages), *addresses(), "/duties/calendar/", "/promises/ledger/"]:
        shown = read(address)
        for table in re.findall(r"<table.*?</table>", shown, re.DOTALL):
            assert "<caption" in table or "aria-label" in table[: table.index(">")], address


def test_a_week_of_a_roster_names_its_rows(read: Shown) -> None:
    week = read(Roster.objects.get().get_absolute_url())
    assert '<th scope="row">无人</th>' in week
    assert "星期一 <span" in week and "2026-06-01</span>" not in week


def test_a_calendar_has_room_for_its_week(read: Shown, day: SimpleNamespace) -> None:
    office = Calendar.objects.get(unit=day.company, code="office")
    shown = read(office.get_absolute_url())
    assert 'abbr="星期一">一</th>' in shown
    assert re.search(r"<dt>星期日</dt><dd><span[^>]*>休息</span></dd>", shown)


def test_the_share_of_duties_done_in_time_is_not_a_bare_dash_on_a_phone(read: Shown) -> None:
    shown = read("/duties/calendar/")
    assert 'data-label="按时率" class="c-end c-label"' in shown


def test_a_ledger_without_rows_says_so_and_where_there_are_some(read: Shown) -> None:
    shown = read("/promises/ledger/?due_from=2020-01-01&due_until=2020-02-01&by=unit", "en")
    assert "Nothing fell due from 2020-01-01 to 2020-02-01" in shown
    assert "Promises fall due between 2026-06-01 and" in shown
    way_out = re.search(
        r'class="btn btn-primary" href="(\?due_from=[^"]*)">Count all of them', shown
    )
    assert way_out and "ledger-rows" in read(f"/promises/ledger/{way_out[1]}", "en")
    assert "by=unit" in way_out[1]
    narrowed = read("/promises/ledger/?kind=chase_mail", "en")
    assert "Nothing meets these conditions." in narrowed and "Count all of them" in narrowed
    backwards = read("/promises/ledger/?due_from=2026-02-01&due_until=2026-01-01", "en")
    assert "its first day first" in backwards and "Nothing fell due" not in backwards


def test_a_condition_that_is_not_set_says_any(read: Shown) -> None:
    ledger = read("/promises/ledger/")
    assert "---------" not in ledger and ">不限</option>" in ledger
    assert "---------" not in read("/cases/?conditions=1")


def test_my_desk_leads_to_all_of_what_it_begins_to_show(read: Shown, day: SimpleNamespace) -> None:
    shown = read("/", "en", day.lin)
    assert ">Whole queue</a>" in shown and ">All</a>" not in shown
    rest = dict(re.findall(r'class="link small" href="([^"]*)">(All I [^<]*)</a>', shown))
    assert set(rest.values()) >= {"All I owe", "All I work on"}
    for address in rest:
        assert "data-row-link" in read(address, "en", day.lin), address


def test_my_desk_says_how_many_there_are_not_how_many_it_shows(
    read: Shown, day: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "MOST", 1)
    owed = read("/", "en", day.lin).split("What I owe")[1].split("</section>")[0]
    count = re.search(r'<span class="count">(\d+)</span>', owed)
    assert count and int(count[1]) > owed.count("data-row-link") == 1
