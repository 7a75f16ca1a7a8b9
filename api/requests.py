"""Read a request: its body as a strict model, its headers as what they ask for."""

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from api import wire, wire_campaign, wire_contact, wire_staff
from api.boundary import BODY
from api.errors import BadShape, Fault, MalformedBody, RevisionRequired, WrongMediaType
from api.problems import STRICT
from contacts.amend import StaleRevision

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
FORM = "application/x-www-form-urlencoded"
Shape = TypeVar("Shape", bound=BaseModel)
_ETAG = re.compile(r'"([1-9][0-9]{0,9})"')
_STRICT = re.compile(r'(?:^|[,;\s])handling\s*=\s*"?strict"?(?:$|[,;\s])')
_TEXTS = {
    "missing": "this is required",
    "extra_forbidden": "nothing of this name is taken here",
    "string_pattern_mismatch": "this is not written as the description asks",
    "string_too_long": "this is too long",
    "too_long": "there are too many",
    "too_short": "at least one is needed",
    "int_type": "this is a whole number",
    "string_type": "this is a text",
    "list_type": "this is a list",
}
_ELSE = "this is not what the description asks for"


def read_body(request: Request, shape: type[Shape], media_type: str = JSON) -> Shape:
    """Return the body as ``shape``. Raises WrongMediaType, MalformedBody, BadShape; none repeats a value."""
    check_media_type(request, media_type)
    try:
        return shape.model_validate_json(request.scope[BODY])
    except ValidationError as problem:
        faults = problem.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        message = "the body is not JSON"
        raise MalformedBody(message)
    raise BadShape([fault(one["type"], one["loc"]) for one in faults])


def check_media_type(request: Request, media_type: str) -> None:
    """Raise WrongMediaType unless the body is of ``media_type``, in UTF-8, and not compressed."""
    given, _, parameter = request.headers.get("content-type", "").lower().partition(";")
    is_utf8 = parameter.strip().replace('"', "") in {"", "charset=utf-8"}
    if given.strip() != media_type or not is_utf8 or "content-encoding" in request.headers:
        message = f"send {media_type}, in UTF-8, not compressed"
        raise WrongMediaType(message)


def fault(code: str, place: tuple[int | str, ...]) -> Fault:
    """Name a fault by a place that holds only our own words: the caller's may be personal."""
    words = [str(part) if isinstance(part, int) or part in _WORDS else "*" for part in place]
    return Fault(code, ".".join(words) or "*", _TEXTS.get(code, _ELSE))


def asks_strict(request: Request) -> bool:
    """Tell whether the caller wants all or nothing (RFC 7240, ``handling=strict``), and remember it for the answer."""
    strict = _STRICT.search(request.headers.get("prefer", "").lower()) is not None
    request.scope[STRICT] = strict
    return strict


def revision_of(request: Request) -> int:
    """Return the revision that If-Match names. Raises RevisionRequired; StaleRevision for what is no ETag of ours."""
    given = request.headers.get("if-match")
    if given is None:
        message = "send If-Match with the ETag of the contact as you read it"
        raise RevisionRequired(message)
    revision = _ETAG.fullmatch(given.strip())
    if revision is None:
        message = "the contact has no such ETag: read it again"
        raise StaleRevision(message)
    return int(revision[1])


def _words_of(module: Any) -> set[str]:  # noqa: ANN401 - a module
    shapes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    return {name for shape in shapes for name in shape.model_fields}


_PLACES = {"path", "query", "contact", "limit", "cursor", "event", "actor", "staff", "session", "approval"}
_WORDS = frozenset(_PLACES.union(*(_words_of(module) for module in (wire, wire_contact, wire_campaign, wire_staff))))
