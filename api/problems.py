"""The only table from a family of errors to a status, and the one form in which every problem is told.

RFC 9457 joined with the forms that vendors' clients expect (``errors``, ``code``, ``message``), so that a refusal is
readable in all of them. Never a value: places, rules and articles only, because clients print bodies into their logs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from accounts.approvals.demand import ApprovalMissing
from accounts.staff.passwords import WeakPassword
from accounts.staff.sign_in import SignInDelayed
from api import errors
from api.metrics import count_forbidden, count_refusal
from api.problem_types import PROBLEM_TYPES, ProblemType
from api.rates import RATE
from attachments.errors import ActiveContent, UnknownMediaType, WrongContent
from audit.register import PurposeNotDeclared
from contacts.amend import Restricted, StaleRevision
from contacts.find import TooMany
from files.undo import NotUndoable
from jobs.changes import ChangesGone
from jobs.once import KeyReused, StillRunning
from kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    IsoloirError,
    NotFound,
    Refused,
    Unauthenticated,
    Unavailable,
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
    Unavailable: "unavailable",
    TooMany: "too-many-results",
    UnknownMediaType: "unsupported-media-type",
    WrongContent: "attachment-refused",
    ActiveContent: "attachment-refused",
    ApprovalMissing: "approval-missing",
    SignInDelayed: "sign-in-delayed",
    WeakPassword: "weak-password",
    errors.MalformedBody: "malformed-body",
    errors.WrongMediaType: "unsupported-media-type",
    errors.BodyTooLarge: "body-too-large",
    errors.CredentialsInAddress: "credentials-in-address",
    errors.RevisionRequired: "revision-required",
    errors.NotReady: "not-ready",
    errors.TooManyRequests: "too-many-requests",
    errors.KeyRequired: "idempotency-key-required",
    errors.TooSlow: "too-slow",
    StillRunning: "idempotency-key-running",
    KeyReused: "idempotency-key-reused",
    NotUndoable: "import-not-undoable",
    ChangesGone: "changes-gone",
}
"""The nearest class decides; what stands under no family here is an error of ours, and says nothing."""

_BY_STATUS = {404: "not-found", 405: "method-not-allowed"}
_INTERNAL = PROBLEM_TYPES["internal-error"]
_AGAIN = "5"
"""Seconds after which a database that did not answer is worth another try."""


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
    """Answer with an error's problem."""
    told = problem_type_of(error)
    count_refusal(told.name)
    later = {"Retry-After": str(error.seconds)} if isinstance(error, SignInDelayed) else {}
    return _answer(problem_of(scope, error), told.status, _headers(scope, told) | later)


def status_problem(scope: Any, status: int, headers: dict[str, str]) -> Response:  # noqa: ANN401
    """Tell what the router found: no such route, or no such method."""
    told = PROBLEM_TYPES.get(_BY_STATUS.get(status, ""), _INTERNAL)
    count_refusal(told.name)
    return _answer(plain_problem(scope, told), told.status, headers)


def internal_response(scope: Any) -> Response:  # noqa: ANN401 - an ASGI scope
    """Tell of an error of ours, out of constants alone: the answer where a problem cannot be built."""
    return _answer(plain_problem(scope, _INTERNAL), _INTERNAL.status, {})


def plain_problem(scope: Any, told: ProblemType) -> dict[str, Any]:  # noqa: ANN401 - an ASGI scope
    """Return the members of a problem of which there is no more to tell than its type."""
    return _combined(scope, told, told.title_en, [])


def finding_parts(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is told: everything the law says, and never the value."""
    if finding.category is not None:
        count_forbidden(finding.category)
    return {name: getattr(finding, name) for name in Finding.__slots__}


def words_of(checks: Mapping[str, bool]) -> dict[str, str]:
    """Tell each check by one of two words, and nothing of why."""
    return {name: "ok" if holds else "failing" for name, holds in checks.items()}


def problem_of(scope: Any, error: BaseException) -> dict[str, Any]:  # noqa: ANN401 - an ASGI scope
    """Return an error as a problem's members; one of ours tells nothing but its instance."""
    told = problem_type_of(error)
    detail = told.title_en if told is _INTERNAL else str(error)
    body = _combined(scope, told, detail, _parts(error))
    if isinstance(error, Refusal):
        body["findings"] = [finding_parts(one) for one in error.findings]
        if (warned := error.notice) is not None:
            body["notice"] = {"articles": warned.articles, "fr": warned.advice_fr, "en": warned.advice_en}
    if isinstance(error, errors.NotReady):
        body["checks"] = words_of(error.checks)
    return body


def _parts(error: BaseException) -> list[dict[str, Any]]:
    if isinstance(error, errors.RefusedBatch):
        placed = zip(error.places, error.findings, strict=True)
        return [_part(one, f"contacts.{place}.{one.field}") for place, one in placed]
    if isinstance(error, Refusal):
        return [_part(one, one.field) for one in error.findings]
    if isinstance(error, errors.BadShape):
        return [{"code": one.code, "text": one.text, "properties": [one.place]} for one in error.faults]
    if isinstance(error, WeakPassword):
        return [{"code": one.value, "text": str(error), "properties": ["password"]} for one in error.weaknesses]
    return []


def _part(finding: Finding, place: str) -> dict[str, Any]:
    return {"code": finding.rule, "text": finding.advice_en, "properties": [place]}


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
    if told.status in {408, 413}:  # What is still on its way is not read.
        return {"Connection": "close"}
    if told.status == 429 and RATE in scope:  # noqa: PLR2004
        return {"Retry-After": str(scope[RATE].wait)}
    if told.status == 503:  # noqa: PLR2004
        return {"Retry-After": _AGAIN}
    return {"Preference-Applied": "handling=strict"} if scope.get(STRICT) and told.status == 422 else {}  # noqa: PLR2004


def _answer(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type=MEDIA_TYPE)


async def answer_error(request: Request, error: Exception) -> Response:
    """Answer one of our errors; what the operator must hear of goes on, to be logged."""
    if problem_type_of(error) is _INTERNAL or isinstance(error, Unavailable):
        raise error
    return problem_response(request.scope, error)


async def answer_status(request: Request, error: Exception) -> Response:
    """Answer what the router found."""
    if not isinstance(error, HTTPException):
        raise TypeError(type(error).__name__)
    headers = dict(error.headers or {})
    if error.status_code == 405:  # noqa: PLR2004
        headers["Allow"] = ", ".join(sorted(_methods_at(request.scope)))
    return status_problem(request.scope, error.status_code, headers)


def _methods_at(scope: Any) -> set[str]:  # noqa: ANN401 - an ASGI scope
    """Return what every route of this path takes: the router itself tells of the first one only."""
    routes = [route for route in scope["app"].state.routes if route.matches(scope)[0] is not Match.NONE]
    return set[str]().union(*[route.methods for route in routes])


HANDLED: dict[int | type[Exception], Any] = {IsoloirError: answer_error, HTTPException: answer_status}
