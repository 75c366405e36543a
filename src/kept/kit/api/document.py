"""The OpenAPI document: what the API takes and answers, in words somebody can read.

Drawn from verbs, lists and models; nothing in it is written twice. ``kept.web.openapi`` keeps the
copy in ``docs/openapi.json``.
"""

from collections.abc import Iterable
from inspect import cleandoc
from typing import Any

import django_filters
from django.utils.translation import override
from ninja import NinjaAPI
from ninja.schema import NinjaGenerateJsonSchema

from kept.kit.actions import Action
from kept.kit.api.bodies import schema_of
from kept.kit.api.examples import example_of, example_ref
from kept.kit.api.parts import in_query, parameter, shared_parts, shared_schemas
from kept.kit.api.rows import shape_of
from kept.kit.api.sources import Schema
from kept.kit.api.things import public_fields
from kept.kit.api.verbs import doors, subjects
from kept.kit.lists import List
from kept.kit.params import Param

READING = (401, 403, 404, 405, 422, 500, 503)
WRITING = (400, 401, 403, 404, 405, 409, 413, 415, 422, 500, 503)


def document(api: NinjaAPI, prefix: str, kinds: Iterable[type[List]]) -> dict[str, Any]:
    """The whole document, in English and always in the same order."""
    with override("en"):
        found = dict(api.get_openapi_schema(path_prefix=prefix))
        schemas = found["components"]["schemas"]
        operations: dict[str, Any] = {
            one["operationId"]: one for one in _operations(found["paths"])
        }
        for action in doors():
            schemas |= body_schemas(action)
            _word_verb(operations[action.name.replace(".", "_")], action)
        for plural, model in subjects().items():
            name = f"{model.__name__}Details"
            schemas[name] = details_schema(model)
            _word_thing(operations[f"get_{model._meta.model_name}"], plural, model, name)
        for kind in kinds:
            name = f"{kind.__name__.removesuffix('List')}Page"
            schemas[name] = page_schema(kind)
            _word_list(operations[f"list_{kind.name}"], kind, name)
        schemas.update(shared_schemas())
        found["components"] = {**shared_parts(), "schemas": dict(sorted(schemas.items()))}
        for operation in operations.values():
            operation.pop("security", None)
        found["security"] = [{"token": []}, {"page": []}]
        found["paths"] = dict(sorted(found["paths"].items()))
    return found


def _operations(paths: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (one for methods in paths.values() for one in methods.values())


# Operations


def _word_verb(operation: dict[str, Any], action: Action) -> None:
    makes = action.creates is not None
    answer = "The thing that was made." if makes else "The thing as it stands now."
    operation["summary"] = str(action.label)
    operation["description"] = _paragraphs(
        cleandoc(action.__doc__ or ""), f"Needs the right `{action.right}`."
    )
    key = "NewKey" if makes else "Key"
    operation["parameters"] = [parameter(key), parameter("Language")]
    if not makes:
        operation["parameters"] = [
            _ref_parameter(action.model),
            parameter("Version"),
            *operation["parameters"],
        ]
    content = {
        "schema": {"$ref": _SCHEMA.format(model=schema_of(action).__name__)},
        "example": {param.name: example_of(param) for param in _asked_first(action)},
    }
    operation["requestBody"] = {"content": {"application/json": content}, "required": True}
    statuses = WRITING if not makes else tuple(one for one in WRITING if one != 404)
    schema = {"$ref": "#/components/schemas/Thing"}
    operation["responses"] = _responses(201 if makes else 200, answer, schema, statuses)


def _asked_first(action: Action) -> list[Param]:
    """What an example says: whatever must be said, or the first thing that may be."""
    needed = [param for param in action.params if param.required]
    return needed or list(action.params[:1])


def _word_thing(operation: dict[str, Any], plural: str, model: Any, name: str) -> None:
    operation["summary"] = f"One of {plural}"
    operation["description"] = _paragraphs(cleandoc(model.__doc__ or ""))
    operation["parameters"] = [_ref_parameter(model), parameter("Language")]
    schema = {"$ref": f"#/components/schemas/{name}"}
    operation["responses"] = _responses(200, "The thing.", schema, READING)


def _word_list(operation: dict[str, Any], kind: type[List], name: str) -> None:
    operation["summary"] = f"List: {kind.title}"
    usual = (
        "Without any filter it begins as on the screen, narrowed to"
        f" {_words(kind.defaults)}; `all=true` gives every row."
        if kind.defaults
        else ""
    )
    right = f"Needs the right `{kind.right}`." if kind.right else ""
    operation["description"] = _paragraphs(cleandoc(kind.__doc__ or ""), usual, right)
    operation["parameters"] = [*list_parameters(kind), parameter("Language")]
    schema = {"$ref": f"#/components/schemas/{name}"}
    operation["responses"] = _responses(200, "One page of rows.", schema, _LISTING)


_LISTING = tuple(one for one in READING if one != 404)


def described(
    answer: Schema, *parameters: str, words: str = "One page.", statuses: tuple[int, ...] = READING
) -> dict[str, Any]:
    """What the document says of an operation that is no verb, thing or list: ``openapi_extra``."""
    return {
        "parameters": [parameter(name) for name in (*parameters, "Language")],
        "responses": {
            int(status): said for status, said in _responses(200, words, answer, statuses).items()
        },
    }


def _words(defaults: Any) -> str:
    return ", ".join(
        f"`{name}={value}`"
        for name, given in defaults.items()
        for value in (given if isinstance(given, list | tuple) else [given])
    )


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part.replace("``", "`") for part in parts if part)


