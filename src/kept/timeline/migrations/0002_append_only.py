from django.db import migrations

from kept.kit.append_only import append_only
from kept.timeline.guards import guard_words_and_files


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]

    operations = [
        append_only("timeline_entry"),
        append_only("timeline_seal"),
        append_only("timeline_sealline"),
        guard_words_and_files(),
    ]
