"""A centre has a postal address: some things must be sent to it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the address, empty at first."""

    dependencies = [("accounts", "0002_partners")]

    operations = [
        migrations.AddField("cert", "address", models.TextField(blank=True, default="")),
    ]
