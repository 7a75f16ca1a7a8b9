"""The page from which a recipient downloads a file once: looking changes nothing, a button lets it go."""

from collections.abc import Iterator
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.describe import refuses
from api.pages.render import words
from api.pages.visit import LANGUAGE, PAGE, TAKEN, TAKES, Visit, admit, visited
from api.routes.exports import BYTES, sent_file
from files.exports.collect import (
    PURPOSE,
    Leaving,
    Looked,
    State,
    collect_export,
    collector_in,
    look_at_export,
)
from files.exports.parts import Room, room_of
from notices.words import day
from signups.links import DeadLink, campaign_of_link

router = APIRouter(tags=["pages"])
_GIVES = {
    200: {
        "description": "The file, once",
        "content": {
            "text/html": {},
            BYTES: {"schema": {"type": "string", "format": "binary"}, "example": "id,last_name"},
        },
    }
}


@router.get(
    "/exports/{campaign}/{link}",
    summary="Show that an exported file waits",
    responses=PAGE | refuses(known=False),
    openapi_extra=dict(LANGUAGE),
)
def show_exported_file(request: Request, campaign: str, link: str) -> Response:
    """Show whether a file waits, and until when; whatever opens links on the way downloads nothing."""
    return visited(request, campaign, lambda visit: _page(visit, _look(visit, link)))


@router.post(
    "/exports/{campaign}/{link}",
    summary="Download an exported file",
    responses=TAKEN | _GIVES | refuses(known=False),
    openapi_extra=TAKES,
)
def collect_exported_file(request: Request, campaign: str, link: str) -> Response:
    """Let the file go, once; it is deleted when it is sent."""

    def build(visit: Visit) -> Response:
        admit(request)
        found = _look(visit, link)
        room = room_of(visit.installation.settings, visit.campaign)
        with visit.installation.register.open(collector_in(visit.campaign), PURPOSE) as processing:
            leaving = collect_export(processing, room, link)
        return _page(visit, found) if leaving is None else sent_file(leaving, _sent_once(leaving, room))

    return visited(request, campaign, build)


def _sent_once(leaving: Leaving, room: Room) -> Iterator[bytes]:
    try:
        yield from leaving.pieces()
    finally:
        room.spool.drop(UUID(leaving.name.partition(".")[0]))


def _look(visit: Visit, link: str) -> Looked:
    if campaign_of_link(link) != visit.campaign:
        raise DeadLink
    with visit.installation.register.open(collector_in(visit.campaign), PURPOSE) as processing:
        return look_at_export(processing, link)


def _page(visit: Visit, found: Looked) -> Response:
    said = words("export", visit.language, owner=visit.owner)
    if found.state is not State.READY or found.until is None:
        lines = [said["collected" if found.state is State.COLLECTED else "gone"]]
        return visit.answer("message.html", "export", lines=lines, onward=None)
    until = day(found.until.date())
    lines = [f"{said['ready']} {until.fr if visit.language == 'fr' else until.en}.", said["once"]]
    deeds = [{"name": "do", "value": "fetch", "text": said["fetch"]}]
    return visit.answer("ask.html", "export", lines=lines, deeds=deeds, action=visit.here())