def _responses(status: int, words: str, schema: Schema, problems: Iterable[int]) -> dict[str, Any]:
    answer = {"description": words, "content": {"application/json": {"schema": schema}}}
    refusals = {str(one): {"$ref": f"#/components/responses/Problem{one}"} for one in problems}
    return {str(status): answer, **refusals}


# Parameters


def _ref_parameter(model: Any) -> dict[str, Any]:
    return {
        "name": "ref",
        "in": "path",
        "required": True,
        "description": f"The public reference: its {getattr(model, 'ref', 'id')}.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        "example": example_ref(model),
    }


def list_parameters(kind: type[List]) -> list[dict[str, Any]]:
    """The filters of a list, its orders, and how to go on."""
    filters = kind.filter.base_filters if kind.filter is not None else {}
    found = [_filter_parameter(name, one) for name, one in filters.items()]
    if kind.defaults:
        found.append(
            in_query("all", {"type": "boolean"}, "Every row, whatever the list begins with.")
        )
    orders = [*kind.order, *(f"-{name}" for name in kind.order)]
    usual = kind.default_order or next(iter(kind.order))
    words = f"The order; with a minus turned round. Usually `{usual}`."
    found.append(in_query("order", {"type": "string", "enum": orders}, words))
    return [*found, parameter("Limit"), parameter("Cursor")]


def _filter_parameter(name: str, one: Any) -> dict[str, Any]:
    words = getattr(one, "end", one.label)
    return in_query(name, filter_schema(one), f"{words}." if words else "")


def filter_schema(one: Any) -> Schema:
    """What a filter takes."""
    choices = one.extra.get("choices", ())
    known = choices() if callable(choices) else choices
    codes = [str(code) for code, _label in known if code != ""]
    if isinstance(one, django_filters.MultipleChoiceFilter):
        item: Schema = {"type": "string", "enum": codes}
        return {"type": "array", "items": item, "minItems": 1, "maxItems": 50}
    if isinstance(one, django_filters.ChoiceFilter):
        return {"type": "string", "enum": codes}
    if isinstance(one, django_filters.DateFilter):
        return {"type": "string", "format": "date"}
    return {"type": "string", "minLength": 1, "maxLength": one.extra.get("max_length") or 200}


# Schemas


_SCHEMA = "#/components/schemas/{model}"


def body_schemas(action: Action) -> dict[str, Any]:
    """The body of a verb and whatever it is made of, by name."""
    body = schema_of(action)
    made = body.model_json_schema(ref_template=_SCHEMA, schema_generator=NinjaGenerateJsonSchema)
    return {**made.pop("$defs", {}), body.__name__: made}


def page_schema(kind: Any) -> Schema:
    """One page of a list."""
    known: Schema = {"ref": {"type": "string"}, "url": {"type": "string"}}
    for cell in shape_of(kind).cells:
        known[cell.key] = {"description": str(cell.column.label), **_masked_too(cell)}
    item = {"type": "object", "properties": known, "required": list(known)}
    return {"description": f"Rows of “{kind.title}”, and where to go on.", **page_of_items(item)}


def page_of_items(item: Schema) -> Schema:
    """Some items, and the cursor of the next page."""
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": item},
            "next": {
                "type": ["string", "null"],
                "description": "The cursor of the next page; null behind the last row.",
            },
        },
        "required": ["items", "next"],
    }


def _masked_too(cell: Any) -> Schema:
    """A value that is masked for some is text for them."""
    return {"type": ["string", "null"]} if cell.column.needs else cell.source.schema


def details_schema(model: Any) -> Schema:
    """A thing with its public fields."""
    fields: Schema = {
        one.name: {"type": ["string", "null"]} if one.needs else one.source.schema
        for one in public_fields(model)
    }
    body = {"type": "object", "properties": fields, "required": list(fields)}
    return {
        "allOf": [
            {"$ref": "#/components/schemas/Thing"},
            {"type": "object", "properties": {"fields": body}, "required": ["fields"]},
        ]
    }
