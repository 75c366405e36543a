"""The installation and its clock."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from kept.kit import clock
from kept.kit.pages import verbs_for
from kept.people.models import Installation
from kept.people.views.frame import RightPage, admin_tabs


class InstallationPage(RightPage):
    """What this installation is called, what it is for, and what time it is here."""

    template_name = "people/installation.html"
    right = "people.run_installation"

    def get(self, request: HttpRequest, ref: str = "") -> HttpResponse:
        user: Any = request.user
        installation = Installation.kept()
        if ref and ref != str(installation.pk):
            raise Http404
        return self.show(
            {
                "subject": installation,
                "now": clock.now(),
                "verbs": verbs_for(installation, user),
                "tabs": admin_tabs(user, "/installation/"),
            }
        )


class Clock(RightPage):
    """The short way to the form that moves the clock."""

    right = "people.run_installation"

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("people.move_clock", ref=Installation.kept().pk)
