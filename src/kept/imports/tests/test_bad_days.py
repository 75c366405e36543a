"""A worker that dies, a broken job, a file that is gone, and files that were kept long enough."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from kept.imports import attempts
from kept.imports.actions import forget_old_tables
from kept.imports.models import SILENT_AFTER, ImportRun, ImportState
from kept.imports.tests.conftest import FAULTY, GOOD, bring_in, check, page, sent, table
from kept.imports.tests.work import again, waiting, work
from kept.imports.worded import Report
from kept.kit import clock
from kept.kit.importing import kinds
from kept.kit.refusal import Refused
from kept.parties.models import Account
from kept.people.models import User
from kept.people.real_time import real_now
from kept.timeline.models import Attachment


class Killed(BaseException):
    """The process ends here: nothing of ours catches it."""


@pytest.fixture
def killed_after(monkeypatch):
    """``killed_after(rows)``: the worker dies when so many rows are in."""
    monkeypatch.setattr(kinds, "MOST", 1)
    whole = attempts.telling

    def dies(rows: int) -> None:
        def telling(run):
            tell = whole(run)

            def told(done, *bytes_):
                tell(done, *bytes_)
                if done == rows:
                    raise Killed

            return told

        monkeypatch.setattr(attempts, "telling", telling)

    yield dies
    monkeypatch.setattr(attempts, "telling", whole)


def silent(run: ImportRun) -> ImportRun:
    """As if nothing had been heard of it for long."""
    long_ago = real_now() - SILENT_AFTER - timedelta(seconds=1)
    ImportRun.objects.filter(pk=run.pk).update(heard_at=long_ago)
    return again(run)


@pytest.mark.req("SX.08", part="an import whose worker died is gone on with, nothing twice")
def test_worker_killed_half_way_then_go_on(office, enter, killed_after):
    client = enter(office.lead)
    run = check(client, sent(client, table(GOOD)))
    client.post(f"/imports/{run.pk}/bring_in/")
    killed_after(2)
    with pytest.raises(Killed):
        work()
    assert again(run).status == ImportState.RUNNING and Account.objects.count() == 2
    refused = client.post(f"/imports/{run.pk}/go_on/")
    assert refused.status_code == 409 and "still being worked on" in refused.content.decode()
    told = page(client, silent(run))
    assert "Nothing is heard of it any more" in told and "2 rows had been read" in told
    killed_after(-1)
    assert client.post(f"/imports/{run.pk}/go_on/").status_code == 302
    work()
    assert (again(run).status, run.made, run.known) == (ImportState.DONE, 1, 2)
    assert Account.objects.count() == 3


def test_old_worker_that_wakes_up_ends_without_a_word(office, enter):
    client = enter(office.lead)
    run = check(client, sent(client, table(GOOD)))
    client.post(f"/imports/{run.pk}/bring_in/")
    (old,) = waiting()
    client.post(f"/imports/{silent(run).pk}/go_on/")
    attempts.work_through.call(*old)
    assert again(run).status == ImportState.RUNNING and not Account.objects.exists()


def test_old_worker_that_lost_its_import_stops_at_the_next_rows(office, enter, monkeypatch):
    client = enter(office.lead)
    run = check(client, sent(client, table(GOOD)))
    client.post(f"/imports/{run.pk}/bring_in/")
    monkeypatch.setattr(kinds, "MOST", 1)
    whole = attempts.telling

    def taken_over(run):
        ImportRun.objects.filter(pk=run.pk).update(attempt=run.attempt + 1)
        return whole(run)

    monkeypatch.setattr(attempts, "telling", taken_over)
    work()
    assert again(run).status == ImportState.RUNNING and Account.objects.count() == 1


def test_report_of_a_late_worker_is_not_kept(office, enter):
    client = enter(office.lead)
    run = check(client, sent(client, table(GOOD)))
    client.post(f"/imports/{run.pk}/bring_in/")
    late = Report.stopped(again(run).attempt - 1, Refused("Late"))
    attempts.keep_report(run, by=User.objects.system(), report=late)
    assert (again(run).status, run.why_stopped) == (ImportState.RUNNING, {})
    work()
    late = Report.stopped(again(run).attempt, Refused("Twice"))
    attempts.keep_report(run, by=User.objects.system(), report=late)
    assert (again(run).status, run.why_stopped) == (ImportState.DONE, {})


def test_job_that_runs_twice_adds_nothing_twice(office, enter):
    client = enter(office.lead)
    run = check(client, sent(client, table(GOOD)))
    client.post(f"/imports/{run.pk}/bring_in/")
    (job,) = waiting()
    work()
    attempts.work_through.call(*job)
    assert (again(run).made, Account.objects.count()) == (3, 3)


def test_fault_of_kept_is_said_and_the_import_can_go_on(office, enter, monkeypatch):
    client = enter(office.lead)
    run = check(client, sent(client, table(GOOD)))
    client.post(f"/imports/{run.pk}/bring_in/")
    with monkeypatch.context() as patch:
        patch.setattr(attempts, "import_file", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work()
    told = page(client, again(run))
    assert run.status == ImportState.STOPPED and "It broke off" in told and "Go on" in told
    client.post(f"/imports/{run.pk}/go_on/")
    work()
    assert again(run).status == ImportState.DONE and Account.objects.count() == 3


def test_right_that_was_taken_away_meanwhile_stops_it(office, enter):
    client = enter(office.lead)
    run = check(client, sent(client, table(GOOD)))
    client.post(f"/imports/{run.pk}/bring_in/")
    office.lead.grants.all().delete()
    work()
    assert again(run).status == ImportState.STOPPED and not Account.objects.exists()
    assert "right" in run.why_stopped["en"]


@pytest.mark.req("SX.15", part="uploaded tables are removed after seven days")
def test_file_and_what_was_said_of_faults_are_forgotten_after_seven_days(office, enter):
    client = enter(office.lead)
    run = bring_in(client, check(client, sent(client, table([*GOOD, FAULTY]))))
    contents = [run.file.file.name, run.errors_file.file.name]
    assert forget_old_tables() == 0 and all(map(default_storage.exists, contents))
    with clock.at(run.uploaded_at + timedelta(days=7, seconds=1)):
        assert forget_old_tables() == 1
        assert forget_old_tables() == 0
    assert not Attachment.objects.exists() and again(run).faults == []
    assert (run.file, run.errors_file, run.made, run.refused) == (None, None, 3, 1)
    told = page(client, run)
    assert "files are kept for 7 days" in told and "Bring in again" not in told
    assert client.get(f"/imports/{run.pk}/errors/").status_code == 404
    for answer in (
        client.post(f"/imports/{run.pk}/bring_in/"),
        client.get(f"/imports/{run.pk}/columns/"),
    ):
        assert answer.status_code == 409 and "Upload it again" in answer.content.decode()


def test_content_is_removed_from_the_store(office, enter, django_capture_on_commit_callbacks):
    client = enter(office.lead)
    run = sent(client, table(GOOD))
    name = run.file.file.name
    with (
        clock.at(run.uploaded_at + timedelta(days=8)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        forget_old_tables()
    assert not default_storage.exists(name)


def test_file_that_is_damaged_is_said(office, enter):
    client = enter(office.lead)
    run = sent(client, table(GOOD))
    default_storage.delete(run.file.file.name)
    answer = client.get(f"/imports/{run.pk}/columns/")
    assert answer.status_code == 409 and "Upload it again" in answer.content.decode()


def test_progress_is_asked_for_until_the_end(office, enter, monkeypatch):
    client, asked = enter(office.lead), {"HX-Request": "true"}
    run = sent(client, table(GOOD))
    client.post(f"/imports/{run.pk}/columns/", {"c-name": "1"})
    address = f"/imports/{run.pk}/progress/"
    assert 'hx-trigger="every 2s"' in client.get(address, headers=asked).content.decode()
    assert "<noscript>" in page(client, run), "without scripts the page loads itself again"
    assert client.get(address).status_code == 302
    work()
    assert client.get(address, headers=asked).headers["HX-Refresh"] == "true"
    assert client.post(f"/imports/{run.pk}/columns/", {"c-name": "1"}).status_code == 302
