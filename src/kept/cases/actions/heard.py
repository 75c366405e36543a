"""What is heard along the way: needs, likings, news of the market and opinions (S3.05)."""

from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case
from kept.kit.actions import action
from kept.kit.refusal import Refused
from kept.kit.text import Text
from kept.parties.actions import remember
from kept.parties.actions.upkeep import Topic
from kept.parties.models import RemarkKind
from kept.people.models import User


def _is_known(case: Case, by: User) -> bool:
    return case.account_id is not None


@action(
    "cases.note_heard",
    label=_("Note need or opinion"),
    right="cases.work",
    icon="message-square-quote",
    adds=True,
    offered=_is_known,
)
def note_heard(case: Case, *, by: User, kind: RemarkKind, text: Text, topic: Topic = "") -> Case:
    """Keep in the customer's file what was heard in a visit, a complaint or a call, with where it
    was said (S3.05).
    """
    if case.account is None:
        raise Refused(
            _("Say first who called: needs and likings are kept in the customer's file."),
            rule="S3.05",
            mend=f"{case.get_absolute_url()}attach_caller/",
        )
    remember(case.account, kind, text, by=by, topic=topic, source=case.thread)
    case.record("case.heard", by=by, kind=kind, words={"topic": topic, "text": text})
    return case
