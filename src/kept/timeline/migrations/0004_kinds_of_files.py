from typing import Any

from django.db import migrations, models

from kept.timeline.guards import lift_guards, put_guards

KINDS = [
    ("document", "document"),
    ("fax", "fax"),
    ("photo", "photo"),
    ("signature", "signature"),
    ("voucher", "voucher"),
    ("data", "data"),
]


def say_document(apps: Any, editor: Any) -> None:
    """Files that went up before kinds were chosen are plain documents."""
    files = apps.get_model("timeline", "Attachment").objects
    files.exclude(kind__in=[kind for kind, _word in KINDS]).update(kind="document")


class Migration(migrations.Migration):
    dependencies = [("timeline", "0003_retention")]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="kind",
            field=models.CharField(
                choices=KINDS, default="document", max_length=30, verbose_name="kind"
            ),
        ),
        lift_guards("timeline_attachment"),
        migrations.RunPython(say_document, migrations.RunPython.noop),
        put_guards("timeline_attachment"),
    ]
