from django.db import migrations

from kept.search.tables import found_in_spans, single_characters


class Migration(migrations.Migration):
    dependencies = [("search", "0003_personal_codes")]

    operations = [single_characters(), found_in_spans()]
