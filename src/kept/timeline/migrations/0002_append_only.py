from django.db import migrations

from kept.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]

    operations = [append_only("timeline_entry")]
