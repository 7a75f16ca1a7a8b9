"""Whether the program answers, its figures, and the pages of the types of problem."""

import hmac
from contextlib import suppress

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import HTMLResponse

from api.answers import json_answer
from api.caller import installation_of
from api.describe import Part, gives, refuses
from api.errors import NotReady
from api.metrics import MEDIA_TYPE, page_of_figures, tell, tell_checks
from api.pages.language import LANGUAGES, preferred
from api.pages.problem import problem_page
from api.problem_types import PROBLEM_TYPES
from api.problems import words_of
from api.wire_campaign import ReadyStatus, Status
from installation.figures import measure
from installation.readiness import Readiness
from kernel.errors import IsoloirError, NotFound, Unauthenticated

router = APIRouter(tags=["running"])
_FIGURES: dict[int | str, Part] = {200: {"description": "Figures in Prometheus' form", "content": {"text/plain": {}}}}
_PAGE: dict[int | str, Part] = {200: {"description": "The page, in French and English", "content": {"text/html": {}}}}


@router.get("/healthz", summary="Is it alive?", responses=gives(200, Status) | refuses(known=False))
def get_health() -> Response:
    """Say that the program runs."""
    return json_answer({"status": "ok"})


@router.get("/readyz", summary="Is it ready?", responses=gives(200, ReadyStatus) | refuses("not-ready", known=False))
def get_readiness(request: Request) -> Response:
    """Say whether the installation can answer: database, keys, ledger, sequencer, disk, rates; not about to stop."""
    readiness: Readiness = request.app.state.readiness
    checks = readiness.check()
    if not all(checks.values()):
        message = "the installation cannot answer now: isoloir doctor tells why"
        raise NotReady(message, checks)
    return json_answer({"status": "ready", "checks": words_of(checks)})


@router.get(
    "/metrics",
    summary="Read the figures",
    responses={**_FIGURES, **refuses("not-found", "unauthenticated", known=False)},
    openapi_extra={"security": [{"figures": []}]},
)
def get_figures(request: Request) -> Response:
    """Give figures to whoever holds the secret of the settings; without one in the settings there is no such route."""
    installation = installation_of(request)
    secret = installation.settings.metrics_token
    if not secret:
        message = "no figures are given: ISOLOIR_METRICS_TOKEN is not set"
        raise NotFound(message)
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(errors="replace"), secret.encode()):
        message = "send the secret of the figures: Authorization: Bearer"
        raise Unauthenticated(message)
    readiness: Readiness = request.app.state.readiness
    tell_checks(readiness.check())
    with suppress(SQLAlchemyError, IsoloirError):  # What the database cannot tell now, the checks tell instead.
        tell(measure(installation))
    return Response(page_of_figures(), media_type=MEDIA_TYPE)


@router.get(
    "/problems/{name}",
    summary="Read about a type of problem",
    response_class=HTMLResponse,
    responses={**_PAGE, **refuses("not-found", known=False)},
)
def get_problem_page(request: Request, name: str) -> Response:
    """Explain a type of problem in French and English, the language of Accept-Language first."""
    told = PROBLEM_TYPES.get(name)
    if told is None:
        message = "there is no such type of problem"
        raise NotFound(message)
    language = preferred(request.headers.get("accept-language", ""))
    headers = {"Content-Language": ", ".join(LANGUAGES), "Vary": "Accept-Language"}
    return HTMLResponse(problem_page(told, language), headers=headers)
