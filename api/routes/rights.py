"""What a person may ask of a contact: erasure, restriction, release."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import CONTACTS_ERASE, CONTACTS_WRITE
from api.answers import no_content
from api.caller import caller_of
from api.describe import gives, header, needs, refuses, takes
from api.errors import PurposeNotAllowed
from api.requests import read_body, revision_if_named
from api.wire_contact import Restriction
from contacts.restrict import RestrictionGround, check_revision, release_contacts, restrict_contacts
from kernel.errors import NotFound
from kernel.identity import PersonId
from recipients.tickets import Act, open_tickets

router = APIRouter(tags=["contacts"])
ERASURE_PURPOSE = "rights_request"
_IF_MATCH = header(
    "If-Match",
    "The ETag of the contact, where it must be as it was read: a person's right waits for no revision",
    '"1"',
    required=False,
)


@router.delete(
    "/v1/contacts/{contact:uuid}",
    status_code=204,
    summary="Erase a contact",
    responses=gives(204, None) | refuses("not-found", "invalid-input", "revision-stale"),
    openapi_extra=needs(CONTACTS_ERASE, _IF_MATCH, purposes={ERASURE_PURPOSE}),
)
def erase_contact(request: Request, contact: UUID) -> Response:
    """Erase a person from every holding and shred the keys (GDPR art. 17); the purpose is ``rights_request``.

    The eraser writes the ledger before it opens its processing, and what the ledger means is done: a named revision is
    checked before, and a change in the moment between is erased with the rest.
    """
    caller = caller_of(request, CONTACTS_ERASE)
    revision = revision_if_named(request)
    if caller.purpose != ERASURE_PURPOSE:
        message = f"an erasure answers a person's request: declare the purpose {ERASURE_PURPOSE}"
        raise PurposeNotAllowed(message)
    if revision is not None:
        with caller.register.open(caller.actor, caller.purpose) as processing:
            check_revision(processing, PersonId(contact), revision)
    if not caller.installation.eraser.erase(caller.actor, caller.purpose, [PersonId(contact)]):
        message = "no such contact in this campaign"
        raise NotFound(message)
    return no_content()


@router.post(
    "/v1/contacts/{contact:uuid}/restriction",
    status_code=204,
    summary="Restrict a contact",
    responses=gives(204, None) | refuses("not-found", "revision-stale", body=True),
    openapi_extra=needs(CONTACTS_WRITE, _IF_MATCH) | takes(Restriction),
)
def restrict_contact(request: Request, contact: UUID) -> Response:
    """Keep a contact, keep it out of use (GDPR art. 18), and tell whoever received the data (art. 19)."""
    caller = caller_of(request, CONTACTS_WRITE)
    ground, revision = RestrictionGround(read_body(request, Restriction).ground), revision_if_named(request)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        restrict_contacts(processing, [PersonId(contact)], ground, revision=revision)
        open_tickets(processing, [PersonId(contact)], Act.RESTRICTION, caller.installation.settings.public_url)
    return no_content()


@router.delete(
    "/v1/contacts/{contact:uuid}/restriction",
    status_code=204,
    summary="Release a contact",
    responses=gives(204, None) | refuses("not-found", "invalid-input", "revision-stale"),
    openapi_extra=needs(CONTACTS_WRITE, _IF_MATCH),
)
def release_contact(request: Request, contact: UUID) -> Response:
    """Put a contact back in use; the person is told before (art. 18(3))."""
    caller = caller_of(request, CONTACTS_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        release_contacts(processing, [PersonId(contact)], revision=revision_if_named(request))
    return no_content()
