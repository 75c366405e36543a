"""Intake: one box, ten seconds, keyboard only; several calls at once, each its own draft."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from kept.cases.actions.intake import open_case
from kept.cases.models import Case, Route
from kept.cases.similar import SimilarCase, similar_cases
from kept.kit import clock
from kept.kit.actions import get_action
from kept.kit.forms import ActionForm
from kept.kit.pages import ActionPage, Page, find_or_none, find_visible, new_key, page_for
from kept.kit.wiring import Slot
from kept.parties.models import Account, Contact
from kept.parties.territory import answers_for
from kept.people.models import Draft, User
from kept.people.personal import personal, sees_personal
from kept.people.reader import reader_of
from kept.people.views.keepsakes import keep_draft
from kept.products.models import Product, SerialUnit
from kept.products.verdict import verdicts_on
from kept.promises.models import Promise
from kept.promises.shown import shown
from kept.search.queries import suggest

FORM = "intake"
#: What says who calls; ``nobody`` takes the choice back.
WHO = {"account", "contact", "serial_unit", "nobody"}
MOST_OWNED = 8
MOST_CALLERS, MOST_FOUND = 6, 8
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
    "unregistered_serial",
    "marked_because",
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
        if only := _only_one(found(reader_of(request), self._asked)):
            return redirect(f"/intake/{ref}/?{only}")
        draft = Draft.objects.filter(user=reader_of(request), form=FORM, key=ref).first()
        body = dict(draft.body) if draft else {}
        if WHO & request.GET.keys():
            _forget_who(body, known_about(reader_of(request), body))
        if draft and "nobody" in request.GET:
            keep_draft(reader_of(request), FORM, ref, body)
        return self._form_page(None, self._form(None, initial={**body, **_typed(request.GET)}))

    def post(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        return super().post(request)

    def done(self, subject: Any, result: Case) -> HttpResponse:
        Draft.objects.filter(user=reader_of(self.request), form=FORM, key=self._key).delete()
        return super().done(None, result)

    @property
    def _key(self) -> str:
        return self.kwargs.get("ref") or ""

    @property
    def _asked(self) -> str:
        """What stands in the box, while nobody is chosen yet."""
        return "" if WHO & self.request.GET.keys() else self.request.GET.get("q", "")

    def _form(self, subject: Any, **kwargs: Any) -> ActionForm:
        initial = kwargs.pop("initial", {})
        unit = reader_of(self.request).unit
        initial.setdefault("unit", unit.code if unit else "")
        initial.setdefault("route", Route.PHONE)
        return super()._form(subject, initial=initial, **kwargs)

    def _form_page(self, subject: Any, form: ActionForm, status: int = 200) -> HttpResponse:
        typed = form.data if form.is_bound else form.initial
        known = known_about(reader_of(self.request), typed)
        if not form.is_bound and known:
            for name, value in known.fills.items():
                form.initial[name] = form.initial.get(name) or value
            form.fields["summary"].widget.attrs["autofocus"] = True
        return self.show(
            {
                "form": form,
                "refused": form.refused,
                "action": self.action,
                "draft_key": self._key,
                "tabs": self._tabs(),
                "known": known,
                "q": self._asked,
                "found": found(reader_of(self.request), self._asked),
                "similar": similar_to(reader_of(self.request), typed),
                "panels": intake_panels.ask(
                    reader_of(self.request), typed.get("route") or Route.PHONE
                ),
                "key": self.request.POST.get("_key") or new_key(),
                "version": None,
            },
            status=status,
        )

    def _tabs(self) -> list[dict[str, Any]]:
        drafts = Draft.objects.filter(user=reader_of(self.request), form=FORM).order_by("pk")
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
    return {
        name: value
        for name, value in query.items()
        if name in FIELDS and value and isinstance(value, str)
    }


def found(user: User, typed: str) -> list[Any]:
    """Who it could be: customers and serial units for a phone, serial, name, initials or number;
    their cases below, which would otherwise push out whom they are about.
    """
    if not typed.strip():
        return []
    callers = suggest(user, typed, kinds=["account", "serial_unit"], limit=MOST_CALLERS)
    return [*callers, *suggest(user, typed, kinds=["case"], limit=MOST_FOUND - len(callers))]


def _only_one(hits: list[Any]) -> str:
    """Enter in the box chooses at once when only one customer or serial unit is meant."""
    picks = [hit for hit in hits if hit.kind != "case"]
    exact = [hit for hit in picks if hit.rank == 0]
    meant = exact if len(exact) == 1 else picks
    if len(meant) != 1:
        return ""
    return urlencode({meant[0].kind: meant[0].number})


def _forget_who(body: dict[str, Any], known: SimpleNamespace | None) -> None:
    """Somebody else is chosen: what the last choice filled in goes, what was typed stays."""
    for name in WHO:
        body.pop(name, None)
    for name, filled in (known.fills if known else {}).items():
        if body.get(name) == filled:
            body.pop(name)


def similar_to(user: User, typed: Any) -> list[SimilarCase]:
    """Cases like the call that is being written down."""
    text = "\n".join(filter(None, (typed.get("summary"), typed.get("description"))))
    return similar_cases(
        user,
        text,
        account=_seen(Account, typed.get("account"), user, ()),
        product=_seen(Product, typed.get("product"), user, ()),
        serial_unit=_seen(SerialUnit, typed.get("serial_unit"), user, ("product",)),
        phone=typed.get("caller_phone") or "",
    )


class FindSimilar(Page):
    """The cases like this one, while it is being typed; sent as a form because it may be long."""

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        similar = similar_to(reader_of(request), request.POST)
        return render(request, "cases/intake_similar.html", {"similar": similar, "draft_key": ref})


class BelongsThere(Page):
    """The call is about a case that is there: it is entered in that one, and its draft is gone."""

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        case = find_visible(Case, request.POST.get("belongs", ""), reader_of(request))
        typed = request.POST
        words = "\n".join(filter(None, (typed.get("summary"), typed.get("description"))))
        get_action("cases.call_again").perform(
            case,
            by=request.user,
            values={
                "words": words,
                "route": typed.get("route") or Route.PHONE,
                "caller_name": typed.get("caller_name", ""),
                "caller_phone": typed.get("caller_phone", ""),
            },
            key=typed.get("_key") or None,
        )
        Draft.objects.filter(user=reader_of(request), form=FORM, key=ref).delete()
        messages.success(request, _("Entered in {number}.").format(number=case.number))
        return redirect(case)


class FindCaller(Page):
    """The suggestions below the box, while typing."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        context = {
            "found": found(reader_of(request), request.GET.get("q", "")),
            "draft_key": ref,
            "q": request.GET.get("q", ""),
        }
        return render(request, "cases/intake_found.html", context)


