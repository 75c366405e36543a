"""Pages are declarations: a detail page, and one page for every verb drawn from its signature."""

import secrets
from functools import cache
from types import SimpleNamespace
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from kept.kit import actions, clock, wiring
from kept.kit.actions import Action
from kept.kit.forms import ActionForm
from kept.kit.prepared import Given
from kept.kit.refusal import InvalidInput, OutOfSight, Refused
from kept.kit.seen import Seen
from kept.kit.wiring import Slot

#: Items of the main menu: ``MenuItem(label, url, icon)``, asked with the user.
menu = Slot("menu")
#: What the frame of every page shows besides: ``{"unread": 3}``, asked with the user.
frame_parts = Slot("frame")


def new_key() -> str:
    """A fresh request key for a form: the same form sent twice is done once."""
    return secrets.token_urlsafe(18)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs: menu, unread notices, company, language choice, a request key."""
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> SimpleNamespace:
    user = getattr(request, "user", None)
    shown = SimpleNamespace(
        menu=[],
        unread=0,
        company="",
        user_name="",
        key=new_key(),
        installation=getattr(getattr(request, "installation", None), "name", "Kept"),
        business_time=clock.now() if clock.is_moved() else None,
        now=clock.now(),
        query=request.GET.get("q", "")[:100] if request.path == "/search/" else "",
        user_url="",
        can_intake=False,
        languages=settings.LANGUAGES,
    )
    if user is not None and user.is_authenticated:
        shown.user_name, shown.user_url = user.name, user.get_absolute_url()
        for item in menu.ask(user):
            item.is_active = (
                request.path.startswith(item.url) if item.url != "/" else (request.path == "/")
            )
            shown.menu.append(item)
        for parts in frame_parts.ask(user):
            vars(shown).update(parts)
    return shown


class MenuItem(SimpleNamespace):
    """One entry of the main menu: label, url, icon (and badge)."""

    def __init__(self, label: Any, url: str, icon: str, badge: Any = None) -> None:
        super().__init__(label=label, url=url, icon=icon, badge=badge, is_active=False)


class Page(LoginRequiredMixin, View):
    """A page somebody signed in may open; a refusal anywhere in it becomes a page of its own."""

    template_name: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except OutOfSight:
            raise Http404 from None
        except Refused as refused:
            return refusal_page(request, refused)

    def show(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return render(self.request, self.template_name, context, status=status)


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal on a page of its own, for where there is no form to put it in."""
    return render(request, "kit/refusal_page.html", {"refused": refused}, status=refused.status)


def find_visible(model: Any, ref: str, user: Any, related: tuple[str, ...] = ()) -> Any:
    """The row under a public reference, if the person may see it; otherwise 404."""
    found = find_or_none(model, ref, user, related)
    if found is None:
        raise Http404
    return found


def find_or_none(model: Any, ref: Any, user: Any, related: tuple[str, ...] = ()) -> Any:
    """The row under a public reference, or None when there is none this person may see. A model's
    ``ref_related`` names what is read with it, since every verb asks for it; its ``at_hand``
    answers with a row the person came with.
    """
    at_hand = getattr(model, "at_hand", None)
    if at_hand is not None and (found := at_hand(str(ref), user)) is not None:
        return found
    return _under(_found(model, related), model, ref, user)


def _under(rows: Seen, model: Any, ref: Any, user: Any) -> Any:
    ref = str(ref)
    if len(ref) > 200 or not ref.isprintable():
        return None
    if getattr(model, "ref", "pk") in ("id", "pk") and not (ref.isdecimal() and len(ref) < 18):
        return None
    return next(iter(rows.rows(user, ref=ref)), None)


@cache
def _found(model: Any, related: tuple[str, ...]) -> Seen:
    return _rows_under(model, related, {})


@cache
def _shown(page: "type[DetailPage]") -> Seen:
    return _rows_under(page.model, page.related, page.annotated)


def _rows_under(model: Any, related: tuple[str, ...], annotated: dict[str, Any]) -> Seen:
    """The statement that finds a row of a model; ``annotated`` is read along with it."""
    along = related or getattr(model, "ref_related", ())
    name = getattr(model, "ref", "pk")
    field = model._meta.pk if name in ("id", "pk") else model._meta.get_field(name)

    def rows(user: Any, ref: Any) -> Any:
        found = model.objects.visible_to(user).filter(**{name: ref}).annotate(**annotated)
        return found.select_related(*along)[:1] if along else found[:1]

    return Seen(rows, ref=Given("ref", field))


class DetailPage(Page):
    """The page of one thing: declares its model and template, adds to the context.

    ``annotated`` is read with the thing, so that what is not there need not be asked for.
    """

    model: ClassVar[Any]
    related: ClassVar[tuple[str, ...]] = ()
    annotated: ClassVar[dict[str, Any]] = {}

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        rows = _shown(type(self))  # type: ignore[arg-type]
        if (subject := _under(rows, self.model, ref, request.user)) is None:
            raise Http404
        return self.show(
            {
                "subject": subject,
                self.model._meta.model_name: subject,
                "verbs": verbs_for(subject, request.user),
                **self.context(subject),
            }
        )

    def context(self, subject: Any) -> dict[str, Any]:
        return {}


