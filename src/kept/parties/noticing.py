"""Making a change at once, or reporting it and waiting for somebody's word (S0.42, S0.43)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import number_at_end
from kept.kit.refusal import InvalidInput, Refused
from kept.parties import changes
from kept.parties.changes import Change, Lines
from kept.parties.fields import as_words
from kept.parties.findable import put_account
from kept.parties.models import Account, AccountState, ChangeNotice, NoticeState
from kept.parties.settings import account_policy, today_in
from kept.people.models import Grant, Unit, User
from kept.promises.ledger import promise_by_rule
from kept.promises.models import PromiseKind
from kept.timeline.notices import tell
from kept.timeline.sight import open_thread, scopes_above

FIELD_STAFF = "field_staff"
ACKNOWLEDGE = "parties.acknowledge_change"


def change_file(
    about: Account | User,
    change: Change,
    *,
    by: User,
    reason: str = "",
    effective_on: date | None = None,
) -> ChangeNotice | None:
    """Make the change, or report it where somebody else has to acknowledge it first.

    Answers with the notice that now waits, or None when the change is made. Raises Refused when
    nothing would be different.
    """
    lines = changes.lines_of(about, change)
    if not any(one["old"] != one["new"] for one in lines):
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05")
    if waits_for_word(about):
        return _report(about, change, lines, by=by, reason=reason, effective_on=effective_on)
    if effective_on is not None and effective_on > today_in(about.unit):
        raise InvalidInput(_("Enter this change on the day it takes effect."), field="effective_on")
    make_change(about, change, lines, by=by, reason=reason)
    return None


def waits_for_word(about: Account | User) -> bool:
    """Whether changes are acknowledged before they take effect: policy says for whom."""
    acknowledged = account_policy(about.unit).acknowledged
    if isinstance(about, User):
        return FIELD_STAFF in acknowledged and is_field_staff(about)
    is_active = about.status == AccountState.ACTIVE
    return is_active and any(role in acknowledged for role in about.roles)


def is_field_staff(person: User) -> bool:
    """Posted somewhere now, or still responsible for a station."""
    return person.postings.filter(until_on=None).exists() or person.managed_accounts.exists()


def make_change(
    about: Account | User,
    change: Change,
    lines: Lines,
    *,
    by: User,
    reason: str = "",
    notice: ChangeNotice | None = None,
) -> None:
    """Apply the change and write old and new into the history."""
    changes.apply(about, change)
    words = {**as_words(lines), "reason": reason}
    about.record(changes.event_of(change), by=by, notice=notice, words=words)
    if isinstance(about, Account):
        put_account(about)


def _report(
    about: Account | User,
    change: Change,
    lines: Lines,
    *,
    by: User,
    reason: str,
    effective_on: date | None,
) -> ChangeNotice:
    _require_no_other(about, change)
    account = about if isinstance(about, Account) else None
    unit: Any = about.unit
    policy = account_policy(unit)
    notice = ChangeNotice(
        company=unit.company,
        unit=unit,
        account=account,
        person=about if isinstance(about, User) else None,
        change=change.kind,
        target=change.target,
        values=change.values,
        lines=lines,
        reason=reason,
        effective_on=effective_on or today_in(unit),
        late_after=policy.notice_days,
        notified_at=clock.now(),
        notified_by=by,
    )
    notice.thread = open_thread(
        kind=ChangeNotice.kind, unit=unit, title=str(about), scopes=_scopes(about, by)
    )
    notice.save()
    number_at_end(notice)
    notice.record(
        "change.reported",
        by=by,
        whom=about,
        effective_on=notice.effective_on,
        words={**as_words(lines), "reason": reason},
    )
    about.record("change.waits", by=by, notice=notice, words=as_words(lines))
    _ask_for_word(notice, by)
    return notice


def _require_no_other(about: Account | User, change: Change) -> None:
    """Two changes of the same fact never wait at once: nobody could say which one counts."""
    waiting = ChangeNotice.objects.filter(
        status__in=(NoticeState.PENDING, NoticeState.ACKNOWLEDGED),
        change=change.kind,
        target=change.target,
        **{"account" if isinstance(about, Account) else "person": about},
    )
    for notice in waiting:
        if change.kind.startswith("new_") and notice.values != change.values:
            continue
        if set(notice.values) & set(change.values) or not change.values:
            raise Refused(
                _("A change of this is waiting already: {number}."),
                number=notice.number,
                rule="S0.42",
                mend=notice.get_absolute_url(),
            )


def _scopes(about: Account | User, by: User) -> set[int]:
    scopes = {about.scope_id, by.scope_id}
    if isinstance(about, Account) and about.field_manager:
        scopes.add(about.field_manager.scope_id)
    return scopes


def _ask_for_word(notice: ChangeNotice, by: User) -> None:
    """The channel owner promises to acknowledge it, and is told (S0.42)."""
    people = [person for person in holders(ACKNOWLEDGE, notice.unit) if person != by]
    promise_by_rule(
        notice,
        PromiseKind.ACKNOWLEDGE,
        by=by,
        unit=notice.unit,
        person=people[0] if people else None,
        facts={"matter": ChangeNotice.kind},
        to=notice.account.thread if notice.account else None,
    )
    tell(
        people,
        "change.reported",
        about=notice.thread,
        key=f"change_notice:{notice.pk}",
        whom=notice.about,
        effective_on=notice.effective_on,
    )


def holders(right: str, unit: Unit) -> list[User]:
    """Who holds a right over a unit, those nearest to it first."""
    rows = (
        Grant.objects.current()
        .filter(scope__in=scopes_above(unit), user__is_active=True, user__is_system=False)
        .select_related("user", "role", "scope__unit")
    )
    fitting = [row for row in rows if right in row.role.rights]
    fitting.sort(key=lambda row: (-row.scope.unit.depth, row.user.sort_key))
    return list(dict.fromkeys(row.user for row in fitting))
