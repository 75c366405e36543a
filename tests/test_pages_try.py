import pytest

from kept.cases.factories import *
from kept.people.factories import *
from kept.people.models import UnitKind


@pytest.mark.django_db
def test_pages(client, django_assert_max_num_queries):
    company = make_company()
    hotline = make_unit(company, "HN-HQ", "Hotline", UnitKind.HOTLINE)
    lin = make_user(hotline, "lin", "clerk", name="林")
    case = make_case(lin)
    client.force_login(lin)
    for url in [
        "/",
        "/cases/",
        "/register/",
        "/queue/",
        "/forum/",
        "/problems/",
        "/promises/",
        "/intake/abc/",
        "/search/?q=print",
        case.get_absolute_url(),
        case.get_absolute_url() + "print/",
        case.get_absolute_url() + "close/",
        case.get_absolute_url() + "hand_over/",
        "/cases/?format=csv",
        "/cases/?format=xlsx",
        "/cases/?format=print",
    ]:
        r = client.get(url)
        print(url, r.status_code, len(b"".join(r.streaming_content) if r.streaming else r.content))
        assert r.status_code == 200, r.content[:2000]
    r = client.post(
        "/intake/abc/",
        {
            "summary": "hello",
            "route": "phone",
            "unit": "HN-HQ",
            "case_kind": "service",
            "priority": "normal",
            "sender_type": "user",
            "_key": "k1",
        },
    )
    print(r.status_code, r.headers.get("Location"))
    assert r.status_code == 302
    r = client.get("/api/v1/openapi.json")
    print(r.status_code, len(r.content))
    from kept.people.actions import issue_token
    from kept.people.models import User

    tok = issue_token(lin, by=User.objects.system(), name="x").fresh_token
    from django.test import Client

    c = Client()
    r = c.post(
        "/api/v1/cases/open".replace("/cases/open", "/cases"),
        {"unit": "HN-HQ", "route": "phone", "summary": "via api"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {tok}", "Idempotency-Key": "a"},
    )
    print(r.status_code, r.content)
    n = r.json()["ref"]
    r = c.post(
        f"/api/v1/cases/{n}/promise_call_back",
        {"phone": "1"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {tok}", "Accept-Language": "zh-hans"},
    )
    print(r.status_code, r.content.decode())
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as q:
        client.get(case.get_absolute_url())
    print(len(q))
    for x in q:
        print(x["sql"][:150])
    with CaptureQueriesContext(connection) as q:
        c.post(
            "/api/v1/cases",
            {"unit": "HN-HQ", "route": "phone", "summary": "via api"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {tok}", "Idempotency-Key": "b"},
        )
    print(len(q))
    for x in q:
        print(x["sql"][:150])
