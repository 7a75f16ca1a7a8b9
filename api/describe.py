"""The description of the API (OpenAPI 3.1): what each route takes, answers and refuses.

Routes read their bodies and make their answers themselves, so that nothing is validated twice; what they take and
give is described here from the same models, and a test compares every answer with its description.
"""

from collections.abc import Collection, Iterable, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from accounts.scopes import SCOPES
from api import wire
from api.caller import PURPOSE_HEADER
from api.examples import add_examples, problem_example
from api.links import add_links
from api.problem_types import PROBLEM_TYPES
from api.problems import MEDIA_TYPE
from api.requests import JSON, SHAPES
from attachments.content import EXTENSIONS, PDF
from policy.edition import Edition

Part = dict[str, Any]
_PDF = "%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
SCANS: Part = {
    one: {
        "schema": {"type": "string", "format": "binary"},
        "example": _PDF if one == PDF else "the bytes of the image",
    }
    for one in sorted(EXTENSIONS)
}
SCAN_BODY: Part = {"requestBody": {"required": True, "content": SCANS}}
TAGS = (
    ("contacts", "Record, reveal, amend, find, restrict and erase contacts"),
    ("rights", "What persons ask: received, prepared, decided, answered in time"),
    ("attachments", "Scans of forms, undertakings, mandates, evidence; kept sealed"),
    ("imports", "Lists of contacts that come in, and what became of each column, row and cell"),
    ("exports", "Lists of contacts that go out: ordered, approved, kept sealed, collected"),
    ("consent", "Evidence, withdrawals, whole lists, and who may be reached"),
    ("outreach", "Messages, what was sent and answered, calls and visits, the register of targeting"),
    ("retention", "How long data are kept: sweeps, their report, legal holds, endings"),
    ("breaches", "The register of breaches, its clock, whom each reached"),
    ("campaign", "The campaign's life, who answers for it, elections, origins, its own fields and tags"),
    ("law", "The law in force, and what it would say"),
    ("reviews", "What the screen held: the privacy reviewer decides, the data protection officer may object"),
    ("log", "The audit log"),
    ("webhooks", "Who is told of the campaign's events, and how that went"),
    ("jobs", "Long work, the outbox, and its dead letters"),
    ("access", "Client programs and their tokens"),
    ("staff", "Signing in, one's own account, the accounts of the staff, roles, four eyes"),
    ("notices", "What persons are told, the public form, and by when each origin's persons are told"),
    ("pages", "The pages for everybody: notices, the form, preferences"),
    ("running", "Whether the program answers"),
)
_ALWAYS = (
    "credentials-in-address",
    "malformed-request",
    "too-slow",
    "body-too-large",
    "headers-too-large",
    "unavailable",
    "internal-error",
)
_KNOWN = (*_ALWAYS, "unauthenticated", "not-allowed", "purpose-not-declared", "too-many-requests", "invalid-input")
_BODY = ("malformed-body", "unsupported-media-type", "invalid-input")


