"""Small doors: drafts that survive, and who else has a page open."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.views import View

from kept.kit import clock
from kept.kit.refusal import InvalidInput
from kept.kit.text import TextRule
from kept.people.models import Draft, Presence, User
from kept.people.real_time import real_now

LARGEST_DRAFT = 200_000
MOST_DRAFTS = 100
STALE_AFTER = timedelta(seconds=60)
UNSAVED = {"csrfmiddlewaretoken", "_key", "_version", "_next"}


class DraftDoor(LoginRequiredMixin, View):
    """``/drafts/<form>/<key>/``: POST keeps the fields of an unfinished form, DELETE drops them."""

    raise_exception = True

    def post(self, request: HttpRequest, form: str, key: str) -> HttpResponse:
        if sum(len(one) for _name, all_ in request.POST.lists() for one in all_) > LARGEST_DRAFT:
            return HttpResponse(status=413)
        user: Any = request.user
        keep_draft(user, form, key, written(request.POST))
        return HttpResponse(status=204)

    def delete(self, request: HttpRequest, form: str, key: str) -> HttpResponse:
        user: Any = request.user
        Draft.objects.filter(user=user, form=form, key=key).delete()
        return HttpResponse(status=204)


def written(fields: QueryDict) -> dict[str, Any]:
    """What was typed, by field; broken characters are left out, they cannot be stored."""
    body: dict[str, Any] = {}
    for name, values in fields.lists():
        if name in UNSAVED:
            continue
        clean = [_storable(value) for value in values]
        body[_storable(name)[:60]] = clean[0] if len(clean) == 1 else clean
    return body


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def keep_draft(user: User, form: str, key: str, body: dict[str, Any]) -> Draft:
    """Keep a draft; of too many the oldest go."""
    kept, made = Draft.objects.update_or_create(
        user=user,
        form=form[:60],
        key=key[:60],
        defaults={
            "body": body,
            "title": str(body.get("summary") or body.get("title") or "")[:200],
            "updated_at": clock.now(),
        },
    )
    if made:
        newest = user.drafts.order_by("-updated_at", "-pk").values_list("pk", flat=True)
        user.drafts.exclude(pk__in=list(newest[:MOST_DRAFTS])).delete()
    return kept


class PresenceDoor(LoginRequiredMixin, View):
    """``/presence/``: says that the reader has a page open, answers who else has.

    POST ``address`` answers as JSON. GET ``?at=address`` is what the kit's partial asks every
    twenty seconds and answers with that partial; it notes the reader too, which harms nobody.
    """

    raise_exception = True

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        try:
            address = page_address(request.GET.get("at", ""))
        except InvalidInput:
            return HttpResponse(status=422)
        here = {
            "people_here": note_presence(user, address),
            "people_here_url": f"/presence/?at={address}",
        }
        return render(request, "kit/people_here.html", here)

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        try:
            address = page_address(request.POST.get("address", ""))
        except InvalidInput as refused:
            return JsonResponse({"detail": str(refused)}, status=422)
        names = [person["name"] for person in note_presence(user, address)]
        return JsonResponse({"people": names})


def page_address(text: str) -> str:
    """The path of a page of ours. Raises InvalidInput for anything else."""
    address = TextRule(200, many_lines=False).clean(text).split("?")[0]
    if not address.startswith("/") or address.startswith("//"):
        raise InvalidInput("{address}", address=address, field="address")
    return address


def note_presence(user: User, address: str) -> list[dict[str, Any]]:
    """Note that somebody is there, and name the colleagues who were within the last minute.

    Real time: a moved clock empties no room. Only colleagues the reader may know are named.
    """
    now = real_now()
    Presence.objects.update_or_create(user=user, address=address, defaults={"seen_at": now})
    Presence.objects.filter(user=user, seen_at__lt=now - STALE_AFTER).delete()
    others = Presence.objects.filter(address=address, seen_at__gte=now - STALE_AFTER)
    known = User.objects.visible_to(user).exclude(pk=user.pk)
    there = known.filter(pk__in=others.values("user")).only("name")
    return [{"name": person.name, "is_writing": False} for person in there]
