"""A rule has one code over time, and says who set it when; a day says when it was decided."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils.text import slugify

import kept.kit.clock

#: Days of before counted in every promise, however old.
ALWAYS_KNOWN = datetime(2000, 1, 1, tzinfo=UTC)


def say_what_was(apps, schema_editor):
    apps.get_model("promises", "CalendarDay").objects.update(decided_at=ALWAYS_KNOWN)
    for rule in apps.get_model("promises", "PromiseRule").objects.order_by("pk"):
        asked = [value for _name, values in sorted(rule.applies.items()) for value in values]
        rule.code = slugify("-".join([rule.kind, *asked]))[:60]
        rule.set_at = rule.valid_from
        rule.save(update_fields=["code", "set_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("promises", "0007_what_if"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarday",
            name="decided_at",
            field=models.DateTimeField(default=kept.kit.clock.now),
        ),
        migrations.AddField(
            model_name="promiserule",
            name="code",
            field=models.SlugField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="promiserule",
            name="set_at",
            field=models.DateTimeField(default=kept.kit.clock.now),
        ),
        migrations.AddField(
            model_name="promiserule",
            name="set_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(say_what_was, migrations.RunPython.noop),
    ]
