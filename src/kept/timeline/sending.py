"""Sending notices: claimed by one worker at a time, tried again with growing pauses, never lost."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone, translation

from kept.timeline.models import Notice
from kept.timeline.sentences import words_of

LEASE = timedelta(minutes=5)
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]


class CannotSend(Exception):
    """A channel that is not set up or refuses; the notice says so and waits or gives up."""


def claim(limit: int = 50) -> list[Notice]:
    """Take waiting notices for sending. A claim not finished within the lease is taken again."""
    now = timezone.now()
    with transaction.atomic():
        rows = Notice.objects.filter(
            Q(state=Notice.State.WAITING) | Q(state=Notice.State.SENDING), next_try_at__lte=now
        ).order_by("next_try_at")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        claimed = list(rows[:limit])
        Notice.objects.filter(pk__in=[one.pk for one in claimed]).update(
            state=Notice.State.SENDING, next_try_at=now + LEASE
        )
    return claimed


def send_waiting(limit: int = 50) -> int:
    """Send what is waiting; the number of notices that went out."""
    return sum(_send(notice) for notice in claim(limit))


def _send(notice: Notice) -> bool:
    try:
        SENDERS[notice.channel](notice)
    except Exception as error:  # whatever goes wrong in sending stays with its notice
        _failed(notice, error)
        return False
    Notice.objects.filter(pk=notice.pk).update(
        state=Notice.State.SENT, sent_at=timezone.now(), last_error=""
    )
    return True


def _failed(notice: Notice, error: Exception) -> None:
    tries = notice.tries + 1
    over = tries > len(PAUSES)
    Notice.objects.filter(pk=notice.pk).update(
        state=Notice.State.FAILED if over else Notice.State.WAITING,
        tries=tries,
        next_try_at=None if over else timezone.now() + PAUSES[tries - 1],
        last_error=f"{type(error).__name__}: {error}"[:500],
    )


def _mail(notice: Notice) -> None:
    language = notice.to.language if notice.to else settings.LANGUAGE_CODE
    with translation.override(language):
        subject, body = mail_of(notice)
    EmailMessage(
        subject=subject,
        body=body,
        to=[notice.address],
        headers={"Auto-Submitted": "auto-generated", "X-Kept-Notice": notice.key},
    ).send()


def mail_of(notice: Notice) -> tuple[str, str]:
    """Subject and body in the active language. A mail to a customer carries its own words."""
    if "body" in notice.values:
        return notice.values["subject"], notice.values["body"]
    sentence = words_of(notice.event, notice.values)
    about = f"{notice.thread.number} {notice.thread.title}" if notice.thread else "Kept"
    return f"{sentence} – {about}"[:180].replace("\n", " "), f"{sentence}\n\n{about}\n"


def _sms(notice: Notice) -> None:
    raise CannotSend("no SMS gateway is set up")


SENDERS: dict[str, Callable[[Notice], None]] = {
    Notice.Channel.MAIL: _mail,
    Notice.Channel.SMS: _sms,
}
