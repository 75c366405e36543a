"""Makes the tables and is there, as a worker would be."""

from datetime import timedelta

import django

django.setup()

from kept.timeline.models import Lease  # noqa: E402
from kept.web.readiness import prepare  # noqa: E402
from kept.web.worker import presence  # noqa: E402

prepare()
Lease.objects.take(presence("alive"), "alive", timedelta(minutes=5))
print("true")  # noqa: T201
