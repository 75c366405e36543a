"""Who may import what where, and who sees an import."""

import pytest

from kept.imports.models import ImportRun
from kept.imports.reading import Choice
from kept.imports.tests.conftest import GOOD, check, page, send, sent, table
from kept.imports.worded import Report
from kept.kit.actions import get_action
from kept.kit.importing.tables import How
from kept.kit.refusal import NotAllowed
from kept.people.factories import give

PAGES = ("", "columns/", "progress/", "errors/", "bring_in/", "go_on/")


@pytest.mark.req("SX.02", part="imports: by the right of each kind, in its unit")
def test_only_kinds_and_units_of_one_s_own_are_offered(office, enter):
    form = enter(office.clerk).get("/imports/upload/").context["form"]
    assert [name for name, _label in form.fields["kind"].choices] == [
        "accounts",
        "contacts",
        "units",
    ]
    assert [one.code for one in form.fields["unit"].queryset] == ["HN-CS"]
    for values in ({"kind": "prices"}, {"unit": "HN-WH"}, {"unit": "ZZ-1"}, {"unit": "HN"}):
        assert send(enter(office.clerk), table(GOOD), **values).status_code == 422
    assert not ImportRun.objects.exists()


def test_right_for_one_kind_in_a_unit_is_no_right_for_another(office, enter):
    """Somebody who may set prices here and enter customers there is offered both units."""
    both = give(office.clerk, "lead", office.beside)
    answer = send(enter(both), table(GOOD), kind="prices", unit="HN-CS")
    assert answer.status_code == 403 and not ImportRun.objects.exists()


def test_who_may_import_nothing_has_no_page(office, enter):
    client = enter(office.reader)
    assert "/imports/" not in client.get("/").content.decode()
    for address in ("/imports/", "/imports/upload/", "/imports/templates/accounts.csv"):
        assert client.get(address).status_code == 403
    assert 'href="/imports/"' in enter(office.clerk).get("/").content.decode()


@pytest.mark.req("SX.01", part="imports of another company are not there")
def test_import_is_not_there_for_other_companies_and_branches(office, enter):
    run = check(enter(office.lead), sent(enter(office.lead), table(GOOD)))
    for user in (office.stranger, office.neighbour, office.reader):
        client = enter(user)
        for part in PAGES:
            assert client.get(f"/imports/{run.pk}/{part}").status_code == 404, part
            assert client.post(f"/imports/{run.pk}/{part}").status_code in (404, 405), part
        listed = client.get("/imports/")
        assert "customers.csv" not in listed.content.decode()
    run.refresh_from_db()
    assert run.attempt == 1


def test_colleague_with_the_right_sees_it_and_may_go_on(office, enter):
    run = check(enter(office.lead), sent(enter(office.lead), table(GOOD)))
    client = enter(office.clerk)
    assert "Bring in 3 rows now" in page(client, run)
    assert client.post(f"/imports/{run.pk}/bring_in/").status_code == 302


def test_who_started_it_and_lost_the_right_sees_it_and_does_nothing(office, enter):
    run = check(enter(office.lead), sent(enter(office.lead), table(GOOD)))
    office.lead.grants.all().delete()
    client = enter(office.lead)
    assert "Bring in" not in page(client, run)
    assert client.post(f"/imports/{run.pk}/bring_in/").status_code == 403
    assert client.get("/imports/").status_code == 200


@pytest.mark.parametrize(
    ("verb", "values"),
    [
        ("imports.check", {"choice": Choice(How(), {"name": 1}, {})}),
        ("imports.bring_in", {}),
        ("imports.go_on", {}),
        ("imports.report", {"report": Report(1)}),
        ("imports.forget", {}),
    ],
)
def test_every_verb_asks_for_the_right_of_the_kind_in_the_unit(office, enter, verb, values):
    run = check(enter(office.lead), sent(enter(office.lead), table(GOOD)))
    with pytest.raises(NotAllowed):
        get_action(verb).perform(run, by=office.neighbour, values=values)
    run.refresh_from_db()
    assert (run.attempt, run.status) == (1, "checked") and run.file is not None


def test_list_filters_orders_and_goes_into_files(office, enter):
    client = enter(office.lead, "zh-hans")
    run = check(client, sent(client, table(GOOD), "湘江.csv"))
    sent(client, table(GOOD), "other.csv")
    assert "湘江.csv" in client.get("/imports/?q=湘江&kind=accounts").content.decode()
    shown = client.get("/imports/?status=checked&order=-refused").content.decode()
    assert "湘江.csv" in shown and "other.csv" not in shown
    answer = client.get("/imports/?format=csv")
    content = b"".join(answer.streaming_content).decode()
    assert "湘江.csv" in content and str(run.unit) in content
