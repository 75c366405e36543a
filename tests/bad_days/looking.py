"""What an installation elsewhere is good for: prints what search finds, and the next numbers.

Arguments: user name, what to look for, and an access key of theirs to try.
"""

import json
import sys

import django

django.setup()

from kept.cases.factories import make_case  # noqa: E402
from kept.cases.models import Case  # noqa: E402
from kept.people.models import Installation, User  # noqa: E402
from kept.people.tokens import user_of  # noqa: E402
from kept.search.queries import find  # noqa: E402

username, words, key = sys.argv[1:]
user = User.objects.get(username=username)
opened_by = user_of(key)
found = {
    "found": sorted(hit.number for hit in find(user, words)),
    "related": [case.number for case in Case.objects.order_by("pk").first().related.all()],
    "next": make_case(user).number,
    "opens": opened_by.username if opened_by else None,
    "offset": Installation.the().clock_offset.total_seconds(),
}
sys.stdout.write(json.dumps(found))
