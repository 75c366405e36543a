"""Forum posts: answered in public, never deleted but under a named rule (S1.76, S1.77, S1.79)."""

from django.utils.translation import gettext_lazy as _

from kept.approvals import actions as approvals
from kept.cases.actions.details import relate
from kept.cases.actions.intake import PhoneText, open_case
from kept.cases.actions.ownership import ALIVE
from kept.cases.models import Case, CaseKind, ForumRule, Route
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text
from kept.people.models import User
from kept.promises import ledger
from kept.promises.models import PromiseKind
from kept.timeline.models import EntryText

POST_REPLY = "forum_reply"
NEVER_HIDDEN = {CaseKind.CRITICISM, CaseKind.COMPLAINT, CaseKind.SUGGESTION}


def is_post(case: Case, by: User) -> bool:
    return case.route == Route.FORUM


def _require_post(case: Case) -> None:
    if case.route != Route.FORUM:
        raise Refused(_("This is no forum post."), rule="S1.76")


@action("cases.hide_post", label=_("Take post down"), offered=is_post, danger=True, icon="eye-off")
def hide_post(case: Case, *, by: User, forum_rule: ForumRule, reason: Text) -> Case:
    """Take a post down because it breaks a named rule of the forum; the copy stays here (S1.77).

    Criticism, complaints and suggestions stay up, whatever they say.
    """
    _require_post(case)
    for kind in NEVER_HIDDEN & {case.case_kind, *_kinds_before(case)}:
        raise Refused(
            _("A {kind} is answered, never taken down."), kind=CaseKind(kind).label, rule="S1.77"
        )
    if case.hidden_at is not None:
        raise Refused(_("This post is down already."), rule="S1.77")
    case.hidden_at = clock.now()
    case.save(update_fields=["hidden_at"])
    ledger.cancel_open(case, [PromiseKind.REPLY], by=by, reason="hidden")
    case.record(
        "case.post_hidden",
        by=by,
        forum_rule=str(forum_rule.code),
        words={"reason": reason, "summary": case.summary, "text": case.description},
    )
    return case


def _kinds_before(case: Case) -> set[str]:
    """Every kind the post was ever taken for: a correction opens no way round the rule."""
    words = EntryText.objects.filter(entry__thread=case.thread_id, name="old_case_kind")
    return set(words.values_list("text", flat=True))


@action(
    "cases.draft_post",
    label=_("Draft public answer"),
    on=ALIVE,
    offered=is_post,
    right="cases.work",
    icon="pen-line",
)
def draft_post(case: Case, *, by: User, answer: Text, reviewer: User | None = None) -> Case:
    """Prepare the public answer to a hard post; it goes up once a second person agrees (S1.78)."""
    _require_post(case)
    if case.thread.approvals.filter(status="waiting", kind=POST_REPLY).exists():
        raise Refused(_("A draft is waiting for a second person already."), rule="S1.78")
    approvals.ask(
        case.thread, POST_REPLY, by=by, unit=case.unit, text=answer, right="cases.work", to=reviewer
    )
    return case


@action(
    "cases.move_to_private",
    label=_("Move to private contact"),
    on=ALIVE,
    offered=is_post,
    right="cases.work",
    icon="lock",
)
def move_to_private(
    case: Case, *, by: User, request: Text, phone: PhoneText = "", email: Line = ""
) -> Case:
    """Go on in private with a hard post: a linked case; the post itself still gets its public
    answer (S1.79). Returns the private case.
    """
    _require_post(case)
    if not (phone or email):
        raise InvalidInput(
            _("Write down the phone or mail address you were given."), field="phone", rule="S1.79"
        )
    private = open_case(
        by=by,
        unit=case.unit,
        route=Route.PHONE if phone else Route.MAIL,
        summary=case.summary,
        description=request,
        account=case.account,
        caller_name=case.caller_name,
        caller_phone=phone,
        caller_email=email,
        case_kind=case.case_kind,
    )
    private.public_post = case
    private.save()
    relate(case, private, by=by)
    return private
