"""The door of a demo installation: in with one click; on any other installation 404."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from kept.people.cast import person_of


@method_decorator(never_cache, name="dispatch")
class CastDoor(View):
    """Signs in whoever a ticket of the sign-in page names; on demo installations only."""

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.installation.is_demo:  # type: ignore[attr-defined]
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def post(self, request: HttpRequest) -> HttpResponse:
        person = person_of(request.POST.get("ticket", ""))
        if person is None:
            raise Http404
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        response = redirect(settings.LOGIN_REDIRECT_URL)
        response.set_cookie("kept_language", person.language, max_age=31_536_000, samesite="Lax")
        return response
