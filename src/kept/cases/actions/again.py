"""The same matter once more: a call that belongs to a case that is there."""

from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import Name, PhoneText, register
from kept.cases.actions.ownership import ALIVE
from kept.cases.models import Case, Route
from kept.kit.actions import action
from kept.kit.text import Text
from kept.people.models import User
from kept.timeline.notices import tell


@action(
    "cases.call_again",
    label=_("They called again"),
    on=ALIVE,
    right="cases.work",
    icon="phone-incoming",
    adds=True,
)
def call_again(
    case: Case,
    *,
    by: User,
    words: Text,
    route: Route = Route.PHONE,
    caller_name: Name = "",
    caller_phone: PhoneText = "",
) -> Case:
    """Somebody got in touch about this matter again: it stands in the register like every contact,
    and no second case is opened (S2.23, SX.10). Who works on the case is told.
    """
    contact = register(case, by=by, unit=case.unit, route=route, content=words, phone=caller_phone)
    if caller_name:
        contact.sender = caller_name
    case.record("case.called_again", by=by, route=route, words={"text": words})
    if case.handler is not None and case.handler != by:
        tell(
            [case.handler],
            "case.called_again",
            about=case.thread,
            key=f"again:{case.pk}:{case.thread.length}",
            route=route,
        )
    return case
