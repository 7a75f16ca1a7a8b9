"""The only table from a family of errors to a status, and the one form in which every problem is told.

RFC 9457 joined with the forms that vendors' clients expect (``errors``, ``code``, ``message``), so that a refusal is
readable in all of them. Never a value: places, rules and articles only, because clients print bodies into their logs.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from accounts.approvals.demand import ApprovalMissing
from accounts.staff.enrol import WeakPassword
from accounts.staff.sign_in import SignInDelayed
from api import errors
from api.problem_types import PROBLEM_TYPES, ProblemType
from audit.register import PurposeNotDeclared
from contacts.amend import Restricted, StaleRevision
from contacts.find import TooMany
from kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    IsoloirError,
    NotFound,
    Refused,
    Unauthenticated,
)
from policy.findings import Finding, Refusal

MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "isoloir.request_id"
PUBLIC_URL = "isoloir.public_url"
STRICT = "isoloir.strict"

TABLE: dict[type[BaseException], str] = {
    PurposeNotDeclared: "purpose-not-declared",
    Refused: "refused",
    NotFound: "not-found",
    Conflict: "conflict",
    Restricted: "contact-restricted",
    StaleRevision: "revision-stale",
    Unauthenticated: "unauthenticated",
    Forbidden: "not-allowed",
    Invalid: "invalid-input",
    TooMany: "too-many-results",
    ApprovalMissing: "approval-missing",
    SignInDelayed: "sign-in-delayed",
    WeakPassword: "weak-password",
    errors.MalformedBody: "malformed-body",
    errors.WrongMediaType: "unsupported-media-type",
    errors.BodyTooLarge: "body-too-large",
    errors.CredentialsInAddress: "credentials-in-address",
    errors.RevisionRequired: "revision-required",
    errors.NotReady: "not-ready",
}
"""The nearest class decides; what stands under no family here is an error of ours, and says nothing."""

_BY_STATUS = {404: "not-found", 405: "method-not-allowed"}
_INTERNAL = PROBLEM_TYPES["internal-error"]


def problem_type_of(error: BaseException) -> ProblemType:
    """Return the type of problem that an error is."""
    if isinstance(error, Refusal):
        return _refusal_type(error.findings)
    names = (TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    return PROBLEM_TYPES.get(next(names, ""), _INTERNAL)


def _refusal_type(findings: Sequence[Finding]) -> ProblemType:
    if any(one.category for one in findings):
        return PROBLEM_TYPES["forbidden-attribute"]
    if any((one.missing or "").startswith("consent.") for one in findings):
        return PROBLEM_TYPES["consent-missing"]
    if any(one.rule.startswith("retention.") for one in findings):
        return PROBLEM_TYPES["retention-expired"]
    return PROBLEM_TYPES["refused"]


def problem_response(scope: Any, error: BaseException) -> Response:  # noqa: ANN401 - an ASGI scope
    """Tell an error as a problem; one of ours tells nothing but its instance."""
    told = problem_type_of(error)
    detail = told.title_en if told is _INTERNAL else str(error)
    body = _combined(scope, told, detail, _parts(error))
    if isinstance(error, Refusal):
        body["findings"] = [finding_parts(one) for one in error.findings]
    later = {"Retry-After": str(error.seconds)} if isinstance(error, SignInDelayed) else {}
    return _answer(body, told.status, _headers(scope, told) | later)


def status_problem(scope: Any, status: int, headers: dict[str, str]) -> Response:  # noqa: ANN401
    """Tell what the router found: no such route, or no such method."""
    told = PROBLEM_TYPES.get(_BY_STATUS.get(status, ""), _INTERNAL)
    return _answer(_combined(scope, told, told.title_en, []), told.status, headers)


def finding_parts(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is told: everything the law says, and never the value."""
    return {name: getattr(finding, name) for name in Finding.__slots__}


def _parts(error: BaseException) -> list[dict[str, Any]]:
    if isinstance(error, Refusal):
        return [{"code": one.rule, "text": one.advice_en, "properties": [one.field]} for one in error.findings]
    if isinstance(error, errors.BadShape):
        return [{"code": one.code, "text": one.text, "properties": [one.place]} for one in error.faults]
    if isinstance(error, WeakPassword):
        return [{"code": one.value, "text": str(error), "properties": ["password"]} for one in error.weaknesses]
    return []


def _combined(scope: Any, told: ProblemType, detail: str, parts: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: ANN401
    return {
        "type": f"{scope[PUBLIC_URL]}/problems/{told.name}",
        "title": told.title_en,
        "status": told.status,
        "detail": detail,
        "instance": f"urn:uuid:{scope[REQUEST_ID]}",
        "code": told.name,
        "message": detail,
        "errors": parts or [{"code": told.name, "text": detail, "properties": []}],
    }


def _headers(scope: Any, told: ProblemType) -> dict[str, str]:  # noqa: ANN401
    if told.status == 401:  # noqa: PLR2004
        return {"WWW-Authenticate": 'Bearer realm="isoloir"'}
    if told.status == 413:  # noqa: PLR2004 - what is still on its way is not read
        return {"Connection": "close"}
    return {"Preference-Applied": "handling=strict"} if scope.get(STRICT) and told.status == 422 else {}  # noqa: PLR2004


def _answer(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type=MEDIA_TYPE)


async def answer_error(request: Request, error: Exception) -> Response:
    """Answer one of our errors; the families that tell nothing go on, to be logged."""
    if problem_type_of(error) is _INTERNAL:
        raise error
    return problem_response(request.scope, error)


async def answer_status(request: Request, error: Exception) -> Response:
    """Answer what the router found."""
    if not isinstance(error, HTTPException):
        raise TypeError(type(error).__name__)
    return status_problem(request.scope, error.status_code, dict(error.headers or {}))


HANDLED: dict[int | type[Exception], Any] = {IsoloirError: answer_error, HTTPException: answer_status}
