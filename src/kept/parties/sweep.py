"""What happens to change notices when their day comes; the worker calls it."""

from kept.kit import clock
from kept.kit.refusal import Refused
from kept.parties.actions.notices import take_effect
from kept.parties.models import ChangeNotice, NoticeState
from kept.parties.settings import today_in
from kept.people.models import User


def take_effect_due() -> int:
    """Put every acknowledged change whose day has come into effect; how many there were.

    A change that can no longer be made stays on the desk. Runs any number of times a day.
    """
    latest = max((clock.today(zone) for zone in _zones()), default=None)
    if latest is None:
        return 0
    due = ChangeNotice.objects.filter(
        status=NoticeState.ACKNOWLEDGED, effective_on__lte=latest
    ).select_related("unit")
    return sum(_take_effect(notice) for notice in due.order_by("effective_on", "pk"))


def _zones() -> set[str]:
    waiting = ChangeNotice.objects.filter(status=NoticeState.ACKNOWLEDGED)
    return set(waiting.values_list("unit__zone", flat=True).distinct())


def _take_effect(notice: ChangeNotice) -> int:
    if notice.effective_on > today_in(notice.unit):
        return 0
    try:
        take_effect(notice, by=User.objects.system())
    except Refused:
        return 0
    return 1
