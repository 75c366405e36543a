"""What of a pack is no dated row waits for the pack's day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_policy_stamp")]

    operations = [
        migrations.CreateModel(
            name="PackPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                ("section", models.SlugField(max_length=40)),
                ("body", models.JSONField()),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.unit",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
