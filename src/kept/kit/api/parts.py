"""The parts of the document that every operation shares: parameters, problems, schemas."""

from typing import Any

from kept.kit.api.asked import MOST, USUAL_LIMIT
from kept.kit.api.bodies import KEY_HEADER, KEY_MAX, VERSION_MAX
from kept.kit.api.problems import PROBLEM, TITLES, Problem
from kept.kit.api.sources import Schema
from kept.kit.api.things import Thing

LANGUAGES = "en, zh-hans"

STATUS_WORDS = {
    400: "The body cannot be read: broken JSON, or cut off.",
    401: "No valid token.",
    403: "Seen, but not allowed to this person.",
    404: "Nothing there, as far as this person may see.",
    405: "The address answers other methods only; the header Allow names them.",
    409: "The rules do not allow it now; `rule`, `field` and `mend` say which one and what to do.",
    413: "The body is too large.",
    415: "The body is not of the kind asked for: JSON, but a form where a file goes up.",
    422: "A value cannot be what it claims to be; `field` names it.",
    500: "A fault in the program. Nothing was changed.",
    503: "The data cannot be reached or written just now. Nothing was changed.",
}


def parameter(name: str) -> dict[str, str]:
    """One of the shared parameters."""
    return {"$ref": f"#/components/parameters/{name}"}


def in_query(name: str, schema: Schema, words: str) -> dict[str, Any]:
    """A parameter of an address."""
    return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}


def shared_schemas() -> dict[str, Schema]:
    text, maybe = {"type": "string"}, {"type": ["string", "null"]}
    thing = Thing.model_json_schema(mode="serialization")
    return {
        "Thing": {**thing, "required": list(thing["properties"])},
        "Problem": Problem.model_json_schema(mode="serialization"),
        "Reference": {
            "type": "object",
            "description": "A row as others name it: its public reference, and its name.",
            "properties": {"ref": text, "name": maybe},
            "required": ["ref", "name"],
        },
        "Money": {
            "type": "object",
            "description": "An exact amount of one currency (ISO 4217).",
            "properties": {"amount": text, "currency": text},
            "required": ["amount", "currency"],
        },
    }


def shared_parts() -> dict[str, Any]:
    return {
        "parameters": _shared_parameters(),
        "responses": {f"Problem{status}": _problem(status) for status in STATUS_WORDS},
        "securitySchemes": {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "`Authorization: Bearer kept_…`; people make theirs under /tokens/.",
            },
            "page": {
                "type": "apiKey",
                "in": "cookie",
                "name": "sessionid",
                "description": "A signed-in page; what changes something needs its CSRF token.",
            },
        },
    }


def _shared_parameters() -> dict[str, Any]:
    key_words = (
        "A fresh word for each request (a UUID). The same key with the same body again is done"
        " once and gives the first answer; with another body it is refused. Kept for 7 days."
    )
    key = {"type": "string", "minLength": 1, "maxLength": KEY_MAX}
    language = f"The language of sentences: {LANGUAGES}. Else that of the token's owner."
    version = (
        "The `version` you read last. When somebody changed the thing since, the request is refused"
        " (409) and says who changed what."
    )
    cursor = "`next` of the page before, with the same order. Filters may be repeated or not."
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL_LIMIT}
    return {
        "Language": _header("Accept-Language", {"type": "string"}, language, required=False),
        "NewKey": _header(KEY_HEADER, key, key_words, required=True),
        "Key": _header(KEY_HEADER, key, key_words, required=False),
        "Version": in_query(
            "version", {"type": "integer", "minimum": 0, "maximum": VERSION_MAX}, version
        ),
        "Limit": in_query("limit", limit, f"How many rows, 1 to {MOST}."),
        "Cursor": in_query("cursor", {"type": "string", "minLength": 1}, cursor),
    }


def _header(name: str, schema: Schema, words: str, *, required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": words,
        "schema": schema,
    }


def _problem(status: int) -> dict[str, Any]:
    body = {"type": "about:blank", "title": str(TITLES[status]), "status": status}
    schema = {"$ref": "#/components/schemas/Problem"}
    example = {**body, "detail": "A sentence in the reader's language."}
    headers = {"Content-Language": {"schema": {"type": "string"}}}
    if status == 405:
        headers["Allow"] = {"schema": {"type": "string"}}
    return {
        "description": STATUS_WORDS[status],
        "headers": headers,
        "content": {PROBLEM: {"schema": schema, "example": example}},
    }