class Verb(SimpleNamespace):
    """A button: a verb possible now for this person on this subject."""


def verbs_for(subject: Any, user: Any) -> list[Verb]:
    """The verbs possible now: by state, by right, and with what somebody objects."""
    return [
        _verb(action, subject, user)
        for action in actions.actions_on(type(subject))
        if user.holds(action.right) and action.is_offered(subject, user)
    ]


def _verb(action: Action, subject: Any, user: Any) -> Verb:
    refused = next(iter(wiring.objections(action.name, subject, by=user)), None)
    return Verb(
        name=action.name,
        verb=action.verb,
        label=action.label,
        url=f"{subject.get_absolute_url()}{action.verb}/",
        icon=action.icon,
        is_primary=action.is_primary(subject, user),
        is_shown=action.shown,
        is_danger=action.danger,
        objection=refused,
    )


class ActionPage(Page):
    """The form of one verb, as a page or as a fragment in a dialog, and what it does when sent."""

    template_name = "kit/action_page.html"
    action: Action = None  # type: ignore[assignment]  # given by verb_urls

    def get(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        subject = self._subject(ref)
        initial = {k: v for k, v in request.GET.items() if not k.startswith("_")}
        return self._form_page(subject, self._form(subject, initial=initial))

    def post(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        subject = self._subject(ref)
        form = self._form(subject, data=request.POST, files=request.FILES)
        if not form.is_valid():
            return self._form_page(subject, form, status=422)
        try:
            result = self.action.perform(
                subject,
                by=request.user,
                values=form.values(),
                key=request.POST.get("_key") or None,
                version=_version(request),
            )
        except OutOfSight:
            raise
        except Refused as refused:
            form.refuse(refused)
            return self._form_page(subject, form, status=refused.status)
        return self.done(subject, result)

    def done(self, subject: Any, result: Any) -> HttpResponse:
        messages.success(self.request, _("Done: {verb}").format(verb=self.action.label))
        return go_to(self.request, _safe_next(self.request) or _address(result, subject))

    def _subject(self, ref: str) -> Any:
        model = self.action.subject_model
        return find_visible(model, ref, self.request.user) if model else None

    def _form(self, subject: Any, **kwargs: Any) -> ActionForm:
        return ActionForm(self.action, subject, self.request.user, **kwargs)

    def _form_page(self, subject: Any, form: ActionForm, status: int = 200) -> HttpResponse:
        version = subject.thread.length if hasattr(subject, "thread") and subject.thread else None
        if status == 409 or self.request.method == "POST":
            version = self.request.POST.get("_version", version)
        return self.show(
            {
                "form": form,
                "action": self.action,
                "subject": subject,
                "subject_name": shown_to(subject, self.request.user),
                "refused": form.refused,
                "version": version,
                "key": self.request.POST.get("_key") or new_key(),
                "next": self.request.POST.get("_next") or self.request.GET.get("_next", ""),
                "post_url": self.request.path,
            },
            status=status,
        )


def shown_to(thing: Any, reader: Any) -> str:
    """What a thing is called for somebody: a model with ``shown_to`` masks what it must (SX.15)."""
    return thing.shown_to(reader) if hasattr(thing, "shown_to") else str(thing)


def _version(request: HttpRequest) -> int | None:
    sent = request.POST.get("_version", "")
    if not sent:
        return None
    if not (sent.isdecimal() and len(sent) < 10):
        raise InvalidInput(_("The page sent a version that cannot be read. Open it again."))
    return int(sent)


def _safe_next(request: HttpRequest) -> str | None:
    wanted = request.POST.get("_next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if wanted.startswith("/") and safe else None


def _address(result: Any, subject: Any) -> str:
    for thing in (subject, result):
        if hasattr(thing, "get_absolute_url"):
            return thing.get_absolute_url()
    return "/"


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser on, from a full page or from a fragment alike."""
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def verb_urls() -> list[URLPattern]:
    """One address for every verb: ``/cases/HN-C26-000001/close/``, ``/cases/open/``."""
    return [_verb_url(action) for action in actions.all_actions() if not action.internal]


def _verb_url(action: Action) -> URLPattern:
    page = special_pages.get(action.name, ActionPage)
    view = page.as_view(action=action) if hasattr(page, "action") else page.as_view()
    plural = action.model.plural  # type: ignore[attr-defined]
    where = "" if action.creates else "<str:ref>/"
    return path(f"{plural}/{where}{action.verb}/", view, name=action.name)


#: Verbs with a page of their own (intake), by name; modules enter theirs in ``views.py``.
special_pages: dict[str, type[ActionPage]] = {}


def page_for(verb: str):
    """Let a module's own page serve a verb."""

    def put(page: type[ActionPage]) -> type[ActionPage]:
        special_pages[verb] = page
        return page

    return put
