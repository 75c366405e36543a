"""Rules that come into force by themselves: the worker looks at every company now and then."""

from django.db import transaction

from kept.people.models import Unit, User
from kept.people.wiring import is_on
from kept.workforce.watching import watch


def look_at_all() -> int:
    """Begin and end shortages no verb brought about; how many companies were looked at.

    Runs any number of times: what stands already is neither begun nor told again.
    """
    companies = [one for one in Unit.objects.companies().active() if is_on("workforce", one)]
    for company in companies:
        with transaction.atomic():
            watch(company, by=User.objects.system())
    return len(companies)
