"""What the service catalogue offers to pages, and what it hears and objects to."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from kept.cases.models import Case, Request
from kept.cases.requests.arising import arise
from kept.cases.requests.checks import missing, request_of
from kept.cases.requests.kinds import kinds_for
from kept.cases.requests.shown import about, request_panel
from kept.cases.wiring import case_panels
from kept.kit.refusal import Refused
from kept.kit.wiring import objection, reaction
from kept.parties.models import Account
from kept.parties.wiring import Panel as AccountPanel
from kept.parties.wiring import account_panels
from kept.people.models import Unit, User
from kept.people.wiring import PolicySection, PolicySentence, policy_sentences
from kept.promises.models import Promise, PromiseKind
from kept.timeline.models import Entry

SHOWN_BESIDE = 8
CHANGES_RELATION = (
    "account.added",
    "account.activated",
    "account.roles_changed",
    "account.changed",
    "account.won_back",
)


@reaction(*CHANGES_RELATION)
def relation_brings_requests(account: Account, *, by: User, entry: Entry) -> None:
    """A new agent gets the kit, a mine or fleet served directly advice, in the same transaction
    (S4.25, S4.27).
    """
    arise(account, by=by)


@case_panels.fill(order=2)
def what_is_asked_for(case: Case, reader: User) -> Any:
    """The request beside its case: fields, checklist, fee, and what is still missing."""
    request = request_of(case)
    return request_panel(request, reader) if request is not None else None


@objection("cases.close")
def finish_request_first(case: Case, *, by: User) -> Refused | None:
    """No case is closed while what was asked for is not done, item by item (S4.19, S4.25)."""
    request = request_of(case)
    if request is None or not request.is_open:
        return None
    return missing(request) or Refused(
        _("“{kind}” is not done yet. Finish it, or withdraw it with the reason."),
        kind=request.kind,
        rule=request.kind.source or None,
        mend=f"{case.get_absolute_url()}finish_request/",
    )


@objection("cases.merge")
def merge_no_open_request(case: Case, *, by: User) -> Refused | None:
    """What was promised for a request cannot be kept by a case that asks for something else."""
    request = request_of(case)
    if request is None or not request.is_open:
        return None
    return Refused(
        _("“{kind}” is not done yet. Withdraw it first: the other case asks for its own."),
        kind=request.kind,
        rule="SX.05",
        mend=f"{case.get_absolute_url()}withdraw_request/",
    )


@objection("promises.excuse")
def tell_customer_first(promise: Promise, *, by: User) -> Refused | None:
    """No service is excused before the customer knows, where that comes first (S4.18)."""
    if promise.kind != PromiseKind.FULFIL:
        return None
    rows = Request.objects.filter(case__thread=promise.about_id).select_related("kind", "case")
    request = rows.first()
    if request is None or not request.kind.excuse_needs or request.customer_told_at is not None:
        return None
    return Refused(
        _("Tell the customer first: a special cause excuses nothing they were not told."),
        rule=request.kind.source or None,
        mend=f"{request.get_absolute_url()}excuse_request/",
    )


@account_panels.fill(order=12)
def requests_of_account(account: Account, reader: User) -> AccountPanel | None:
    """What an account asked for, open things first, and the way to ask for more."""
    if not reader.holds("cases.see"):
        return None
    rows = Request.objects.visible_to(reader).filter(case__account=account)
    rows = rows.select_related("kind", "case__thread", "case__handler")
    requests = list(rows.order_by("-case__thread__is_open", "-started_at", "-pk")[:SHOWN_BESIDE])
    may_ask = reader.holds("cases.open") and reader.unit is not None
    if not requests and not (may_ask and kinds_for(account.unit)):
        return None
    return AccountPanel(
        _("Requests"),
        "cases/requests_panel.html",
        "clipboard-list",
        {"requests": requests},
        url=f"/requests/?{urlencode({'account': account.number})}" if may_ask else "",
        link=_("Ask for a service"),
    )


@policy_sentences.fill(order=22)
def what_may_be_asked_for(unit: Unit, moment: datetime) -> PolicySection | None:
    """The service catalogue, in sentences."""
    sentences = [
        PolicySentence(
            f"{kind.name}: {' '.join(about(kind))}", kind.unit, kind.valid_from, kind.source
        )
        for kind in kinds_for(unit, moment)
    ]
    return PolicySection(_("Service catalogue"), sentences, icon="clipboard-list")
