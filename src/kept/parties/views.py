"""Pages of accounts: the account, its paper, new ones with their duplicates, change notices."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from kept.kit.pages import ActionPage, DetailPage, Page, find_or_none, find_visible, go_to, page_for
from kept.kit.refusal import Refused
from kept.parties.actions import verify_account
from kept.parties.duplicates import likely
from kept.parties.fields import shown_lines
from kept.parties.models import Account, AccountState, ChangeNotice, NoticeState
from kept.parties.shown import Shown
from kept.parties.territory import territory_missing
from kept.parties.wiring import account_panels
from kept.people.personal import personal_lines, sees_personal
from kept.promises.ledger import open_promises
from kept.promises.shown import shown
from kept.search.queries import suggest
from kept.timeline.sentences import tell

STATES = {
    AccountState.PENDING: "warned",
    AccountState.ACTIVE: "good",
    AccountState.LOST: "bad",
    AccountState.ENDED: "plain",
    AccountState.MERGED: "plain",
}
NOTICE_STATES = {
    NoticeState.PENDING: "warned",
    NoticeState.ACKNOWLEDGED: "warned",
    NoticeState.EFFECTIVE: "good",
    NoticeState.DECLINED: "bad",
}
SHOWN_WITH = (
    "thread", "company", "unit", "field_manager", "relationship_owner", "level_rule", "dealer_type",
    "informed_by", "merged_into",
)  # fmt: skip


class AccountPage(DetailPage):
    """All that is known at a glance: who, phones, places, what they own, what is open, what was
    promised, and the story.
    """

    model = Account
    template_name = "parties/account.html"
    related = SHOWN_WITH

    def context(self, subject: Account) -> dict[str, Any]:
        reader: Any = self.request.user
        told = Shown(subject, reader)
        return {
            "state": STATES[AccountState(subject.status)],
            "facts": told.facts,
            "contacts": told.contacts,
            "sees_personal": sees_personal(reader),
            "can_erase": reader.holds("parties.erase"),
            "addresses": told.addresses,
            "promises": told.promises,
            "remarks": told.remarks,
            "taught": told.taught,
            "waiting": told.waiting_changes,
            "merged": told.merged,
            "entries": told.story(whole="all" in self.request.GET),
            "older_url": told.older_url,
            "panels": account_panels.ask(subject, reader),
            "can_edit": reader.holds("parties.edit") and subject.status != AccountState.MERGED,
            "print_url": f"{subject.get_absolute_url()}print/",
        }


class AccountPaper(DetailPage):
    """The file on A4 (經銷商檔案, customer file)."""

    model = Account
    template_name = "parties/account_paper.html"
    related = SHOWN_WITH

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        account = find_visible(Account, ref, request.user, related=self.related)
        told = Shown(account, request.user)
        return self.show(
            {
                "account": account,
                "number": account.number,
                "facts": told.facts,
                "contacts": told.contacts,
                "addresses": told.addresses,
                "remarks": told.remarks,
                "panels": account_panels.ask(account, request.user),
                "back_url": account.get_absolute_url(),
            }
        )


class NewAccountPage(ActionPage):
    """The form of a new account; likely duplicates appear while it is filled in (S1.22)."""

    template_name = "parties/new_account.html"

    def show(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        form = context["form"]
        typed = form.data if form.is_bound else form.initial
        name, phone = str(typed.get("name") or ""), str(typed.get("phone") or "")
        return super().show({**context, **_duplicates(self.request, name, phone)}, status)

    def done(self, subject: Any, result: Account) -> HttpResponse:
        if territory_missing(result.unit, result.roles):
            messages.warning(
                self.request,
                _("{unit} is no territory: nobody answers for this customer.").format(
                    unit=result.unit
                ),
            )
        return super().done(subject, result)


class ChangePage(ActionPage):
    """The form of a change that may have to wait for somebody's word; then it says so."""

    def done(self, subject: Any, result: Any) -> HttpResponse:
        notice = getattr(subject, "notice", None)
        if notice is None:
            return super().done(subject, result)
        messages.info(
            self.request,
            _("{number} waits to be acknowledged; nothing has changed yet.").format(
                number=notice.number
            ),
        )
        return go_to(self.request, subject.get_absolute_url())


for verb in ("add_account", "add_dealer", "add_station", "add_operator"):
    page_for(f"parties.{verb}")(NewAccountPage)
for verb in (
    "change_account", "add_contact", "change_contact", "end_contact", "add_phone", "end_phone",
    "add_address", "change_address", "end_address", "change_own_contact",
):  # fmt: skip
    page_for(f"parties.{verb}")(ChangePage)


def _duplicates(request: HttpRequest, name: str, phone: str) -> dict[str, Any]:
    phone = phone[:40] if sees_personal(request.user) else ""
    found = likely(request.user, name[:200], phone)  # type: ignore[arg-type]
    return {
        "duplicates": found.select_related("unit").prefetch_related("contacts__phones"),
        "sees_personal": sees_personal(request.user),
    }


class Duplicates(Page):
    """Who could be meant already, while a name or phone is typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        name, phone = request.GET.get("name", ""), request.GET.get("phone", "")
        return render(request, "parties/duplicates.html", _duplicates(request, name, phone))


class Suggestions(Page):
    """Accounts for what is typed into a field that takes an account's number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get(request.GET.get("for", ""), "")
        found = suggest(request.user, typed, kinds=["account"])  # type: ignore[arg-type]
        options = [(str(hit.number), str(hit.title)) for hit in found]
        return HttpResponse(format_html_join("", '<option value="{}">{}</option>', options))


class TickFiles(Page):
    """Several files ticked as checked in one go (S3.02)."""

    def post(self, request: HttpRequest) -> HttpResponse:
        ticked, refused = 0, []
        for number in request.POST.getlist("pick")[:500]:
            account = find_or_none(Account, number, request.user)
            if account is None:
                continue
            try:
                verify_account(account, by=request.user)
                ticked += 1
            except Refused as error:
                refused.append(f"{account.number}: {error}")
        if ticked:
            messages.success(request, _("Ticked as checked: {n}").format(n=ticked))
        for sentence in refused:
            messages.error(request, sentence)
        return go_to(request, "/file_checks/")


class NoticePage(DetailPage):
    """One change notice: old and new, since when, and who has to say yes."""

    model = ChangeNotice
    template_name = "parties/change_notice.html"
    related = ("thread", "company", "unit", "account", "person", "notified_by", "answered_by")

    def context(self, subject: ChangeNotice) -> dict[str, Any]:
        entries = subject.thread.entries.select_related("by").order_by("seq")
        return {
            "notice": subject,
            "state": NOTICE_STATES[NoticeState(subject.status)],
            "lines": shown_lines(personal_lines(subject.lines, self.request.user)),
            "promises": [shown(one, explained=True) for one in open_promises(subject)],
            "entries": tell(entries),
            "print_url": f"{subject.get_absolute_url()}print/",
        }


class NoticePaper(DetailPage):
    """The change notice on A4 (變更通知)."""

    model = ChangeNotice
    template_name = "parties/change_notice_paper.html"
    related = NoticePage.related

    def context(self, subject: ChangeNotice) -> dict[str, Any]:
        return {
            "notice": subject,
            "number": subject.number,
            "lines": shown_lines(personal_lines(subject.lines, self.request.user)),
            "back_url": subject.get_absolute_url(),
        }