def takes(shape: type[BaseModel], media_type: str = JSON) -> Part:
    """Describe a body."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": _reference(shape)}}}}


def needs(scope: str, *headers: Part, purposes: Collection[str] = ()) -> Part:
    """Describe that a route asks for a token or a staff session with ``scope``, for a purpose, and more headers.

    ``purposes`` are those that the route serves, where the law's others can never be meant.
    """
    client = [{"oauth2": [scope]}] if scope in SCOPES else []
    asked = {"$ref": "#/components/parameters/Purpose"} if not purposes else _one_of(purposes)
    return {"security": [*client, {"staff_session": []}], "x-scope": scope, "parameters": [asked, *headers]}


def header(name: str, text: str, example: str, *, required: bool, pattern: str | None = None) -> Part:
    """Describe a header that a route reads."""
    schema = {"type": "string"} | ({} if pattern is None else {"pattern": pattern})
    return {"name": name, "in": "header", "required": required, "description": text, "schema": schema} | {
        "example": example,
    }


def gives(status: int, shape: type[BaseModel] | None, *headers: str, media_type: str = JSON) -> dict[int | str, Part]:
    """Describe an answer, with its headers."""
    told: Part = {"description": HTTPStatus(status).phrase}
    if shape is not None:
        told["content"] = {media_type: {"schema": _reference(shape)}}
    if headers:
        told["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    return {status: told}


def one_of(*shapes: type[BaseModel]) -> Part:
    """Describe what has one of several shapes."""
    return {"anyOf": [_reference(shape) for shape in shapes]}


def refuses(*names: str, known: bool = True, body: bool = False) -> dict[int | str, Part]:
    """Describe the problems of a route, by status: its own, and those that every route of its kind has."""
    every = {*names, *(_KNOWN if known else _ALWAYS), *(_BODY if body else ())}
    by_status: dict[int | str, list[str]] = {}
    for told in PROBLEM_TYPES.values():
        if told.name in every:
            by_status.setdefault(told.status, []).append(told.name)
    return {status: _problem(found) for status, found in by_status.items()}


def describe(app: FastAPI, public_url: str, edition: Edition) -> Part:
    """Return the whole description, in the words that the law in force knows."""
    described = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS],
        servers=[{"url": public_url}],
        contact={"name": "The operator of this installation", "url": public_url},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    shapes = [one for module in SHAPES for one in _shapes(module)]
    _, schemas = models_json_schema([(shape, "validation") for shape in shapes], ref_template=_REFERENCE)
    for method, operation in (one for found in described["paths"].values() for one in found.items()):
        # The framework adds a form of its own wherever a path or a query has a part; ours are described already.
        if JSON in operation["responses"].get("422", {}).get("content", {}):
            del operation["responses"]["422"]
        operation.setdefault("security", [])  # No token is asked for, and that is said.
        if method != "get" and operation["security"]:
            _add_conflict(operation["responses"])
    own = {name: told for name, told in described["components"]["schemas"].items() if "ValidationError" not in name}
    described["components"] = {
        "parameters": {"Purpose": _PURPOSE},
        "schemas": own | schemas["$defs"] | _words(edition),
        "examples": {name: problem_example(PROBLEM_TYPES[name]) for name in sorted(_told_in(described))},
        "securitySchemes": _SECURITY,
    }
    described["components"]["schemas"] = _straight(described["components"]["schemas"])
    add_examples(described)
    add_links(described)
    return described


_ASKED_LATER = frozenset({429, 503})
_RETRY_AFTER: Part = {
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}, "example": 5}
}
STRICT_HEADER = header(
    "Prefer", "handling=strict refuses the whole if any part is refused", "handling=strict", required=False
)
_REFERENCE = "#/components/schemas/{model}"
_PURPOSE = header(PURPOSE_HEADER, "The declared purpose, of GET /v1/law", "contact_management", required=True) | {
    "schema": {"$ref": _REFERENCE.format(model="Purpose")},
}
_SECURITY: Part = {
    "oauth2": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {name: name for name in sorted(SCOPES)}}},
    },
    "figures": {"type": "http", "scheme": "bearer", "description": "The secret of ISOLOIR_METRICS_TOKEN"},
    "gateway": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks, under ISOLOIR_SMS_SECRET",
    },
    "staff_session": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of POST /v1/staff/session; the role (GET /v1/roles) needs the x-scope",
    },
}


def _straight(found: Any) -> Any:  # noqa: ANN401 - JSON
    """Take away the wrapping without which the models could not name a shape that is not theirs."""
    if isinstance(found, list):
        return [_straight(one) for one in found]
    if not isinstance(found, dict):
        return found
    parts = {name: _straight(one) for name, one in found.items()}
    only = parts.get("allOf", ())
    return parts if len(only) != 1 else {name: one for name, one in parts.items() if name != "allOf"} | only[0]


def _add_conflict(responses: Part) -> None:
    """Describe what every writing may meet: another who wrote the same at the same moment."""
    known = responses.get("409", {}).get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})
    responses["409"] = _problem(sorted({*known, "conflict"}))


def _one_of(purposes: Collection[str]) -> Part:
    known = sorted(purposes)
    text = f"The declared purpose; this route serves {' or '.join(known)} alone"
    return header(PURPOSE_HEADER, text, known[0], required=True) | {"schema": {"type": "string", "enum": known}}


def _reference(shape: type[BaseModel]) -> Part:
    return {"$ref": _REFERENCE.format(model=shape.__name__)}


def _problem(names: Sequence[str]) -> Part:
    later = any(PROBLEM_TYPES[name].status in _ASKED_LATER for name in names)
    return ({"headers": _RETRY_AFTER} if later else {}) | {
        "description": "; ".join(f"{PROBLEM_TYPES[name].title_en} (/problems/{name})" for name in names),
        "content": {
            MEDIA_TYPE: {
                "schema": _reference(wire.Problem),
                "examples": {name: {"$ref": f"#/components/examples/{name}"} for name in names},
            },
        },
    }


def _words(edition: Edition) -> dict[str, Part]:
    known: dict[str, Iterable[str]] = {
        "Purpose": edition.purposes,
        "Category": edition.categories,
        "OriginKind": edition.origins,
        "ElectionType": edition.elections,
        "HandoverGround": edition.handovers,
        "TransferBasis": edition.transfers,
        "AccessibilityNeed": edition.needs,
    }
    return {name: {"type": "string", "enum": sorted(words)} for name, words in known.items()}


def _told_in(described: Part) -> set[str]:
    """Return the types of problem that some operation tells of."""
    answers = [
        told for found in described["paths"].values() for one in found.values() for told in one["responses"].values()
    ]
    return {name for told in answers for name in told.get("content", {}).get(MEDIA_TYPE, {}).get("examples", ())}


def _shapes(module: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - a module
    return [
        one
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, BaseModel)
        and one.__module__ == module.__name__
        and one is not wire.Wire
    ]
