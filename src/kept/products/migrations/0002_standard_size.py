from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='standard_height',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='standard height, mm'),
        ),
        migrations.AddField(
            model_name='product',
            name='standard_width',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='standard width, mm'),
        ),
    ]
