"""Pages of the service catalogue: what may be asked for, the form of a kind, and the paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from kept.cases.actions.requests import fill_request, request_service
from kept.cases.lists import CasesTabs
from kept.cases.models import Case, RequestKind
from kept.cases.requests.checks import request_of
from kept.cases.requests.forms import RequestForm
from kept.cases.requests.kinds import is_for, kind_named, kinds_for
from kept.cases.requests.shown import facts_of_request, items_shown, kind_card
from kept.cases.requests.values import Filling
from kept.cases.story import promises_of
from kept.kit import clock
from kept.kit.forms import ActionForm
from kept.kit.pages import ActionPage, DetailPage, Page, find_or_none, find_visible, page_for
from kept.kit.refusal import InvalidInput, NotAllowed
from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.people.reader import reader_of


def home_of(reader: User) -> Unit:
    """Where the reader asks for something: their unit. Raises InvalidInput for somebody without."""
    if reader.unit is None:
        raise InvalidInput(_("You belong to no unit, so nothing can be asked for here."))
    return reader.unit


def account_asked(reader: User, ref: str) -> Account | None:
    """The customer somebody came from, if they see it."""
    return find_or_none(Account, ref, reader) if ref else None


class Catalogue(CasesTabs, Page):
    """What may be asked for here, and on what terms; from a customer, what they may ask for."""

    template_name = "cases/catalogue.html"
    right = "cases.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = reader_of(request)
        if not reader.holds(self.right):
            raise NotAllowed(self.right, _("See cases"))
        unit = home_of(reader)
        account = account_asked(reader, request.GET.get("account", ""))
        kinds = [kind for kind in kinds_for(unit) if account is None or is_for(kind, account)]
        return self.show(
            {
                **self.context(),
                "cards": [kind_card(kind, unit, account) for kind in kinds],
                "account": account,
                "may_ask": reader.holds("cases.open"),
            }
        )


@page_for("cases.request_service")
class AskPage(ActionPage):
    """The form of one kind, with what is promised beside it; no kind named: the catalogue."""

    template_name = "cases/request_service.html"
    action = request_service
    kind: RequestKind

    def get(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        kind = self._kind(request.GET.get("request_kind", ""))
        if kind is None:
            return redirect("catalogue")
        self.kind = kind
        return self._form_page(None, self._form(None, initial=self._first(request)))

    def post(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        kind = self._kind(request.POST.get("request_kind", ""))
        if kind is None:
            raise InvalidInput(
                _("Choose from the catalogue what is asked for."),
                field="request_kind",
                mend="/requests/",
            )
        self.kind = kind
        return super().post(request)

    def _kind(self, named: str) -> RequestKind | None:
        """By its code, as addresses say it, or its key, as the form sends it back."""
        reader = reader_of(self.request)
        if named.isascii() and named.isdecimal():
            return find_or_none(RequestKind, named, reader)
        return kind_named(named, home_of(reader)) if named else None

    def _first(self, request: HttpRequest) -> dict[str, Any]:
        reader = reader_of(request)
        first: dict[str, Any] = {
            name: value for name, value in request.GET.items() if name != "request_kind"
        }
        if (account := account_asked(reader, request.GET.get("account", ""))) is not None:
            contact = account.contacts.filter(ended_at__isnull=True).order_by("-is_main").first()
            first.setdefault("contact", contact.pk if contact else "")
            first.setdefault("caller_name", contact.name if contact else "")
        return {"unit": home_of(reader).code, **first}

    def _form(self, subject: Any, **kwargs: Any) -> ActionForm:
        reader = reader_of(self.request)
        initial = {**kwargs.pop("initial", {}), "request_kind": self.kind.pk}
        filling = Filling(reader, home_of(reader))
        form = RequestForm(
            self.action, None, reader, kind=self.kind, filling=filling, initial=initial, **kwargs
        )
        sent = kwargs.get("data") or initial
        form.narrow_to(account_asked(reader, sent.get("account", "")))
        return form

    def _form_page(self, subject: Any, form: ActionForm, status: int = 200) -> HttpResponse:
        self.kind_shown = kind_card(self.kind, home_of(reader_of(self.request)))
        return super()._form_page(subject, form, status)

    def show(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return super().show({**context, "card": self.kind_shown}, status)


@page_for("cases.fill_request")
class FillPage(ActionPage):
    """The fields of a request as they stand, to complete or correct."""

    action = fill_request

    def _form(self, subject: Any, **kwargs: Any) -> ActionForm:
        request, reader = request_of(subject), reader_of(self.request)
        return RequestForm(
            self.action,
            subject,
            reader,
            kind=request.kind if request else RequestKind(),
            filling=Filling(reader, subject.unit),
            known=request.values if request else {},
            **kwargs,
        )


class RequestPaper(DetailPage):
    """The request on A4: fields, checklist with its days, fee, and lines to sign on."""

    model = Case
    template_name = "cases/request_paper.html"
    related = ("thread", "company", "unit", "account", "request__kind")

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        case = find_visible(Case, ref, reader_of(request), related=self.related)
        asked = request_of(case)
        if asked is None:
            return redirect(case)
        return self.show(
            {
                "case": case,
                "asked": asked,
                "facts": [
                    {"label": _("Customer"), "value": case.customer_name},
                    {"label": _("Received at"), "value": case.received_at},
                    {"label": _("Handler"), "value": case.handler},
                    *facts_of_request(asked),
                ],
                "items": items_shown(asked),
                "promises": promises_of(case),
                "paper_title": asked.kind.name,
                "number": case.number,
                "back_url": case.get_absolute_url(),
                "printed_at": clock.now(),
                "printed_by": request.user,
            }
        )
