"""The page on which a person gives the one document that a recorded doubt asked for."""

from collections.abc import Mapping

from starlette.responses import Response

from api.pages.rights_door import Door
from api.pages.upload import read_upload
from api.pages.visit import admit
from attachments.content import EXTENSIONS
from attachments.errors import ActiveContent, TooLarge, UnknownMediaType, WrongContent
from rights.board import Whole
from rights.course import NotNow, State
from rights.give import give_document
from rights.perform import PURPOSE
from rights.visit import Visit, own_request
from signups.links import DeadLink
from signups.visitor import visitor_in

PAGE = "justificatif"
_FILE = "document"
_FORM = "multipart/form-data"


def is_asked(whole: Whole) -> bool:
    """Tell whether a document is asked for, and has not come yet."""
    return whole.line.document_asked and whole.line.state == State.AWAITING_IDENTITY


def show_page(door: Door) -> Response:
    """Show the one question; there is no such page where no document is asked for."""
    typing, _ = _asked(door)
    return _page(door, typing.form_secret, {}, 200)


def take_page(door: Door) -> Response:
    """Take the file, and lead back to where the request stands."""
    request, ticket = door.visit.request, door.ticket()
    admit(request)
    brought = read_upload(request, _FILE)
    door.own(brought.fields.get("secret", ""))
    typing, whole = _asked(door)
    try:
        with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
            own_request(processing, ticket)
            give_document(processing, whole.line.id, brought.media_type, brought.content)
    except (UnknownMediaType, TooLarge):
        return _page(door, typing.form_secret, {_FILE: "document"}, 422)
    except (WrongContent, ActiveContent):
        fault = "active" if brought.content else "document"
        return _page(door, typing.form_secret, {_FILE: fault}, 422)
    except NotNow:
        pass  # It moved meanwhile: the page tells where it stands.
    return door.go("demande")


def _asked(door: Door) -> tuple[Visit, Whole]:
    ticket = door.ticket()
    with door.visit.installation.register.open(visitor_in(door.visit.campaign), PURPOSE) as processing:
        typing, whole = own_request(processing, ticket)
    if not is_asked(whole):
        raise DeadLink
    return typing, whole


def _page(door: Door, secret: str, faults: Mapping[str, str], status: int) -> Response:
    say = door.speaker.say("document")
    part = {"name": _FILE, "type": "file", "label": say["document"], "hint": say["document_hint"]}
    return door.form(
        "document",
        status,
        back=door.address("demande"),
        lead=[say["intro"], say["hide"], say["kept"]],
        parts=[part | {"accept": ",".join(sorted(EXTENSIONS))}],
        deed=say["send"],
        secret=secret,
        encoding=_FORM,
        faults=faults,
    )