def known_about(user: User, typed: Any) -> SimpleNamespace | None:
    """All that is known at once: who, what they own, what is open, what was promised."""
    serial = _seen(SerialUnit, typed.get("serial_unit"), user, ("account", "product"))
    contact = _seen(Contact, typed.get("contact"), user, ("account",))
    account = _seen(Account, typed.get("account"), user, ("field_manager", "unit", "company"))
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
        phone=personal(str(phone), user) if phone else "",
        serial=serial,
        owned=_owned(account, user),
        engineer=answers_for(account),
        cases=cases.order_by("-thread__is_open", "-received_at").select_related("owner")[:6],
        promises=[shown(one) for one in promised.order_by("due_at")[:6]],
        fills={
            "account": account.number,
            "contact": contact.pk if contact else "",
            "caller_name": contact.name if contact else "",
            "caller_phone": str(phone) if phone and sees_personal(user) else "",
            "serial_unit": serial.serial if serial else "",
        },
    )


def _owned(account: Account, user: User) -> list[dict[str, Any]]:
    """What they own, each with whether it is covered today and why."""
    units = account.serial_units.visible_to(user).select_related("product")
    found = list(units.order_by("serial")[:MOST_OWNED])
    verdicts = verdicts_on(found, clock.today(account.company.zone))
    return [{"unit": one, "verdict": verdicts[one.pk]} for one in found]


def _seen(model: Any, ref: Any, user: User, related: tuple[str, ...]) -> Any:
    return find_or_none(model, ref, user, related) if ref else None
