"""Rows that companies decide: whoever writes one makes everybody forget what they remembered."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from kept.kit.actions import ending
from kept.kit.remembered import forget
from kept.kit.rows import ReadQuickly
from kept.people.models.installation import Installation, new_stamp


class NewStamp:
    """Gives the installation another stamp, once, at the end of the action that changed policy."""

    order = 50

    def finish(self) -> None:
        Installation.objects.update(policy_stamp=new_stamp())


def decided_anew() -> None:
    """Say that a row of policy was written: what is remembered of it holds no longer."""
    forget()
    if ending(NewStamp) is None:
        NewStamp().finish()


class DecidedQuerySet(models.QuerySet):
    def update(self, **values: Any) -> int:
        decided_anew()
        return super().update(**values)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        decided_anew()
        return super().bulk_create(objs, *args, **options)

    def delete(self) -> tuple[int, dict[str, int]]:
        decided_anew()
        return super().delete()


class Decided(ReadQuickly, models.Model):
    """A row of policy, or of one that belongs to it; ``objects`` come from a DecidedQuerySet."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        decided_anew()
        super().save(*args, **options)
