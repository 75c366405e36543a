"""Two accounts that are one party: merged so that nothing is lost (SX.05, SX.10)."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.locking import lock
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Text
from kept.parties.findable import drop_account, put_account
from kept.parties.models import (
    ALIVE,
    Account,
    AccountState,
    Address,
    ChangeNotice,
    Contact,
    Coverage,
    CrossRegionService,
    FileCheck,
    Leaving,
    NoticeState,
    Remark,
    TaughtSkill,
)
from kept.parties.settings import today_in
from kept.parties.tenure import begin_tenure, end_tenure
from kept.people.models import Grant, User
from kept.promises.models import Promise
from kept.timeline import sight
from kept.timeline.models import Sight

#: Rows of this module that go on with the survivor. Tenures and coverage stay where they were
#: earned: they are counted, not shown.
MOVING = (Contact, Address, FileCheck, TaughtSkill, Remark, CrossRegionService)
#: Facts the survivor takes over where its own file is silent.
FILLED = (
    "code", "org_type", "region", "relationship_owner", "dealer_type", "level",
    "level_rule", "level_since", "joined_year", "joining", "project_class", "agent_name",
    "last_verified_on", "informed_at", "informed_by", "informed_channels",
)  # fmt: skip


@action("parties.merge", label=_("Merge into another customer"), on=ALIVE, danger=True,
        icon="merge")  # fmt: skip
def merge_account(account: Account, *, by: User, into: Account, reason: Text) -> Account:
    """Two accounts are one: this one ends and keeps its number and story, the other goes on.

    Contacts, addresses, checks and remarks move here; every module above moves its own rows by
    hearing ``account.merged`` in the same transaction. Of two merges that cross one wins, the
    other is refused.
    """
    lock(into)
    _require_mergeable(account, into)
    _require_no_waiting_change(account)
    _move_rows(account, into)
    _share_sight(account, into)
    _end(account, into)
    _fill_file(into, account)
    account.record("account.merged", by=by, into=into, words={"reason": reason})
    into.record("account.absorbed", by=by, other=account)
    drop_account(account)
    put_account(into)
    return account


def _require_mergeable(account: Account, into: Account) -> None:
    if into == account or into.company_id != account.company_id:
        raise InvalidInput(_("Choose another account of the same company."), field="into")
    if into.status == AccountState.MERGED:
        raise Refused(
            _("{number} was itself merged into {other}. Choose that one."),
            number=into.number,
            other=into.survivor.number,
            field="into",
            rule="SX.06",
        )
    is_upside_down = account.status == AccountState.ACTIVE and into.status != AccountState.ACTIVE
    if is_upside_down or (account.is_station and not into.is_station):
        raise Refused(
            _("Merge them the other way round: {name} is the one that is active."),
            name=account.name,
            field="into",
            rule="S0.01" if account.is_station else "SX.10",
            mend=f"{into.get_absolute_url()}merge/",
        )


def _require_no_waiting_change(account: Account) -> None:
    waiting = ChangeNotice.objects.filter(
        account=account, status__in=(NoticeState.PENDING, NoticeState.ACKNOWLEDGED)
    ).first()
    if waiting is not None:
        raise Refused(
            _("A change is still waiting to be acknowledged: {number}."),
            number=waiting.number,
            rule="S0.42",
            mend=waiting.get_absolute_url(),
        )


def _move_rows(account: Account, into: Account) -> None:
    if into.contacts.current().filter(is_main=True).exists():
        account.contacts.update(is_main=False)
    if into.addresses.current().filter(is_main=True).exists():
        account.addresses.update(is_main=False)
    for model in MOVING:
        model.objects.filter(account=account).update(account=into)
    Account.objects.filter(merged_into=account).update(merged_into=into)
    Promise.objects.open().filter(to=account.thread_id).update(to=into.thread_id)


def _fill_file(into: Account, account: Account) -> None:
    into.roles = sorted({*into.roles, *account.roles})
    for field in FILLED:
        if not getattr(into, field):
            setattr(into, field, getattr(account, field))
    if account.notes and account.notes not in into.notes:
        into.notes = f"{into.notes}\n\n{account.notes}".strip()
    if into.field_manager is None and account.field_manager is not None:
        into.field_manager = account.field_manager
        start = today_in(into.unit)
        Coverage.objects.create(account=into, manager=into.field_manager, from_on=start)
    into.save()
    begin_tenure(into)


def _share_sight(account: Account, into: Account) -> None:
    """Whoever saw one of the two sees both, and all that is for either of them."""
    for source, target in ((account, into), (into, account)):
        _copy_sight(source.scope_id, target.scope_id)
        seen_by = source.thread.sights.values_list("scope_id", flat=True)
        sight.add_sight(target.thread, list(seen_by))
    for grant in Grant.objects.current().filter(scope=account.scope_id):
        Grant.objects.get_or_create(
            user_id=grant.user_id,
            role_id=grant.role_id,
            scope_id=into.scope_id,
            until=None,
            defaults={"since": clock.now()},
        )


def _copy_sight(source: int, target: int) -> None:
    """The target account's people see every thread the source account's people see."""
    rows = Sight.objects.filter(scope=source).select_related("thread")
    Sight.objects.bulk_create(
        [
            Sight(
                thread_id=row.thread_id,
                scope_id=target,
                kind=row.kind,
                is_open=row.is_open,
                due_at=row.due_at,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )


def _end(account: Account, into: Account) -> None:
    end_tenure(account, Leaving.MERGED)
    Coverage.objects.filter(account=account, until_on__isnull=True).update(
        until_on=today_in(account.unit)
    )
    account.move_to(AccountState.MERGED)
    account.merged_into = into
    account.save()
    sight.close(account.thread)
