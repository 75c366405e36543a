from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stations", "0004_disputed_orders_as_rows")]

    operations = [migrations.RemoveField(model_name="settlementtalk", name="disputed_orders")]
