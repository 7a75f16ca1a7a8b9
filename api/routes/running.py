"""Whether the program answers, and the pages of the types of problem."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import HTMLResponse

from api.answers import json_answer
from api.caller import installation_of
from api.describe import Part, gives, refuses
from api.errors import NotReady
from api.pages import LANGUAGES, preferred, problem_page
from api.problem_types import PROBLEM_TYPES
from api.wire_campaign import Status
from kernel.errors import Misconfigured, NotFound
from migrations.run import check_current

router = APIRouter(tags=["running"])
_PAGE: dict[int | str, Part] = {200: {"description": "The page, in French and English", "content": {"text/html": {}}}}


@router.get("/healthz", summary="Is it alive?", responses=gives(200, Status) | refuses(known=False))
def get_health() -> Response:
    """Say that the program runs."""
    return json_answer({"status": "ok"})


@router.get("/readyz", summary="Is it ready?", responses=gives(200, Status) | refuses("not-ready", known=False))
def get_readiness(request: Request) -> Response:
    """Say whether the database answers and is at the newest schema."""
    try:
        check_current(installation_of(request).settings.url)
    except (Misconfigured, SQLAlchemyError):
        message = "the database does not answer, or is behind the program"
        raise NotReady(message) from None
    return json_answer({"status": "ready"})


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
