"""The application: its routes, its boundary, and what runs beside the requests."""

import asyncio
import atexit
import gc
import logging
import threading
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from functools import cache, partial

import structlog
from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from api.answers import json_answer
from api.boundary import Boundary
from api.describe import describe
from api.errors import BadShape
from api.lane import Lane
from api.metrics import count_entries, tell_connections
from api.problems import HANDLED, problem_response
from api.requests import fault
from api.routes import (
    access,
    approvals,
    attachments,
    breaches,
    calendar,
    campaign,
    changes,
    clients,
    cohorts,
    consents,
    contact_batch,
    contact_list,
    contacts,
    door_pages,
    dossiers,
    eligibility,
    exports,
    governance,
    imports,
    jobs,
    law,
    life,
    log,
    notices,
    outreach,
    own_account,
    own_words,
    positions,
    public_deliveries,
    public_exports,
    public_notices,
    public_preferences,
    public_rights,
    public_signups,
    recipient_tickets,
    retention,
    reviews,
    rights,
    rights_documents,
    rights_requests,
    running,
    seeds,
    selections,
    sheets,
    sign_in,
    signup_form,
    staff,
    targeting,
    territories,
    turfs,
    webhooks,
)
from api.stopping import draining_on_stop
from api.threads import Threads
from api.throttle import Throttle, TokenGate
from installation.open import Installation, open_installation
from installation.readiness import Readiness
from installation.work import start_workers
from kernel.clock import today
from kernel.log import configure_log
from kernel.settings import load_settings
from policy.detect import warm_up
from policy.load import load

VERSION = "0.1.0"
ROUTERS = (
    contacts.router,
    contact_list.router,
    changes.router,
    contact_batch.router,
    rights.router,
    dossiers.router,
    rights_requests.router,
    rights_documents.router,
    attachments.router,
    imports.router,
    exports.router,
    consents.router,
    cohorts.router,
    eligibility.router,
    outreach.router,
    targeting.router,
    retention.router,
    breaches.router,
    campaign.router,
    calendar.router,
    life.router,
    territories.router,
    turfs.router,
    sheets.router,
    governance.router,
    recipient_tickets.router,
    seeds.router,
    law.router,
    log.router,
    webhooks.router,
    jobs.router,
    access.router,
    clients.router,
    sign_in.router,
    own_account.router,
    positions.router,
    staff.router,
    approvals.router,
    notices.router,
    signup_form.router,
    public_notices.router,
    reviews.router,
    own_words.router,
    selections.router,
    public_signups.router,
    public_preferences.router,
    public_deliveries.router,
    public_exports.router,
    public_rights.router,
    door_pages.router,
    running.router,
)
DESCRIPTION = (
    "Every request of a campaign's tool is asked of the law, sealed field by field, and noted in a log that shows "
    "tampering. Send an access token and the header Processing-Purpose; a refusal names field, rule and article, never "
    "the value."
)
events = structlog.get_logger("api")
_GARBAGE = 10_000
"""So many objects more than there were are looked through for cycles. Requests make many and few cycles: looking every
700, as Python does by itself, took a fortieth of their CPU."""
_WARM_UP_AFTER = 0.2
"""Seconds after the start at which the detector is made ready, unless a text that needs it came before."""


