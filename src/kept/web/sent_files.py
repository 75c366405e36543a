"""Files for other programs: they go up first, are named by verbs afterwards, and come down whole.

``POST /api/v1/files`` takes a form (multipart/form-data) with the part ``file``, its ``kind``, and
of a voucher what it says; the ``ref`` of the answer is what ``files`` of a verb takes (SX.07).
"""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from ninja import Router

from kept.kit.api.bodies import key_of, only
from kept.kit.api.document import WRITING, described
from kept.kit.api.lists import written
from kept.kit.api.problems import Unreadable, WrongKind
from kept.kit.api.sources import Schema
from kept.kit.pages import find_visible
from kept.kit.refusal import InvalidInput
from kept.timeline.downloads import download_of
from kept.timeline.files import LARGEST, upload_file
from kept.timeline.kinds import Fact, all_facts, said_in
from kept.timeline.models import Attachment, AttachmentKind

FORM = "multipart/form-data"
AROUND = 64 * 1024
"""What the other parts of a form may weigh beside its file."""

TEXT: Schema = {"type": "string"}
_FIELDS: Schema = {
    name: {"type": "integer"} if name == "size" else TEXT
    for name in ("ref", "name", "media", "size", "sha256", "kind", "url")
}
_FIELDS["kind"] = {"type": "string", "enum": list(AttachmentKind.values)}
FILE: Schema = {"type": "object", "properties": _FIELDS, "required": list(_FIELDS)}


def _form() -> Schema:
    """What the form of an upload holds."""
    facts = {fact.name: _fact(one.kind, fact) for one in all_facts() for fact in one.facts}
    schema = {
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "kind": {**_FIELDS["kind"], "default": AttachmentKind.DOCUMENT.value},
            **facts,
        },
        "required": ["file"],
        "additionalProperties": False,
    }
    return {"required": True, "content": {FORM: {"schema": schema}}}


def _fact(kind: str, fact: Fact) -> Schema:
    words = f"Of a {kind} only."
    if fact.choices:
        return {
            "type": "string",
            "enum": [one for one, _label in fact.choices],
            "description": words,
        }
    if fact.type == "date":
        return {"type": "string", "format": "date", "description": words}
    return {"type": "string", "maxLength": fact.max, "description": words}


def add_files(router: Router) -> None:
    """``POST /api/v1/files``, ``GET /api/v1/files/{ref}`` and its ``/content``."""
    statuses = tuple(one for one in WRITING if one != 404)
    up = described(FILE, "NewKey", words="The file as it is kept.", statuses=statuses)
    up["responses"][201] = up["responses"].pop(200)
    about, down = described(FILE, words="The file."), described({}, words="Its content.")
    down["responses"][200]["content"] = {"*/*": {"schema": {}}}
    down["responses"][409] = {"$ref": "#/components/responses/Problem409"}
    router.add_api_operation(
        "/files",
        ["POST"],
        send_file,
        response={201: None},
        operation_id="upload_file",
        summary="Upload a file",
        description=(
            f"One file of at most {LARGEST // 1024 // 1024} MB, sent as a form. It hangs on nothing"
            " until a verb names its `ref` among `files`; one that no verb names is tidied away."
            " Its type is read from its content; programs are not kept. Of a voucher its number,"
            " day, place and amount may be said; the same voucher is not entered twice."
        ),
        tags=["files"],
        openapi_extra={**up, "requestBody": _form()},
    )
    router.add_api_operation(
        "/files/{ref}",
        ["GET"],
        about_file,
        response={200: None},
        operation_id="get_attachment",
        summary="About a file",
        description="What a file is called, of which type, how large, and its SHA-256.",
        tags=["files"],
        openapi_extra=about,
    )
    router.add_api_operation(
        "/files/{ref}/content",
        ["GET"],
        content_of_file,
        response={200: None},
        operation_id="content_of_file",
        summary="Content of a file",
        description="The bytes as they went up, proved by their SHA-256; 409 where they no longer"
        " are what went up.",
        tags=["files"],
        openapi_extra=down,
    )


def told_of(file: Attachment) -> dict[str, Any]:
    """A file as the API shows it."""
    return {
        "ref": str(file.pk),
        "name": file.name,
        "media": file.media,
        "size": file.size,
        "sha256": file.checksum,
        "kind": file.kind,
        "url": file.get_absolute_url(),
    }


def send_file(request: HttpRequest) -> HttpResponse:
    """Keep one file. Raises InvalidInput, Unreadable or WrongKind."""
    reader: Any = request.auth  # type: ignore[attr-defined]
    only(request)
    key = key_of(request, required=True)
    upload, texts = _sent(request), request.POST
    values = {"upload": upload, "facts": said_in(texts)}
    if "kind" in texts:
        values["kind"] = texts["kind"]
    kept = upload_file.perform(by=reader, values=values, key=key)
    answer = written(told_of(kept))
    answer.status_code = 201
    return answer


def about_file(request: HttpRequest, ref: str) -> HttpResponse:
    """What a file is."""
    only(request)
    return written(told_of(_seen(request, ref)))


def content_of_file(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The bytes of a file."""
    only(request)
    return download_of(_seen(request, ref))


def _seen(request: HttpRequest, ref: str) -> Attachment:
    reader: Any = request.auth  # type: ignore[attr-defined]
    return find_visible(Attachment, ref, reader)


def _sent(request: HttpRequest) -> UploadedFile:
    """The file of a form."""
    if request.content_type != FORM:
        raise WrongKind(_("Send a form (multipart/form-data) with the file in its part “file”."))
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST + AROUND:
        raise RequestDataTooBig
    try:
        files, texts = request.FILES, request.POST
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent):
        raise Unreadable(_("The form cannot be read. Send it again.")) from None
    if "file" in texts:
        raise InvalidInput(_("Send the file as a file, with a name."), field="file")
    _require_asked_for(files, texts)
    sent = files.getlist("file")
    if len(sent) != 1:
        raise InvalidInput(_("Send one file in the part “file”."), field="file")
    return sent[0]


def _require_asked_for(files: Any, texts: Any) -> None:
    """Raise InvalidInput for parts nobody asks for, and for texts said twice."""
    asked = {"kind", *(fact.name for one in all_facts() for fact in one.facts)}
    for name in (*files, *texts):
        if name != "file" and (name not in asked or name in files):
            raise InvalidInput(_("“{name}” is not asked for here."), name=name, field=name)
    for name in texts:
        if len(texts.getlist(name)) > 1:
            raise InvalidInput(_("Say this once."), field=name)
