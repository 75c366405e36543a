"""Similar cases for other programs: what a portal asks before it opens one more."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from kept.cases.similar import MOST, SimilarCase, similar_cases
from kept.kit.api.bodies import only
from kept.kit.api.document import described
from kept.kit.api.lists import written
from kept.kit.api.parts import in_query
from kept.kit.api.sources import Schema
from kept.kit.api.values import plain
from kept.kit.pages import find_visible
from kept.parties.models import Account
from kept.products.models import Product, SerialUnit

TEXT: Schema = {"type": "string"}
SIMILAR: Schema = {
    "ref": TEXT,
    "url": TEXT,
    "title": TEXT,
    "status": TEXT,
    "received_at": {"type": "string", "format": "date-time"},
    "answer": TEXT,
    "is_same_customer": {"type": "boolean"},
    "is_same_product": {"type": "boolean"},
    "share": {"type": "number", "minimum": 0, "maximum": 1},
}
ANSWER: Schema = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "maxItems": MOST,
            "items": {"type": "object", "properties": SIMILAR, "required": list(SIMILAR)},
        }
    },
    "required": ["items"],
}
#: What may be asked with: name, the most signs, words.
ASKED = {
    "text": (2_000, "What was said, as far as it is known."),
    "account": (200, "The customer's number."),
    "product": (200, "The product's code."),
    "serial_unit": (200, "The serial number of the unit."),
    "phone": (40, "The caller's phone, when the customer is not known."),
}
KNOWN: dict[str, Any] = {"account": Account, "product": Product, "serial_unit": SerialUnit}


def add_similar(router: Router) -> None:
    """``GET /api/v1/cases/similar?text=…``; entered before the address of single cases."""
    said = described(ANSWER, words="At most five, the likest first.")
    asked = [
        in_query(name, {"type": "string", "maxLength": most}, words)
        for name, (most, words) in ASKED.items()
    ]
    said["parameters"] = [*asked, *said["parameters"]]
    router.add_api_operation(
        "/cases/similar",
        ["GET"],
        similar,
        response={200: None},
        operation_id="similar_cases",
        summary="Similar cases",
        description=(
            "Cases the reader may see that are like what is being told: the same customer and"
            " product first, then open ones, then those that share rare words (`share` of their"
            " weight)."
            " `answer` is how a closed one ended. Without a text there are none."
        ),
        tags=["cases"],
        openapi_extra=said,
    )


def similar(request: HttpRequest) -> HttpResponse:
    """The cases like a text."""
    reader: Any = request.auth  # type: ignore[attr-defined]
    only(request, *ASKED)
    asked = {name: request.GET.get(name, "")[:most] for name, (most, _words) in ASKED.items()}
    known = {
        name: find_visible(model, asked[name], reader)
        for name, model in KNOWN.items()
        if asked[name]
    }
    found = similar_cases(reader, asked["text"], phone=asked["phone"], **known)
    return written({"items": [_item(one) for one in found]})


def _item(one: SimilarCase) -> dict[str, Any]:
    return {
        "ref": one.case.number,
        "url": one.case.get_absolute_url(),
        "title": one.case.summary,
        "status": one.case.status,
        "received_at": plain(one.case.received_at),
        "answer": one.answer,
        "is_same_customer": one.is_same_customer,
        "is_same_product": one.is_same_product,
        "share": round(one.share, 3),
    }
