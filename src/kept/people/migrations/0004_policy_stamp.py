"""The installation's stamp of its policy: another one after every change."""

from django.db import migrations, models

import kept.people.models.installation


class Migration(migrations.Migration):
    dependencies = [("people", "0003_codes_and_currencies")]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="policy_stamp",
            field=models.CharField(default=kept.people.models.installation.new_stamp, editable=False, max_length=32),
        ),
    ]
