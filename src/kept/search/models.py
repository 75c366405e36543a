"""The index: what can be found about each thread, and the tokens it is found by."""

from functools import lru_cache
from operator import add
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from kept.kit.rows import ReadQuickly
from kept.search import tokens
from kept.timeline.models import Thread

TITLE_MAX = 200
NUMBER_MAX = 40
ADDRESS_MAX = 200


@lru_cache(maxsize=64)
def _ends(times: int) -> tuple[str, ...]:
    """What stands between a token and the next one in a tsvector: the place of the first."""
    return tuple(f"':{place} '" for place in range(1, times * 256 + 1))


class TokensField(models.Field):
    """Tokens in their order, a list of strings: a tsvector on PostgreSQL, on SQLite the text its
    FTS5 table reads.

    PostgreSQL also gets each character of a pair alone: thousands of pairs begin with a common one,
    and they would all be looked through for it. Read back on SQLite only, so that an installation
    can move; a tsvector has lost the list.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(
        self, value: list[str], connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> str:
        if not isinstance(value, list):
            raise TypeError("tokens are written as a list")
        if connection.vendor == "postgresql":
            placed = "".join(map(add, value, _ends(len(value) // 256 + 1)))
            single = "".join([f"{token}' '" for token in tokens.characters_in(value)])
            return f"'{placed}{single}"[:-2]
        return " ".join(value)

    def from_db_value(
        self, value: str, expression: Any, connection: BaseDatabaseWrapper
    ) -> list[str] | str:
        return value.split() if connection.vendor == "sqlite" else value


class Document(ReadQuickly, models.Model):
    """What can be found about one thread: one row, or several where its words are many.

    Every row repeats what the thread is called and known by; ``body`` is a piece of its words.
    ``is_inside`` marks words for own staff only. ``names``, ``codes`` and ``personal``
    (phones and mail, masked for who lacks the right) are lists of strings.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="documents")
    part = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=30)
    is_inside = models.BooleanField(default=False)
    number = models.CharField(max_length=NUMBER_MAX, blank=True, default="")
    title = models.CharField(max_length=TITLE_MAX, blank=True, default="")
    address = models.CharField(max_length=ADDRESS_MAX, blank=True, default="")
    updated_at = models.DateTimeField()
    names = models.JSONField(default=list)
    codes = models.JSONField(default=list)
    personal = models.JSONField(null=True, blank=True)
    body = models.TextField(blank=True, default="")
    tokens = TokensField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "part"], name="one_document_per_part"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()
