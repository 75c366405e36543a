"""Somebody who opens one case after the other until they are killed."""

import sys
from itertools import count

import django

django.setup()

from kept.cases.factories import make_case  # noqa: E402
from kept.people.models import User  # noqa: E402

lin = User.objects.get(username="lin")
for number in count():
    make_case(lin, summary=f"Case {number}")
    if number == 0:
        sys.stdout.write("writing\n")
        sys.stdout.flush()
