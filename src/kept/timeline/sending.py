"""Sending notices: claimed by one worker at a time, tried again with growing pauses, never lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from kept.people.models import User
from kept.timeline.models import Notice
from kept.timeline.sentences import words_of

LEASE = timedelta(minutes=5)
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]
BATCH = 50
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class CannotSend(Exception):
    """A channel that is not set up or refuses; the notice says so and waits or gives up."""


def send_waiting(limit: int = BATCH) -> int:
    """Send what is waiting; the number of notices that went out."""
    return sum(send(notice) for notice in claim(limit))


def claim(limit: int = BATCH) -> list[Notice]:
    """Take waiting notices for sending. A claim not finished within the lease is taken again."""
    now = timezone.now()
    with transaction.atomic():
        rows = Notice.objects.filter(
            Q(state=Notice.State.WAITING) | Q(state=Notice.State.SENDING), next_try_at__lte=now
        ).order_by("next_try_at", "pk")
        if not has_mail():
            rows = rows.exclude(channel=Notice.Channel.MAIL)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        claimed = list(rows.select_related("to__unit", "thread")[:limit])
        for notice in claimed:
            notice.state, notice.next_try_at = Notice.State.SENDING, now + LEASE
        Notice.objects.filter(pk__in=[one.pk for one in claimed]).update(
            state=Notice.State.SENDING, next_try_at=now + LEASE
        )
    return claimed


def has_mail() -> bool:
    """Whether outgoing mail is set up; without it mail waits in the queue."""
    return settings.EMAIL_BACKEND != SMTP or bool(settings.EMAIL_HOST)


def send(notice: Notice) -> bool:
    """Send one claimed notice and say whether it went out. Whatever goes wrong stays with it."""
    if not _is_still_claimed(notice):
        return False
    try:
        SENDERS[notice.channel](notice)
    except Exception as error:
        _failed(notice, error)
        return False
    _mine(notice).update(state=Notice.State.SENT, sent_at=timezone.now(), last_error="")
    return True


def _mine(notice: Notice) -> Any:
    """The row while it is still as this worker claimed it."""
    return Notice.objects.filter(
        pk=notice.pk, state=Notice.State.SENDING, next_try_at=notice.next_try_at
    )


def _is_still_claimed(notice: Notice) -> bool:
    """A batch that took longer than the lease may have been taken over by another worker."""
    held_until = notice.next_try_at
    return held_until is not None and held_until > timezone.now() and _mine(notice).exists()


def _failed(notice: Notice, error: Exception) -> None:
    tries = notice.tries + 1
    over = tries > len(PAUSES)
    _mine(notice).update(
        state=Notice.State.FAILED if over else Notice.State.WAITING,
        tries=tries,
        next_try_at=None if over else timezone.now() + PAUSES[tries - 1],
        last_error=f"{type(error).__name__}: {error}".replace("\0", "")[:500],
    )


def _mail(notice: Notice) -> None:
    language, zone = _reader(notice.to)
    with translation.override(language), timezone.override(zone):
        subject, body = mail_of(notice)
    EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        to=[notice.address],
        headers=_headers(notice),
        connection=get_connection(timeout=20) if settings.EMAIL_BACKEND == SMTP else None,
    ).send()


def _reader(person: User | None) -> tuple[str, str]:
    if person is None:
        return settings.LANGUAGE_CODE, settings.TIME_ZONE
    return person.language, person.unit.zone if person.unit else settings.TIME_ZONE


def _headers(notice: Notice) -> dict[str, str]:
    """The same Message-ID at every try, so that a mail sent twice can be told. What a person wrote
    to a customer is not marked as automatic (RFC 3834).
    """
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Message-ID": f"<kept-{notice.pk}-{notice.created_at:%Y%m%d%H%M%S}@{sender}>"}
    if "body" not in notice.values:
        headers["Auto-Submitted"] = "auto-generated"
    return headers


def mail_of(notice: Notice) -> tuple[str, str]:
    """Subject and body in the active language. A mail to a customer carries its own words."""
    if "body" in notice.values:
        return notice.values["subject"], notice.values["body"]
    sentence = words_of(notice.event, notice.values)
    about = f"{notice.thread.number} {notice.thread.name}".strip() if notice.thread else "Kept"
    return f"{sentence} – {about}"[:180], f"{sentence}\n\n{about}\n"


def _sms(notice: Notice) -> None:
    """Hand the sentence to the gateway named by KEPT_SMS_GATEWAY: ``send(number, text)``."""
    gateway = getattr(settings, "KEPT_SMS_GATEWAY", "")
    if not gateway:
        raise CannotSend("no SMS gateway is set up")
    language, zone = _reader(notice.to)
    with translation.override(language), timezone.override(zone):
        _subject, body = mail_of(notice)
    import_string(gateway)(notice.address, " ".join(body.split()))


SENDERS: dict[str, Callable[[Notice], None]] = {
    Notice.Channel.MAIL: _mail,
    Notice.Channel.SMS: _sms,
}
