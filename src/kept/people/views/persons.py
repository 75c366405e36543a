"""The page of a person, handing over their work, and their first password."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from kept.kit.forms import ActionForm
from kept.kit.pages import ActionPage, DetailPage, go_to, new_key, page_for, verbs_for
from kept.kit.refusal import NotAllowed
from kept.people.actions import hand_over, issue_password
from kept.people.leaving import work_of
from kept.people.models import User
from kept.people.second_factor import has_factor
from kept.people.shown import facts_of, grants_in_words
from kept.people.views.frame import RightPage
from kept.people.wiring import panels


def known_person(username: str, reader: User) -> User:
    """A colleague under a user name, gone ones too; otherwise 404."""
    if not username.isprintable():
        raise Http404
    people = User.objects.known_to(reader).select_related("unit", "company")
    return get_object_or_404(people, username=username)


class PersonPage(RightPage, DetailPage):
    """One person: where they work, their roles in words, absences, tokens, and open work."""

    model = User
    template_name = "people/user.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        reader: Any = request.user
        if reader.is_authenticated and kwargs.get("ref") == reader.username:
            return DetailPage.dispatch(self, request, *args, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        reader: Any = request.user
        person = known_person(ref, reader)
        return self.show(
            {
                "subject": person,
                "person": person,
                "verbs": verbs_for(person, reader),
                **self.context(person),
            }
        )

    def context(self, subject: User) -> dict[str, Any]:
        reader: Any = self.request.user
        is_own = subject == reader
        may_revoke = is_own or reader.holds_over("people.revoke_token", subject.unit)
        return {
            "is_own": is_own,
            "facts": facts_of(subject),
            "grants": grants_in_words(subject, reader),
            "absences": subject.absences.still_needed().select_related("deputy"),
            "deputised": subject.deputised.still_needed().select_related("user"),
            "tokens": subject.tokens.alive().order_by("pk") if may_revoke else [],
            "work": work_of(subject),
            "may_hand_over": reader.holds("people.hand_over"),
            "may_issue_password": subject.is_active and reader.holds("people.issue_password"),
            "has_factor": has_factor(subject),
            "panels": panels.ask(subject, reader),
        }


@page_for("people.hand_over")
class HandOverPage(ActionPage):
    """All open work of a person, and the colleague who takes it (SX.17)."""

    template_name = "people/hand_over.html"
    action = hand_over

    def show(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        reader: Any = self.request.user
        person = context["subject"]
        more = {"work": work_of(person), "may_leave": reader.holds("people.deactivate")}
        return super().show({**context, **more}, status)

    def done(self, subject: Any, result: Any) -> HttpResponse:
        """Back to the same page: it shows what is left, if anything."""
        done = _("The open work of {name} is handed over.").format(name=subject)
        messages.success(self.request, done)
        return go_to(self.request, f"{subject.get_absolute_url()}hand_over/")


@page_for("people.welcome_back")
class WelcomeBackPage(ActionPage):
    """Finds those who have left, whom other verbs do not see."""

    def _subject(self, ref: str) -> User:
        reader: Any = self.request.user
        person = known_person(ref, reader)
        if not reader.holds(self.action.right):
            raise NotAllowed(self.action.right, self.action.label)
        return person


@page_for("people.grant_role")
class GrantPage(ActionPage):
    """The roles of several companies are told apart by the company's name."""

    def _form(self, subject: Any, **kwargs: Any) -> ActionForm:
        form = super()._form(subject, **kwargs)
        reader: Any = self.request.user
        if len(reader.staff_company_ids) > 1:
            form.fields["role"].label_from_instance = lambda role: f"{role} · {role.company}"  # type: ignore[attr-defined]
        return form


class FirstPasswordPage(RightPage):
    """Makes a password that is shown once; the person must choose their own at the door."""

    template_name = "people/first_password.html"
    right = "people.issue_password"

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        return self.show(self._context(ref))

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        context = self._context(ref)
        done = issue_password.perform(
            context["person"], by=request.user, values={}, key=request.POST.get("_key") or None
        )
        password = getattr(done, "fresh_password", "")
        response = self.show({**context, "password": password, "is_done": True})
        response.headers["Cache-Control"] = "no-store"
        return response

    def _context(self, ref: str) -> dict[str, Any]:
        reader: Any = self.request.user
        person = known_person(ref, reader)
        if not reader.holds_over(self.right, person.unit):
            raise PermissionDenied
        return {"person": person, "key": new_key(), "title": _("Give a first password")}
