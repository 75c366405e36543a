"""What to say stands beside the call, by kind of unit."""

import pytest

from kept.cases.actions import flag_caller
from kept.cases.factories import make_case
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind

pytestmark = pytest.mark.django_db


@pytest.mark.req("S1.49")
def test_greeting_names_the_department_at_headquarters_and_the_branch_in_a_branch(client):
    company = make_company("YQ", "云起软件", pack="software")
    hotline = make_unit(company, "YQ-HL", "热线", UnitKind.HOTLINE)
    branch = make_unit(company, "YQ-HN", "湖南分公司", UnitKind.BRANCH)
    for unit, login in ((hotline, "lin"), (branch, "he")):
        make_user(unit, login, "clerk", name=login.title(), language="zh-hans")
    pages = {}
    for login in ("lin", "he"):
        client.force_login(type(company).people.rel.related_model.objects.get(username=login))
        pages[login] = client.get("/intake/first/").content.decode()
    assert "您好，云起软件客户服务部，我是Lin。" in pages["lin"]
    assert "您好，云起软件湖南分公司，我是He。" in pages["he"]
    assert "客户服务部" not in pages["he"]


@pytest.mark.req("S1.51", part="script")
@pytest.mark.req("S1.59", part="guidance card")
def test_difficult_caller_brings_the_guidance_card_of_this_company_only(client):
    pages = {}
    for code, pack in (("YQ", "software"), ("HJ", "equipment")):
        company = make_company(code, code, pack=pack)
        hotline = make_unit(company, f"{code}-HL", "Hotline", UnitKind.HOTLINE)
        clerk = make_user(hotline, f"clerk-{code}", "clerk")
        case = make_case(clerk)
        flag_caller(case, by=clerk, statement="Shouts")
        client.force_login(clerk)
        assert "step by step" in client.get("/intake/a/").content.decode()
        pages[code] = client.get(case.get_absolute_url()).content.decode()
    assert "Never quarrel" in pages["YQ"]
    assert "Never quarrel" not in pages["HJ"]
