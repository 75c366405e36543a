"""Asking for agreement, and deciding."""

from django.utils.translation import gettext_lazy as _

from kept.approvals.models import ApprovalRequest, RequestState
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import NotAllowed, Refused
from kept.kit.text import Text
from kept.people.models import Absence, Unit, User
from kept.promises import ledger
from kept.promises.models import PromiseKind
from kept.timeline.models import Sight, Thread
from kept.timeline.notices import tell
from kept.timeline.recorder import record

WAITING = (RequestState.WAITING,)


def ask(
    about: Thread,
    kind: str,
    *,
    by: User,
    unit: Unit,
    text: str,
    right: str = "",
    to: User | None = None,
) -> ApprovalRequest:
    """Ask for agreement, inside another module's action; the deadline is a promise by rule."""
    request = ApprovalRequest.objects.create(
        about=about,
        kind=kind,
        unit=unit,
        text=text,
        right=right,
        to=to,
        asked_by=by,
        asked_at=clock.now(),
    )
    decider = to or unit.manager
    request.about.record("approval.asked", by=by, kind=kind, to=decider, words={"text": text})
    ledger.promise_by_rule(
        request, PromiseKind.APPROVE, by=by, unit=unit, person=decider, facts={"kind": kind}
    )
    tell(
        [decider] if decider else [],
        "approval.asked",
        about=about,
        key=f"approval:{request.pk}",
        kind=kind,
        to=decider,
    )
    return request


def may_decide(request: ApprovalRequest, by: User) -> bool:
    """The person asked or their deputy; else whoever holds the right over the matter."""
    if request.to_id is not None:
        if by == request.to:
            return True
        return Absence.objects.at(clock.now()).filter(user=request.to, deputy=by).exists()
    scopes = by.scopes_with(request.right)
    return Sight.objects.filter(thread=request.about, scope__in=scopes).exists()


def _require_second_person(request: ApprovalRequest, by: User) -> None:
    if by == request.asked_by:
        raise Refused(_("You prepared this yourself; somebody else decides."), rule="SX.13")
    if not may_decide(request, by):
        raise NotAllowed(request.right or "approvals.decide", _("Decide"))


def _is_mine_to_decide(request: ApprovalRequest, by: User) -> bool:
    return by != request.asked_by and may_decide(request, by)


@action(
    "approvals.approve",
    label=_("Agree"),
    on=WAITING,
    right="cases.see",
    primary=True,
    offered=_is_mine_to_decide,
    icon="thumbs-up",
)
def approve(request: ApprovalRequest, *, by: User, note: Text = "") -> ApprovalRequest:
    """Agree: what was prepared happens now, word for word (SX.13)."""
    return _decide(request, RequestState.GRANTED, by=by, note=note)


@action(
    "approvals.refuse",
    label=_("Do not agree"),
    on=WAITING,
    right="cases.see",
    offered=_is_mine_to_decide,
    icon="thumbs-down",
)
def refuse(request: ApprovalRequest, *, by: User, note: Text) -> ApprovalRequest:
    """Do not agree, saying why; whoever prepared it is told (SX.13)."""
    return _decide(request, RequestState.REFUSED, by=by, note=note)


def _decide(
    request: ApprovalRequest, status: RequestState, *, by: User, note: str
) -> ApprovalRequest:
    _require_second_person(request, by)
    request.status, request.decided_by, request.decided_at = status, by, clock.now()
    request.save(update_fields=["status", "decided_by", "decided_at"])
    ledger.keep_open(request, [PromiseKind.APPROVE], by=by)
    event = "approval.granted" if status == RequestState.GRANTED else "approval.refused"
    _record(request, event, by=by, note=note)
    tell([request.asked_by], event, about=request.about, key=f"{event}:{request.pk}", by_whom=by)
    return request


def _record(request: ApprovalRequest, event: str, *, by: User, note: str) -> None:
    """Write the decision on the matter's thread; reactions get the request itself."""
    record(
        request,
        event,
        by=by,
        happened_at=None,
        words={"note": note},
        values={"kind": request.kind, "asked_by": request.asked_by, "by_whom": by},
    )
