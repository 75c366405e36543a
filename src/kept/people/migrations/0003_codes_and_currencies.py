"""What may be the code of a unit, and which currencies there are."""

from django.db import migrations, models

import kept.kit.money
import kept.people.models.unit


class Migration(migrations.Migration):
    dependencies = [("people", "0002_cache_table")]

    operations = [
        migrations.AlterField(
            model_name="unit",
            name="code",
            field=models.CharField(
                max_length=20, unique=True, validators=[kept.people.models.unit.check_code]
            ),
        ),
        migrations.AlterField(
            model_name="unit",
            name="currency",
            field=models.CharField(
                default="CNY", max_length=3, validators=[kept.kit.money.check_currency]
            ),
        ),
    ]
