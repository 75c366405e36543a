"""Change notices: acknowledged by somebody else, then in effect; or declined (S0.42, S0.43)."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import Refused
from kept.kit.text import Line
from kept.parties import changes
from kept.parties.changes import Change
from kept.parties.models import Account, ChangeNotice, NoticeState
from kept.parties.noticing import make_change
from kept.parties.settings import today_in
from kept.parties.station_news import tell_stations
from kept.people.models import User
from kept.promises import ledger
from kept.promises.models import PromiseKind
from kept.timeline import sight
from kept.timeline.notices import tell


@action("parties.acknowledge_change", label=_("Acknowledge"), on=(NoticeState.PENDING,),
        primary=True, icon="check")  # fmt: skip
def acknowledge_change(notice: ChangeNotice, *, by: User, note: Line = "") -> ChangeNotice:
    """The channel owner has seen the change: it takes effect on its day (S0.42)."""
    _require_second_person(notice, by)
    _answer(notice, NoticeState.ACKNOWLEDGED, by=by, note=note)
    notice.record("change.acknowledged", by=by, effective_on=notice.effective_on,
                  words={"note": note})  # fmt: skip
    ledger.keep_open(notice, [PromiseKind.ACKNOWLEDGE], by=by)
    if notice.effective_on <= today_in(notice.unit):
        _take_effect(notice, by=by)
    _tell_reporter(notice, "change.acknowledged")
    return notice


@action("parties.decline_change", label=_("Decline"), icon="x", right="parties.acknowledge_change",
        on=(NoticeState.PENDING, NoticeState.ACKNOWLEDGED))  # fmt: skip
def decline_change(notice: ChangeNotice, *, by: User, reason: Line) -> ChangeNotice:
    """The change is not right: what stands there stays, with the reason (S0.42)."""
    _require_second_person(notice, by)
    _answer(notice, NoticeState.DECLINED, by=by, note=reason)
    notice.record("change.declined", by=by, words={"reason": reason})
    ledger.keep_open(notice, [PromiseKind.ACKNOWLEDGE], by=by)
    sight.close(notice.thread)
    _about(notice).record("change.declined", by=by, notice=notice, words={"reason": reason})
    _tell_reporter(notice, "change.declined")
    return notice


@action("parties.take_effect", label=_("Put into effect"), on=(NoticeState.ACKNOWLEDGED,),
        internal=True)  # fmt: skip
def take_effect(notice: ChangeNotice, *, by: User) -> ChangeNotice:
    """The day of an acknowledged change has come; the sweep calls this."""
    if notice.effective_on <= today_in(notice.unit):
        _take_effect(notice, by=by)
    return notice


def _require_second_person(notice: ChangeNotice, by: User) -> None:
    if by in (notice.notified_by, notice.person):
        raise Refused(
            _("Somebody else than {name}, who reported it, has to look at it."),
            name=by,
            rule="S0.43" if notice.person else "S0.42",
        )


def _answer(notice: ChangeNotice, state: NoticeState, *, by: User, note: str) -> None:
    notice.move_to(state)
    notice.answered_at, notice.answered_by, notice.answer = clock.now(), by, note
    notice.save(update_fields=["status", "answered_at", "answered_by", "answer"])


def _take_effect(notice: ChangeNotice, *, by: User) -> None:
    """Apply the change as it was reported; history shows what really stood there before."""
    about, change = _about(notice), Change(notice.change, notice.values, notice.target)
    lines = changes.lines_of(about, change)
    make_change(about, change, lines, by=by, reason=notice.reason, notice=notice)
    notice.move_to(NoticeState.EFFECTIVE)
    notice.took_effect_at = clock.now()
    notice.save(update_fields=["status", "took_effect_at"])
    notice.record("change.took_effect", by=by)
    sight.close(notice.thread)
    if notice.person:
        tell_stations(notice.person, by=by)


def _about(notice: ChangeNotice) -> Account | User:
    return notice.about


def _tell_reporter(notice: ChangeNotice, event: str) -> None:
    tell(
        [notice.notified_by],
        event,
        about=notice.thread,
        key=f"{event}:{notice.pk}",
        effective_on=notice.effective_on,
    )
