"""Intake: one box, ten seconds, keyboard only; several calls at once, each its own draft."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import open_case
from kept.cases.models import Case, Route
from kept.kit.forms import ActionForm
from kept.kit.pages import ActionPage, Page, find_or_none, new_key, page_for
from kept.kit.wiring import Slot
from kept.parties.models import Account, Contact
from kept.people.models import Draft, User
from kept.products.models import SerialUnit
from kept.promises.models import Promise
from kept.promises.shown import shown
from kept.search.queries import suggest

FORM = "intake"
FIELDS = (
    "route",
    "summary",
    "description",
    "caller_name",
    "caller_phone",
    "caller_email",
    "case_kind",
    "priority",
    "sender_type",
    "product",
    "version",
    "account",
    "contact",
    "serial_unit",
    "unit",
    "received_at",
    "files",
)
#: What stands beside a call: greeting, script, etiquette; asked with the reader's unit and route.
intake_panels = Slot("cases.intake_panels")


class NewIntake(Page):
    """A fresh call in a tab of its own."""

    def get(self, request: HttpRequest) -> HttpResponse:
        query = request.GET.urlencode()
        return redirect(f"/intake/{new_key()}/{'?' + query if query else ''}")


@page_for("cases.open")
class IntakePage(ActionPage):
    """The form of a call, what is known about the caller, and what to say."""

    template_name = "cases/intake.html"
    action = open_case

    def get(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        if not ref:
            return redirect("new_intake")
        draft = Draft.objects.filter(user=request.user, form=FORM, key=ref).first()
        typed = {**(draft.body if draft else {}), **_typed(request.GET)}
        return self._form_page(None, self._form(None, initial=typed))

    def post(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        return super().post(request)

    def done(self, subject: Any, result: Case) -> HttpResponse:
        Draft.objects.filter(user=self.request.user, form=FORM, key=self._key).delete()
        return super().done(None, result)

    @property
    def _key(self) -> str:
        return self.kwargs.get("ref") or ""

    def _form(self, subject: Any, **kwargs: Any) -> ActionForm:
        initial = kwargs.pop("initial", {})
        unit = self.request.user.unit
        initial.setdefault("unit", unit.code if unit else "")
        initial.setdefault("route", Route.PHONE)
        return super()._form(subject, initial=initial, **kwargs)

    def _form_page(self, subject: Any, form: ActionForm, status: int = 200) -> HttpResponse:
        typed = form.data if form.is_bound else form.initial
        known = known_about(self.request.user, typed)
        if not form.is_bound and known:
            for name, value in known.fills.items():
                form.initial[name] = form.initial.get(name) or value
        return self.show(
            {
                "form": form,
                "refused": form.refused,
                "action": self.action,
                "draft_key": self._key,
                "tabs": self._tabs(),
                "known": known,
                "q": self.request.GET.get("q", ""),
                "found": found(self.request.user, self.request.GET.get("q", "")),
                "panels": intake_panels.ask(self.request.user, typed.get("route") or Route.PHONE),
                "key": self.request.POST.get("_key") or new_key(),
                "version": None,
            },
            status=status,
        )

    def _tabs(self) -> list[dict[str, Any]]:
        drafts = Draft.objects.filter(user=self.request.user, form=FORM).order_by("updated_at")
        tabs = [
            {
                "label": one.body.get("summary") or one.body.get("caller_name") or _("Call"),
                "url": f"/intake/{one.key}/",
                "is_active": one.key == self._key,
                "icon": "phone",
            }
            for one in drafts[:20]
        ]
        if not any(tab["is_active"] for tab in tabs):
            here = {"label": _("New call"), "url": f"/intake/{self._key}/", "is_active": True}
            tabs.append({**here, "icon": "phone"})
        return tabs


def _typed(query: QueryDict) -> dict[str, str]:
    return {name: value for name, value in query.items() if name in FIELDS and value}


def found(user: User, typed: str) -> list[Any]:
    """Who it could be: customers and serial units for a phone, serial, name, initials or number."""
    if not typed.strip():
        return []
    return suggest(user, typed, kinds=["account", "serial_unit", "case"], limit=8)


class FindCaller(Page):
    """The suggestions below the box, while typing."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        context = {
            "found": found(request.user, request.GET.get("q", "")),
            "draft_key": ref,
            "q": request.GET.get("q", ""),
        }
        return render(request, "cases/intake_found.html", context)


def known_about(user: User, typed: Any) -> SimpleNamespace | None:
    """All that is known at once: who, what they own, what is open, what was promised."""
    serial = _seen(SerialUnit, typed.get("serial_unit"), user, ("account", "product"))
    contact = _seen(Contact, typed.get("contact"), user, ("account",))
    account = _seen(Account, typed.get("account"), user, ("field_manager", "unit"))
    account = account or (serial and serial.account) or (contact and contact.account)
    if account is None:
        return None
    contact = contact or account.contacts.filter(ended_at__isnull=True).order_by("-is_main").first()
    phone = contact.phones.filter(ended_at__isnull=True).first() if contact else None
    cases = Case.objects.visible_to(user).filter(account=account)
    promised = Promise.objects.open().filter(to=account.thread_id).select_related("person")
    return SimpleNamespace(
        account=account,
        contact=contact,
        phone=phone,
        serial=serial,
        units=account.serial_units.select_related("product")[:8],
        cases=cases.order_by("-thread__is_open", "-received_at").select_related("owner")[:6],
        promises=[shown(one) for one in promised.order_by("due_at")[:6]],
        fills={
            "account": account.number,
            "contact": contact.pk if contact else "",
            "caller_name": contact.name if contact else "",
            "caller_phone": phone.number if phone else "",
            "serial_unit": serial.serial if serial else "",
        },
    )


def _seen(model: Any, ref: Any, user: User, related: tuple[str, ...]) -> Any:
    return find_or_none(model, ref, user, related) if ref else None