def create_app(installation: Installation) -> FastAPI:
    """Return the application that serves an opened installation."""
    public_url, readiness = installation.settings.public_url, Readiness(installation)
    app = FastAPI(
        title="Isoloir",
        summary="A campaign's contact file that asks the law first",
        description=DESCRIPTION,
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=partial(_running, installation, readiness),
        generate_unique_id_function=lambda route: route.name,
        exception_handlers={**HANDLED, RequestValidationError: _answer_shape},
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.installation = installation
    app.state.readiness = readiness
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    app.state.routes = routes
    app.state.throttle = Throttle(installation.buckets, installation.settings)
    app.add_middleware(Lane, routes=routes, threads=Threads(_threads(installation), "request"))
    app.add_middleware(TokenGate, throttle=app.state.throttle)
    app.add_middleware(Boundary, public_url=public_url, is_draining=lambda: readiness.is_draining)
    for router in ROUTERS:
        app.include_router(router)
    edition = load(installation.settings.law_country, today(installation.clock))
    # Made when it is first asked for: it would take a sixth of the time from the start to the first answer.
    description = cache(lambda: json_answer(describe(app, public_url, edition)))
    app.add_api_route("/openapi.json", description, include_in_schema=False, name="get_description")
    return app


def served() -> FastAPI:
    """Return the application of the installation that the environment describes: what a server's workers call."""
    settings = load_settings()
    configure_log(settings.log_level)
    _take_over_the_servers_log()
    opened = ExitStack()
    atexit.register(opened.close)
    return create_app(opened.enter_context(open_installation(settings)))


def _take_over_the_servers_log() -> None:
    """Send what the server logs through our scrubber: its own lines would quote messages, and messages quote values."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


async def _answer_shape(request: Request, error: Exception) -> Response:
    """Answer a path or a query of another form, without what stood there."""
    if not isinstance(error, RequestValidationError):
        raise TypeError(type(error).__name__)
    return problem_response(request.scope, BadShape([fault(one["type"], one["loc"]) for one in error.errors()]))


@asynccontextmanager
async def _running(installation: Installation, readiness: Readiness, _app: FastAPI) -> AsyncGenerator[dict[str, str]]:
    """Complete what a crash interrupted, then number and sign the log while requests are served."""
    to_thread.current_default_thread_limiter().total_tokens = _threads(installation)
    await to_thread.run_sync(installation.recover)
    gc.freeze()  # What is loaded now stays: the collector need not walk it again at every full collection.
    gc.set_threshold(_GARBAGE)
    warming = threading.Thread(target=warm_up, args=(installation.settings.data_dir / "cache",), daemon=True)
    # Once the first callers are answered: reading the lexicon beside the start would only make both later.
    asyncio.get_running_loop().call_later(_WARM_UP_AFTER, warming.start)
    stop = threading.Event()
    sequencing = threading.Thread(target=_keep_sequencing, args=(installation, stop), daemon=True)
    sequencing.start()
    workers = start_workers(installation, installation.settings.work_threads)
    try:
        with draining_on_stop(readiness, installation.settings.drain_seconds):
            # The address is for connections that never become requests.
            yield {"public_url": installation.settings.public_url.rstrip("/")}
    finally:
        await to_thread.run_sync(workers.stop)  # Before the log's last numbering: what they finish is noted.
        stop.set()
        # A database that does not answer any more must not keep the program from ending: recovery numbers what is left.
        await to_thread.run_sync(sequencing.join, installation.settings.shutdown_seconds)


def _threads(installation: Installation) -> int:
    """Return how many requests a process works on at a time.

    One connection is the sequencer's. More threads than connections would only wait for each other, and each thread
    more takes the interpreter from the others: with eight, the slowest of 32 clients waited half as long again.
    """
    return max(1, installation.settings.database_pool - 1)


def _keep_sequencing(installation: Installation, stop: threading.Event) -> None:
    """Sequence at every pause, and once more at the end. A failure is told and tried again.

    No task of the workers: the log is numbered also where no worker runs, in every process's last moment, and what is
    told and counted here is in this process's memory, where no other could win it.
    """
    stopping = False
    while not stopping:
        stopping = stop.wait(installation.settings.checkpoint_seconds)
        try:
            installation.refusals.tell()
            installation.sequence()
            count_entries(installation.sequencer.take_numbered())
            tell_connections(installation.database.connections)
        except Exception as error:  # noqa: BLE001 - the log must go on being numbered after any failure
            events.error("sequencing_failed", exc_info=error)
