from django.db import migrations

from kept.search.tables import token_index


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [token_index()]
