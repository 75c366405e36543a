from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('promises', '0008_rules_over_time')]

    operations = [
        migrations.AlterField(
            model_name="promiserule",
            name="reopening",
            field=models.CharField(
                choices=[
                    ("resume", "go on with what was left"),
                    ("restart", "a full new term from now"),
                    ("keep", "as if it had never stopped"),
                ],
                default="resume",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["due_at"], name="promise_due"),
        ),
    ]
