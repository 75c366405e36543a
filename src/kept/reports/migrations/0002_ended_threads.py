"""Reports that were sent had stayed open in what people see of them."""

from django.db import migrations


def close_sights(apps, schema_editor):
    Sight = apps.get_model("timeline", "Sight")
    Sight.objects.filter(thread__kind="report", thread__is_open=False, is_open=True).update(
        is_open=False
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("timeline", "0003_retention")]

    operations = [migrations.RunPython(close_sights, migrations.RunPython.noop)]
