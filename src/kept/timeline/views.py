"""Pages of the timeline: files up and down, and the notices behind the bell."""

from typing import Any

from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from kept.kit.pages import Page, find_visible, go_to
from kept.kit.refusal import InvalidInput, Refused
from kept.people.models import Unit
from kept.people.views.frame import RightPage, admin_tabs
from kept.timeline.downloads import download_of
from kept.timeline.files import upload_file
from kept.timeline.kinds import require_own, said_in
from kept.timeline.models import Attachment, AttachmentKind, Notice
from kept.timeline.notices import mark_read, shown, target_of
from kept.timeline.registers import registers_of

PER_PAGE = 50
PEEKED = 8
MOST_FILES = 20


class Registers(RightPage):
    """Every register of the companies the reader sees all of, with its numbers (S1.30)."""

    template_name = "timeline/registers.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        companies = Unit.objects.companies().filter(scope__in=user.scopes_with(self.right))
        return self.show(
            {
                "companies": [(one, registers_of(one)) for one in companies],
                "tabs": admin_tabs(user, "/registers/"),
            }
        )


class Upload(Page):
    """POST files (field ``files`` or ``file``): each is kept, and the answer names it by id. They
    are of one ``kind``; a number, day, place and amount may be said of a single voucher (SX.07).

    ``{"id": 7, "files": [{"id": 7, "name": …, "size": …, "media": …, "url": …}]}``; a file that
    cannot be kept is 422 with ``detail`` and ``field``, and then none of them is.
    """

    def post(self, request: HttpRequest) -> HttpResponse:
        uploads = [*request.FILES.getlist("files"), *request.FILES.getlist("file")]
        try:
            _require_some(uploads)
            said = _said(request, len(uploads))
            kept = [
                upload_file.perform(
                    by=request.user, values={"upload": one, **said}, key=_key_of(request, place)
                )
                for place, one in enumerate(uploads)
            ]
        except Refused as refused:
            return JsonResponse(_problem(refused), status=refused.status)
        return JsonResponse(
            {"id": kept[0].pk, "files": [_described(one) for one in kept]}, status=201
        )


def _require_some(uploads: list[Any]) -> None:
    if not uploads:
        raise InvalidInput(_("Choose a file."), field="files")
    if len(uploads) > MOST_FILES:
        raise InvalidInput(
            _("At most {max} files can go up at once."), max=MOST_FILES, field="files"
        )


def _said(request: HttpRequest, count: int) -> dict[str, Any]:
    """The kind of the files and what is said of them."""
    facts = said_in(request.POST)
    require_own(count, facts)
    return {"kind": request.POST.get("kind") or AttachmentKind.DOCUMENT, "facts": facts}


def _key_of(request: HttpRequest, place: int) -> str | None:
    key = request.POST.get("_key")
    return f"{key[:60]}:{place}" if key else None


def _problem(refused: Refused) -> dict[str, Any]:
    return {"detail": str(refused), "field": refused.field, "rule": refused.rule}


def _described(file: Attachment) -> dict[str, Any]:
    return {
        "id": file.pk,
        "name": file.name,
        "size": file.size,
        "media": file.media,
        "kind": file.kind,
        "is_picture": file.is_picture,
        "url": file.get_absolute_url(),
    }


class Download(Page):
    """A file as something to save: seen through its thread, its checksum checked (SX.07)."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponseBase:
        return download_of(find_visible(Attachment, ref, request.user))


class Bell(Page):
    """What the reader was told, unread first; ``?peek=1`` is the short list under the bell."""

    template_name = "timeline/notices.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        mine = Notice.objects.on_screen_of(user).select_related("thread")
        if "peek" in request.GET:
            return self._peek(mine.order_by("-created_at", "-pk"))
        before = _before(mine, request.GET.get("before", ""))
        read = mine.filter(read_at__isnull=False).order_by("-created_at", "-pk")
        found = list(read.filter(before)[: PER_PAGE + 1])
        page, has_older = found[:PER_PAGE], len(found) > PER_PAGE
        unread = [] if before else mine.unread().order_by("-created_at", "-pk")[:PER_PAGE]
        return self.show(
            {
                "unread": shown(unread),
                "read": shown(page),
                "older_url": f"?before={page[-1].pk}" if has_older else "",
                "newer_url": "/notices/" if before else "",
            }
        )

    def _peek(self, mine: Any) -> HttpResponse:
        found = list(mine.unread()[:PEEKED])
        if len(found) < PEEKED:
            found += mine.filter(read_at__isnull=False)[: PEEKED - len(found)]
        context = {"notices": shown(found), "read_url": "/notices/read/"}
        return render(self.request, "kit/notices.html", context)


def _before(mine: Any, ref: str) -> Q:
    """The condition "older than this notice", or none at all."""
    mark = mine.filter(pk=int(ref)).first() if ref.isdecimal() and len(ref) < 18 else None
    if mark is None:
        return Q()
    older = Q(created_at__lt=mark.created_at)
    return older | Q(created_at=mark.created_at, pk__lt=mark.pk)


class ReadNotices(Page):
    """POST: the reader has read all of them, or the one named by ``notice``."""

    def post(self, request: HttpRequest) -> HttpResponse:
        one = request.POST.get("notice", "")
        if one and not (one.isdecimal() and len(one) < 18):
            raise Http404
        user: Any = request.user
        mark_read(user, int(one) if one else None)
        return go_to(request, "/notices/")


class ReadNotice(Page):
    """Follow a notice to what it is about: it counts as read."""

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        user: Any = request.user
        mine = Notice.objects.on_screen_of(user).select_related("thread")
        notice = mine.filter(pk=key).first()
        if notice is None:
            raise Http404
        mark_read(user, notice.pk)
        return redirect(target_of(notice))
