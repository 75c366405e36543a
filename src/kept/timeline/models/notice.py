"""Notices: the queue of everything somebody is told (SX.11)."""

from django.db import models
from django.db.models import Q

from kept.kit.rows import ReadQuickly
from kept.people.models import User
from kept.timeline.models.thread import KindsByScopes, Thread, kinds_by_scopes, seen_through


class Channel(models.TextChoices):
    SCREEN = "screen"
    MAIL = "mail"
    SMS = "sms"


class NoticeState(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class NoticeQuerySet(models.QuerySet):
    def on_screen_of(self, user: User) -> "NoticeQuerySet":
        """What the bell of a person shows: their notices, none of what they no longer see."""
        return self.shown_to(user.pk, kinds_by_scopes(user))

    def shown_to(self, person: int, seen: KindsByScopes) -> "NoticeQuerySet":
        """The same for the key of a person and the kinds of threads they see."""
        own = Q(thread__isnull=True) | Q(thread__of_user=person) | Q(thread__of_unit__isnull=False)
        return self.filter(to=person, channel=Channel.SCREEN).filter(
            own | seen_through(seen, "thread")
        )

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)


class Notice(ReadQuickly, models.Model):
    """One thing one person is told over one channel; written in the transaction of its cause.

    ``key`` makes it once-only: the same promise, level and deadline never tell twice. A worker
    claims it, and a claim that is not finished in time is taken again: sent at least once.
    """

    Channel = Channel
    State = NoticeState

    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="notices")
    to = models.ForeignKey(User, models.PROTECT, null=True, related_name="notices")
    address = models.CharField(max_length=254, blank=True, default="")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    event = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    key = models.CharField(max_length=160, unique=True)
    state = models.CharField(
        max_length=10, choices=NoticeState.choices, default=NoticeState.WAITING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="notice_waiting",
            ),
            models.Index(
                fields=["to", "-created_at"],
                condition=Q(channel="screen"),
                name="notice_of_person",
            ),
            models.Index(
                fields=["to"],
                condition=Q(channel="screen", read_at__isnull=True),
                name="notice_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.to_id or self.address}"
