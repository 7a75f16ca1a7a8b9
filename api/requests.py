"""Read a request: its body as a strict model, its headers as what they ask for."""

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from api import (
    wire,
    wire_attachment,
    wire_breaches,
    wire_calendar,
    wire_campaign,
    wire_changes,
    wire_client,
    wire_cohorts,
    wire_consent,
    wire_contact,
    wire_dossier,
    wire_eligibility,
    wire_exports,
    wire_governance,
    wire_imports,
    wire_jobs,
    wire_life,
    wire_notices,
    wire_outreach,
    wire_retention,
    wire_review,
    wire_rights,
    wire_seeds,
    wire_selection,
    wire_sheets,
    wire_staff,
    wire_territory,
    wire_turf,
)
from api.boundary import BODY
from api.errors import BadShape, Fault, MalformedBody, RevisionRequired, WrongMediaType
from api.problems import STRICT
from contacts.amend import StaleRevision

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
FORM = "application/x-www-form-urlencoded"
Shape = TypeVar("Shape", bound=BaseModel)
_ETAG = re.compile(r'"([1-9][0-9]{0,9})(?:-[a-z]+)?"')
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
    "malformed": "this is not JSON, or names a member twice",
    "not_declared": "no origin of that number is declared",
    "not_registered": "a custom field or a tag is not registered in this campaign",
    "not_evidence": "a consent is for a purpose and a channel there are, of a day that is over, covering known data",
    "not_recorded": "this had not the form that was asked for when it was sent first",
}
_ELSE = "this is not what the description asks for"


def read_body(request: Request, shape: type[Shape], media_type: str = JSON) -> Shape:
    """Return the body as ``shape``. Raises WrongMediaType, MalformedBody, BadShape; none repeats a value."""
    check_media_type(request, media_type)
    return read_shape(request.scope[BODY], shape)


def read_shape(text: bytes, shape: type[Shape]) -> Shape:
    """Return JSON as ``shape``. Raises MalformedBody, BadShape."""
    try:
        read = shape.model_validate_json(text)
    except ValidationError as problem:
        faults = problem.errors(include_url=False, include_context=False, include_input=False)
    else:
        _check_unambiguous(text)
        return read
    if faults[0]["type"] == "json_invalid":
        raise _not_json()
    _check_unambiguous(text)
    raise BadShape([fault(one["type"], one["loc"]) for one in faults])


def _check_unambiguous(text: bytes) -> None:
    """Refuse a member that stands twice, of which two programs may each take another, and numbers that are none."""
    try:
        _ONCE.decode(text.decode())
    except (ValueError, RecursionError):
        raise _not_json() from None


def _each_once(members: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in members}) != len(members):
        raise ValueError


def _no_number(_name: str) -> None:
    raise ValueError


_ONCE = json.JSONDecoder(object_pairs_hook=_each_once, parse_constant=_no_number)
"""Made once: ``json.loads`` makes one for each call that asks for more than the usual."""


def _not_json() -> MalformedBody:
    return MalformedBody("the body is not JSON, or names a member twice")


def check_media_type(request: Request, media_type: str) -> None:
    """Raise WrongMediaType unless the body is of ``media_type``, in UTF-8, and not compressed."""
    if media_type_of(request) != media_type:
        message = f"send {media_type}, in UTF-8, not compressed"
        raise WrongMediaType(message)


def media_type_of(request: Request) -> str | None:
    """Return the media type of a body in UTF-8 that is not compressed, None of any other."""
    given, _, parameter = request.headers.get("content-type", "").lower().partition(";")
    is_utf8 = parameter.strip().replace('"', "") in {"", "charset=utf-8"}
    return given.strip() if is_utf8 and "content-encoding" not in request.headers else None


def declared_type(request: Request) -> str:
    """Return the media type of a body that is a file. Raises WrongMediaType if it is compressed."""
    if "content-encoding" in request.headers:
        message = "send the file as it is, not compressed"
        raise WrongMediaType(message)
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def fault(code: str, place: tuple[int | str, ...]) -> Fault:
    """Name a fault by a place that holds only our own words: the caller's may be personal."""
    words = [str(part) if isinstance(part, int) or part in _WORDS else "*" for part in place]
    return Fault(code, ".".join(words) or "*", _TEXTS.get(code, _ELSE))


def asks_strict(request: Request) -> bool:
    """Tell whether the caller wants all or nothing (RFC 7240, ``handling=strict``), and remember it for the answer."""
    strict = _STRICT.search(request.headers.get("prefer", "").lower()) is not None
    request.scope[STRICT] = strict
    return strict


def etag_of(revision: int, withheld: str | None = None) -> str:
    """Return the entity tag of a contact at a revision, another one while it is withheld."""
    return f'"{revision}-{withheld}"' if withheld else f'"{revision}"'


def is_known(request: Request, etag: str) -> bool:
    """Tell whether If-None-Match names this entity tag; one known weakly is known."""
    known = request.headers.get("if-none-match", "").split(",")
    return etag in {one.strip().removeprefix("W/") for one in known} or [one.strip() for one in known] == ["*"]


def revision_of(request: Request) -> int:
    """Return the revision that If-Match names. Raises RevisionRequired; StaleRevision for what is no ETag of ours."""
    revision = revision_if_named(request)
    if revision is None:
        message = "send If-Match with the ETag of the contact as you read it"
        raise RevisionRequired(message)
    return revision


def revision_if_named(request: Request) -> int | None:
    """Return the revision that If-Match names, None without one. Raises StaleRevision for what is no ETag of ours."""
    given = request.headers.get("if-match")
    if given is None:
        return None
    revision = _ETAG.fullmatch(given.strip())
    if revision is None:
        message = "the contact has no such ETag: read it again"
        raise StaleRevision(message)
    return int(revision[1])


def _words_of(module: Any) -> set[str]:  # noqa: ANN401 - a module
    shapes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    return {name for shape in shapes for name in shape.model_fields}


_PLACES = {
    *("path", "query", "contact", "attachment", "kind", "limit", "cursor", "event", "updated_since"),
    *("ticket", "link", "export", "version", "lang", "campaign"),
    *("election", "recipient", "arrangement", "endpoint", "job", "actor", "staff", "session", "approval", "targeting"),
    *("cohort", "number", "record", "channel"),
    *("dataset", "area", "grain", "since"),
    *("asked", "state"),
}
SHAPES = (
    wire,
    wire_attachment,
    wire_breaches,
    wire_contact,
    wire_calendar,
    wire_campaign,
    wire_changes,
    wire_client,
    wire_cohorts,
    wire_consent,
    wire_dossier,
    wire_eligibility,
    wire_exports,
    wire_governance,
    wire_imports,
    wire_jobs,
    wire_life,
    wire_notices,
    wire_outreach,
    wire_retention,
    wire_review,
    wire_seeds,
    wire_selection,
    wire_rights,
    wire_sheets,
    wire_staff,
    wire_territory,
    wire_turf,
)
"""The modules of everything on the wire."""
_WORDS = frozenset(_PLACES.union(*(_words_of(module) for module in SHAPES)))
