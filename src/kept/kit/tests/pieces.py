"""A small table of its own for the tests of lists: pieces in batches, some with a due time."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import connection, models
from django.test import RequestFactory
from django.test.utils import isolate_apps

from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    FromDay,
    List,
    Lookup,
    OneOf,
    Order,
    UntilDay,
    YesNo,
)
from kept.kit.money import Money, MoneyField
from kept.kit.wiring import Slot

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Status(models.TextChoices):
    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"


with isolate_apps("kept.kit"):

    class Batch(models.Model):
        ref = "code"
        code = models.CharField(max_length=20, unique=True)
        due_at = models.DateTimeField(null=True)

        class Meta:
            app_label = "kit"
            ordering = ["code"]

        def __str__(self) -> str:
            return f"Batch {self.code}"

    class Piece(models.Model):
        ref = "number"
        number = models.CharField(max_length=20, unique=True)
        title = models.CharField(max_length=600)
        status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
        batch = models.ForeignKey(Batch, models.CASCADE, null=True)
        due_at = models.DateTimeField(null=True)
        made_on = models.DateField(null=True)
        count = models.IntegerField(default=0)
        price = MoneyField()

        class Meta:
            app_label = "kit"
            indexes = [models.Index(fields=["due_at", "id"], name="piece_due")]

        def __str__(self) -> str:
            return self.title

        def get_absolute_url(self) -> str:
            return f"/pieces/{self.number}/"


@pytest.fixture(scope="module")
def pieces_tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Batch)
        editor.create_model(Piece)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Piece)
        editor.delete_model(Batch)


def make_pieces(count, **changed):
    """Pieces P0001, P0002 …; every third has no due time, two in a row share one."""
    batches = [Batch(code=f"B{number}", due_at=NOON) for number in range(3)]
    Batch.objects.bulk_create(batches, ignore_conflicts=True)
    batches = list(Batch.objects.all())
    return Piece.objects.bulk_create(
        Piece(
            **{
                "number": f"P{number:04}",
                "title": f"Piece {number}",
                "status": list(Status)[number % 3],
                "batch": batches[number % 3],
                "due_at": None if number % 3 == 2 else NOON + timedelta(hours=number // 2),
                "made_on": NOON.date() + timedelta(days=number % 5),
                "count": number,
                "price": Money(number * 100, "CNY"),
                **changed,
            }
        )
        for number in range(count)
    )


class PieceFilter(FilterSet):
    q = Contains("number", "title", label="Text")
    status = OneOf(choices=Status.choices, label="Status")
    batch = FewChoices(queryset=lambda request: Batch.objects.all(), label="Batch")
    found = Lookup(
        field_name="batch",
        queryset=lambda request: Batch.objects.all(),
        search=("code",),
        label="Batch code",
    )
    due_from = FromDay("due_at", label="Due")
    due_until = UntilDay("due_at", label="Due")
    made_until = UntilDay("made_on", label="Made")
    is_undated = YesNo("due_at", lookup_expr="isnull", label="Without a date")

    class Meta:
        model = Piece
        fields = {"count": ["gte", "exact"]}


class PieceList(List):
    name, title = "pieces", "Pieces"
    filter = PieceFilter
    order = {
        "due": Order("due_at", label="Due first"),
        "newest": Order("-pk"),
        "batch": ("batch__due_at", "number"),
        "number": ("number",),
        "status": ("status", "-due_at"),
    }
    columns = [
        Column("number", "Number", link=True, cell="code", order="number"),
        Column("title", "Title"),
        Column("status", "Status", phone="state", order="status"),
        Column("batch", "Batch"),
        Column("due", "Due", value="due_at", order="due"),
        Column("made_on", "Made", phone="hide"),
        Column("count", "Count", align="end"),
        Column("price", "Price", align="end", money=True),
        Column("secret", "Only in the file", value=lambda row: row.pk, places=("file",)),
    ]
    empty = Empty("No pieces yet", "Make one.", url="/pieces/make/", label="Make a piece")

    def queryset(self, request):
        return Piece.objects.select_related("batch")


def get(address="", *, of=PieceList, htmx=False, user=None, saved=lambda user, name: ()):
    """What the list answers to an address, in a frame that no module has filled."""
    request = RequestFactory().get(f"/pieces/{address}")
    request.user = user or SimpleNamespace(
        is_authenticated=True,
        name="Lin",
        holds=lambda right: True,
        pk=1,
        company=None,
        get_absolute_url=lambda: "/people/lin/",
    )
    request.htmx = SimpleNamespace(boosted=False) if htmx else None
    bare_frame = patch.multiple("kept.kit.pages", menu=Slot("menu"), frame_parts=Slot("frame"))
    with bare_frame, patch("kept.kit.lists.view._saved_views", saved):
        return of.as_view()(request)


def body(response) -> str:
    """The whole text of an answer, streamed or not."""
    pieces = response.streaming_content if response.streaming else [response.content]
    return b"".join(pieces).decode()
