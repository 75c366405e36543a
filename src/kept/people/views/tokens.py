"""One's own API tokens: made here, shown once, revoked here."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from kept.kit.forms import ActionForm
from kept.kit.pages import new_key
from kept.kit.refusal import Refused
from kept.people.actions import issue_token
from kept.people.models import User
from kept.people.views.frame import RightPage


class OwnTokens(RightPage):
    """The tokens that speak in the reader's name, and a form for one more."""

    template_name = "people/tokens.html"
    right = "people.issue_token"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        form = self._form(data=request.POST)
        if not form.is_valid():
            return self._answer(form, status=422)
        key = request.POST.get("_key") or None
        try:
            done = issue_token.perform(_row(user), by=user, values=form.values(), key=key)
        except Refused as refused:
            form.refuse(refused)
            return self._answer(form, status=refused.status)
        return self._answer(self._form(), fresh=getattr(done, "fresh_token", ""), is_done=True)

    def _form(self, **kwargs: Any) -> ActionForm:
        return ActionForm(issue_token, self.request.user, self.request.user, **kwargs)

    def _answer(self, form: ActionForm, status: int = 200, **more: Any) -> HttpResponse:
        user: Any = self.request.user
        context = {
            "form": form,
            "refused": form.refused if form.refused and not form.refused.field else None,
            "tokens": user.tokens.order_by("-pk"),
            "key": new_key(),
            **more,
        }
        response = self.show(context, status)
        response.headers["Cache-Control"] = "no-store"
        return response


def _row(user: User) -> User:
    """The reader as a row that can be locked; on a request they are only a promise of one."""
    return User.objects.get(pk=user.pk)
