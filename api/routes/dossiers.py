"""Answering a person: the dossier, made to be fetched by them or to be handed over, and the erasure with its letter."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import CONTACTS_ERASE, DOSSIERS_MAKE
from api.answers import json_answer
from api.caller import Caller, caller_for
from api.describe import Part, gives, needs, refuses, takes
from api.requests import read_body
from api.wire_dossier import DossierOrder, Erasure, ErasureOrder, MadeDossier
from dossiers.answer import Desk, answer_person, archive_of
from holdings.erase import RIGHTS
from holdings.farewell import Erased
from holdings.orders import Order
from kernel.identity import PersonId

router = APIRouter(tags=["contacts"])
_ZIP: dict[int | str, Part] = {
    200: {
        "description": "The dossier as a ZIP archive: PDF, JSON with its schema, CSV, and the papers kept",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}, "example": "PK"}},
    }
}


@router.post(
    "/v1/contacts/{contact:uuid}/dossier",
    status_code=201,
    summary="Make a dossier",
    responses=gives(201, MadeDossier) | refuses("not-found", body=True),
    openapi_extra=needs(DOSSIERS_MAKE, purposes={RIGHTS}) | takes(DossierOrder),
)
def make_dossier(request: Request, contact: UUID) -> Response:
    """Make everything kept of a person into an archive that waits for them for fourteen days, and write to them.

    An earlier one is replaced. Only a link and a code sent to an address that is known of the person open it.
    """
    caller, desk = _desk(request, DOSSIERS_MAKE)
    order = read_body(request, DossierOrder)
    made = answer_person(desk, caller.actor, caller.purpose, PersonId(contact), order.language)
    return json_answer({"id": made.id, "until": made.until.isoformat(timespec="microseconds"), "sent": made.sent}, 201)


@router.get(
    "/v1/contacts/{contact:uuid}/dossier",
    summary="Bring a dossier out",
    responses=_ZIP | refuses("not-found", "invalid-input"),
    openapi_extra=needs(DOSSIERS_MAKE, purposes={RIGHTS}),
)
def bring_dossier_out(request: Request, contact: UUID) -> Response:
    """Send the archive to whoever answers a person without an address, to be handed over or posted."""
    caller, desk = _desk(request, DOSSIERS_MAKE)
    _, archive = archive_of(desk, caller.actor, caller.purpose, PersonId(contact))
    headers = {"Content-Disposition": 'attachment; filename="dossier.zip"', "Content-Security-Policy": "sandbox"}
    return Response(archive, 200, headers, media_type="application/zip")


@router.post(
    "/v1/contacts/{contact:uuid}/erasure",
    summary="Erase a person at their request",
    responses=gives(200, Erasure) | refuses("not-found", body=True),
    openapi_extra=needs(CONTACTS_ERASE, purposes={RIGHTS}) | takes(ErasureOrder),
)
def erase_on_request(request: Request, contact: UUID) -> Response:
    """Erase a person, tell the recipients of their data, and write to them what stays and why (GDPR art. 17, 19)."""
    caller, _ = _desk(request, CONTACTS_ERASE)
    told = read_body(request, ErasureOrder)
    order = Order(person=PersonId(contact), ground=told.ground, opposes=told.keep_objection, language=told.language)
    (erased,) = caller.installation.eraser.erase_ordered(caller.actor, [order])
    return json_answer(_erasure(erased, told.language))


def _desk(request: Request, scope: str) -> tuple[Caller, Desk]:
    caller = caller_for(request, scope, RIGHTS)
    settings = caller.installation.settings
    return caller, Desk(caller.register, settings.upload_dir, settings.public_url)


def _erasure(erased: Erased, language: str) -> dict[str, object]:
    return {
        "kept": [
            {
                "compartment": one.compartment,
                "label": one.label_fr if language == "fr" else one.label_en,
                "letter": one.letter,
                "until": one.until,
            }
            for one in erased.kept
        ],
        "recipients": erased.recipients,
        "backups_until": erased.backups_until,
        "sent": erased.sent,
        "certificate": None if erased.sent else erased.certificate,
    }
