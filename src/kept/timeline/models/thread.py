"""Threads and sight: the story of one thing, and the scopes that see it.

Sight is decided once, on the thread, and stored as rows. Everything that hangs on a thread is seen
through it, so pages, lists, counts, search and API can never disagree.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kept.kit.prepared import Among
from kept.kit.records import Recorded
from kept.kit.refusal import Refused
from kept.kit.rows import ReadQuickly
from kept.kit.seen import SomeScopes
from kept.kit.updates import write_at_end
from kept.kit.words import Words
from kept.people.models import Scope, Unit, User
from kept.timeline import heads


def name_of_thread(unit_name: Words | None, title: str) -> str:
    """The name of a unit in the reader's language for the thread of a unit; the title of others."""
    return str(unit_name) if unit_name else title


class Thread(Recorded, ReadQuickly, models.Model):
    """The story of one thing: its entries, and what every list needs to know about it.

    ``length`` and ``head`` are the number of entries and the hash of the last one; pages send the
    length back as the version they were drawn from. ``sealed_length`` is how much of it the daily
    seal has covered so far.
    """

    company = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="threads")
    kind = models.CharField(max_length=30)
    number = models.CharField(max_length=30, blank=True, default="", db_index=True)
    title = models.CharField(max_length=200, blank=True, default="")
    address = models.CharField(max_length=120, blank=True, default="")
    is_open = models.BooleanField(default=True)
    next_due_at = models.DateTimeField(null=True)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True, default="")
    of_user = models.OneToOneField(User, models.PROTECT, null=True, related_name="thread")
    of_unit = models.OneToOneField(Unit, models.PROTECT, null=True, related_name="thread")
    sealed_length = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(length__gt=F("sealed_length")), name="thread_unsealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        """What it is called in the reader's language; a unit has a name in each."""
        return name_of_thread(self.of_unit.name if self.of_unit else None, self.title)

    @property
    def thread(self) -> "Thread":
        return self

    @property
    def see_right(self) -> str:
        """The right that shows this kind of thread; an empty one shows it to nobody."""
        return see_rights().get(self.kind, "")


class Sight(models.Model):
    """One scope that sees a thread. ``is_open`` and ``due_at`` repeat the thread's for work lists:
    a list opens on one scope and walks this index in order of due time.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="sights")
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    is_open = models.BooleanField(default=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "thread"], name="one_sight_per_scope"),
        ]
        indexes = [
            models.Index(
                fields=["scope", "kind", "due_at", "thread"],
                condition=Q(is_open=True),
                name="sight_open_by_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope_id} sees {self.thread_id}"


def never_deleted() -> Refused:
    """What somebody is told who would delete a registered fact (SX.05)."""
    return Refused(
        _("What was registered is never deleted. End it or correct it: both stay on record."),
        rule="SX.05",
    )


class Registered:
    """Mixed into what is registered: no row of it is ever deleted (SX.05)."""

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Never: raises Refused."""
        raise never_deleted()


class ThreadedQuerySet(models.QuerySet):
    """Querysets of models with a thread; their rows are never deleted."""

    def delete(self) -> Any:
        """Never: raises Refused (SX.05)."""
        raise never_deleted()

    def visible_to(self, user: User) -> "ThreadedQuerySet":
        """Rows the person may see: the one predicate behind every page, list and search."""
        if user.is_system:
            return self
        model: Any = self.model
        return self.filter(seen_by(user.sight(model.see_right), model.thread_path))

    def open(self) -> "ThreadedQuerySet":
        return self.filter(thread__is_open=True)


#: The stories of people and units: seen where somebody owes something there, or by nobody else.
OWN_STORIES = {"person": "promises.see", "unit": "promises.see"}


@cache
def see_rights() -> dict[str, str]:
    """Kind of thread → the right that shows it, over all models with a thread."""
    models = [model for model in apps.get_models() if issubclass(model, Threaded)]
    return {**OWN_STORIES, **{model.kind: model.see_right for model in models}}


def seen_through_kinds(user: User, thread_path: str) -> Q:
    """EXISTS over sight rows, each kind of thread seen by the right of its kind: for rows that hang
    on threads of any kind (files, notices). Kinds that are seen in the same scopes share one.
    """
    return seen_through(kinds_by_scopes(user), thread_path)


KindsByScopes = tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]
"""Scopes, and the kinds of threads seen in them."""


def kinds_by_scopes(user: User) -> KindsByScopes:
    """The kinds of threads a person sees, by the scopes they see them in."""
    kinds: dict[tuple[int, ...], list[str]] = {}
    for kind, right in see_rights().items():
        kinds.setdefault(tuple(user.sight(right)), []).append(kind)
    return tuple((scopes, tuple(shown)) for scopes, shown in kinds.items())


def seen_through(kinds: KindsByScopes, thread_path: str) -> Q:
    """EXISTS over the sight rows of these kinds in these scopes."""
    seen = Q()
    for scopes, shown in kinds:
        rows = Sight.objects.filter(thread=OuterRef(thread_path), kind__in=shown, scope__in=scopes)
        seen |= Q(Exists(rows))
    return seen


@cache
def secret_rights() -> dict[str, str]:
    """Kind of thread → the right that shows it, for those kinds that are secret."""
    models = [model for model in apps.get_models() if issubclass(model, Threaded)]
    return {model.kind: model.see_right for model in models if model.is_secret}


def seen_under(user: User, right: str, thread_path: str) -> Exists:
    """EXISTS over the sight rows a person has under a right that is not the one of the kind; what
    is secret is seen with the right of its kind only.
    """
    seen = user.sight(right)
    rows = Sight.objects.filter(thread=OuterRef(thread_path), scope__in=seen)
    for kind, own in secret_rights().items():
        narrow = user.sight(own)
        if not set(seen) <= set(narrow):
            rows = rows.filter(~Q(kind=kind) | Q(scope__in=narrow))
    return Exists(rows)


def seen_by(scopes: Iterable[int] | SomeScopes, thread_path: str) -> Exists:
    """EXISTS over the sight rows of these scopes, which may be known only later."""
    rows = Sight.objects.filter(thread=OuterRef(thread_path))
    if isinstance(scopes, SomeScopes):
        return Exists(rows.filter(Among("scope_id", scopes.keys)))
    return Exists(rows.filter(scope__in=list(scopes)))


class Threaded(Registered, Recorded, ReadQuickly, models.Model):
    """A thing with a story, seen through its thread.

    ``see_right`` is the right that shows it; ``kind`` names it in words and addresses; ``register``
    is the letter of its number, where it has one (``HN-C26-000123``). Of what ``is_secret``
    not even a promise is seen without ``see_right``.
    """

    see_right: ClassVar[str]
    kind: ClassVar[str]
    register: ClassVar[str] = ""
    ref: ClassVar[str] = "number"
    plural: ClassVar[str]
    is_secret: ClassVar[bool] = False
    thread_path: ClassVar[str] = "thread"

    thread = models.OneToOneField(Thread, models.PROTECT, related_name="%(class)s")

    objects = ThreadedQuerySet.as_manager()

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return f"/{self.plural}/{getattr(self, self.ref)}/"

    def take_number(self, number: str) -> None:
        """Take the register's number; called once, last, by the envelope."""
        self.number = number
        write_at_end(self, "number")
        self.thread.number, self.thread.address = number, self.get_absolute_url()
        heads.change(self.thread, "number", "address")
