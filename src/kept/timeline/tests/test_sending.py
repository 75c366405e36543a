"""Mail leaves through the outbox: with its cause, in the reader's words, again when it fails."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from kept.people.factories import make_user
from kept.timeline import sending
from kept.timeline.factories import make_thread
from kept.timeline.models import Notice
from kept.timeline.notices import tell
from kept.timeline.sending import PAUSES, claim, send, send_waiting
from kept.timeline.tests.mailbox import running_mailbox

pytestmark = pytest.mark.req("SX.11", part="outbox with delivery state")


@pytest.fixture
def mailbox(settings):
    settings.EMAIL_BACKEND = sending.SMTP
    with running_mailbox() as box:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box


@pytest.fixture
def reader(cast):
    return make_user(
        cast.north, "reader", "clerk", name="李 雷", email="li@example.com", language="en"
    )


def told(person, unit, **values) -> Notice:
    tell([person], "person.absence_entered", about=make_thread(unit), key="k", **values)
    return Notice.objects.get(channel="mail")


def test_a_mail_arrives_in_the_readers_language_and_zone(cast, reader, mailbox):
    noon = datetime(2026, 3, 1, 4, tzinfo=UTC)
    notice = told(reader, cast.north, start_at=noon, end_at=noon, deputy=cast.wang)
    assert send_waiting() == 1
    mail = mailbox.mails[0]
    assert mail["To"] == "li@example.com"
    subject = mail["Subject"].strip()
    assert subject.startswith("Away 2026-03-01 12:00 to 2026-03-01 12:00; Wang stands in")
    assert mail["Auto-Submitted"] == "auto-generated"
    notice.refresh_from_db()
    assert (notice.state, notice.last_error) == ("sent", "") and notice.sent_at


def test_a_mail_to_a_customer_carries_its_own_words(cast, mailbox):
    Notice.objects.create(
        thread=make_thread(cast.north), address="buyer@example.com", channel="mail", event="x",
        values={"subject": "关于您的\n打印机", "body": "您好，\n已修好。"}, key="c",
        next_try_at=timezone.now(), created_at=timezone.now(),
    )  # fmt: skip
    assert send_waiting() == 1
    mail = mailbox.mails[0]
    assert mail["Subject"] == "关于您的 打印机" and mail["Auto-Submitted"] is None
    assert "已修好" in mail.get_content()


def test_a_failure_is_tried_again_with_growing_pauses_and_then_given_up(cast, reader, mailbox):
    notice = told(reader, cast.north)
    mailbox.answer = "451 try later"
    for tries, pause in enumerate(PAUSES, start=1):
        before = timezone.now()
        assert send_waiting() == 0
        notice.refresh_from_db()
        assert (notice.state, notice.tries) == ("waiting", tries)
        assert pause <= notice.next_try_at - before < pause + timedelta(seconds=30)
        assert "451" in notice.last_error
        assert claim() == [], "not before its time"
        Notice.objects.filter(pk=notice.pk).update(next_try_at=timezone.now())
    assert send_waiting() == 0
    notice.refresh_from_db()
    assert (notice.state, notice.next_try_at) == ("failed", None)


def test_it_arrives_at_last(cast, reader, mailbox):
    notice = told(reader, cast.north)
    mailbox.answer = "550 no"
    send_waiting()
    mailbox.answer = "250 OK"
    Notice.objects.filter(pk=notice.pk).update(next_try_at=timezone.now())
    assert send_waiting() == 1 and len(mailbox.mails) == 1


def test_a_server_that_is_not_there_undoes_no_work(cast, reader, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = sending.SMTP, "127.0.0.1", 9
    notice = told(reader, cast.north)
    assert send_waiting() == 0
    notice.refresh_from_db()
    assert notice.thread.length == 1 and "refused" in notice.last_error.lower()


def test_one_bad_notice_does_not_hold_up_the_others(cast, reader, mailbox):
    told(reader, cast.north)
    Notice.objects.create(
        address="x@example.com\nBcc: all@example.com", channel="mail", event="x", key="bad",
        values={"subject": "s", "body": "b"}, created_at=timezone.now(),
        next_try_at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    Notice.objects.create(
        address="+8613800138000", channel="sms", event="x", key="sms", created_at=timezone.now(),
        next_try_at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    assert send_waiting() == 1
    assert [mail["To"] for mail in mailbox.mails] == ["li@example.com"]
    assert "no SMS gateway" in Notice.objects.get(key="sms").last_error


def test_without_a_mail_server_mail_waits_and_counts_no_tries(cast, reader, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = sending.SMTP, ""
    notice = told(reader, cast.north)
    assert send_waiting() == 0
    notice.refresh_from_db()
    assert (notice.state, notice.tries) == ("waiting", 0)


def test_work_undone_tells_nobody(cast, reader, mailbox):
    with pytest.raises(RuntimeError), transaction.atomic():
        told(reader, cast.north)
        raise RuntimeError
    assert send_waiting() == 0 and not Notice.objects.exists()


def test_a_claim_that_ran_out_is_taken_again_and_the_first_worker_stands_back(
    cast, reader, mailbox
):
    told(reader, cast.north)
    (slow,) = claim()
    Notice.objects.filter(pk=slow.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))
    assert send_waiting() == 1
    assert send(slow) is False
    assert len(mailbox.mails) == 1


def test_a_mail_sent_twice_can_be_told_by_its_id(cast, reader, mailbox):
    notice = told(reader, cast.north)
    send_waiting()
    Notice.objects.filter(pk=notice.pk).update(state="sending", next_try_at=timezone.now())
    send_waiting()
    assert len(mailbox.mails) == 2 and len({mail["Message-ID"] for mail in mailbox.mails}) == 1


texts_sent: list[tuple[str, str]] = []


def gateway(number: str, text: str) -> None:
    """A gateway for short messages that keeps what it is given."""
    texts_sent.append((number, text))


@pytest.mark.req("SX.11")
def test_screen_mail_and_short_message_each_say_how_they_were_delivered(
    cast, reader, mailbox, settings
):
    settings.KEPT_SMS_GATEWAY = f"{__name__}.gateway"
    told(reader, cast.north)
    thread = make_thread(cast.north)
    waiting = {"created_at": timezone.now(), "next_try_at": timezone.now(), "thread": thread}
    Notice.objects.create(
        address="+8613800138000", channel="sms", event="words.noted", key="sms", **waiting
    )
    assert send_waiting() == 2
    states = dict(Notice.objects.values_list("key", "state"))
    assert set(states.values()) == {"sent"} and len(states) == 3
    assert texts_sent == [("+8613800138000", f"Note {thread.number} No picture")]
    assert Notice.objects.get(channel="screen").sent_at is not None
    settings.KEPT_SMS_GATEWAY = ""
    Notice.objects.filter(key="sms").update(state="waiting", next_try_at=timezone.now())
    assert send_waiting() == 0
    failed = Notice.objects.get(key="sms")
    assert (failed.state, failed.tries) == ("waiting", 1) and "gateway" in failed.last_error
