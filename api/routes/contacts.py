"""Contacts: record, reveal, amend, find."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import CONTACTS_READ, CONTACTS_WRITE
from api.answers import json_answer
from api.caller import caller_of
from api.describe import STRICT_HEADER, Part, gives, header, needs, refuses, takes
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, REPLAYED, done_once, request_of
from api.requests import MERGE_PATCH, asks_strict, etag_of, is_known, read_body, revision_of
from api.translate import amendment_of, contact_parts, draft_of, rewrite_of, search_of, statements_of, told_findings
from api.wire_contact import (
    ChangedContact,
    Contact,
    ContactChange,
    ContactSearch,
    FoundContacts,
    NewContact,
    RecordedContact,
    Rewrite,
)
from consent.channels import channels
from consent.statements import check_statements, record_statements
from contacts.add import Addition, rewrite_words
from contacts.amend import Restricted, amend_contacts
from contacts.declare import origin_by_number
from contacts.find import find_contacts
from contacts.recall import recall_contacts
from contacts.record import Recorded, Result, record_contacts
from contacts.reveal import reveal_contacts
from holdings.erase import RIGHTS
from kernel.errors import NotFound
from kernel.identity import PersonId
from policy.findings import Finding, Refusal
from recipients.tickets import Act, open_tickets
from reviews.hold import find_reviews, hold_words, written

router = APIRouter(tags=["contacts"])
_REFUSALS = ("refused", "forbidden-attribute", "consent-missing", "retention-expired")
_IF_MATCH = header("If-Match", "The ETag of the contact as it was read", '"1"', required=True)
_IF_NONE_MATCH = header("If-None-Match", "The ETag of the contact as it is known already", '"1"', required=False)
_UNCHANGED: dict[int | str, Part] = {
    304: {"description": "Not changed since; the log tells of the reading all the same"}
}


@router.post(
    "/v1/contacts",
    status_code=201,
    summary="Record a contact",
    responses=gives(201, RecordedContact, "Location", "Preference-Applied", "Idempotency-Replayed")
    | gives(200, RecordedContact, "Preference-Applied", "Idempotency-Replayed")
    | refuses(*_REFUSALS, *REPEAT_REFUSALS, "not-found", "contact-restricted", "conflict", body=True),
    openapi_extra=needs(CONTACTS_WRITE, STRICT_HEADER, MAY_REPEAT) | takes(NewContact),
)
def record_contact(request: Request) -> Response:
    """Record a contact, or bring the data into the contact that it already is.

    Refused cells are left out and listed; ``Prefer: handling=strict`` refuses the whole instead.
    """
    caller = caller_of(request, CONTACTS_WRITE)
    contact, strict = read_body(request, NewContact), asks_strict(request)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        draft = draft_of(contact, origin_by_number(processing, contact.origin))
        said = statements_of(contact)
        check_statements(processing, said, channels(processing) if said else {})
        results: list[Recorded] = []
        reviews: dict[str, UUID] = {}

        def work() -> tuple[int, list[Any]]:
            results.extend(record_contacts(processing, [draft]))
            _check(results[0], strict=strict)
            reviews.update(hold_words(processing, [written(draft, results[0])], source="api")[0])
            (made,) = record_statements(processing, [(results[0].person, said)])
            told = [results[0].result, results[0].person, [one.level.name.lower() for one in made]]
            return 201 if results[0].result is Result.CREATED else 200, told

        status, outcome, before = done_once(processing, request_of(request), work)
        if before:
            remembered = Result(outcome[0]), PersonId(UUID(outcome[1]))
            results = recall_contacts(processing, [draft], [remembered])
            reviews.update(find_reviews(processing, [written(draft, results[0])])[0])
    told = told_findings(results[0].findings, draft, reviews, processing.own)
    return _recorded(results[0], {"consents": outcome[2], **told}, status, strict=strict, before=before)


def _check(recorded: Recorded, *, strict: bool) -> None:
    _refuse_whole(recorded.findings, when=strict or recorded.result is Result.REFUSED)
    if recorded.result is Result.RESTRICTED:
        message = "the contact is restricted: release it first"
        raise Restricted(message)


def _refuse_whole(findings: tuple[Finding, ...], *, when: bool) -> None:
    if when and findings:
        raise Refusal(findings)


def _recorded(recorded: Recorded, more: dict[str, Any], status: int, *, strict: bool, before: bool) -> Response:
    if recorded.person is None:
        message = "what came of this Idempotency-Key is no longer there"
        raise NotFound(message)
    told = {"id": recorded.person, "result": recorded.result, "flagged": recorded.flagged}
    headers = REPLAYED if before else {}
    if strict:
        headers = headers | {"Preference-Applied": "handling=strict"}
    if status == 201:  # noqa: PLR2004
        headers = headers | {"Location": f"/v1/contacts/{recorded.person}"}
    return json_answer(told | more, status, headers)


@router.get(
    "/v1/contacts/{contact:uuid}",
    summary="Reveal a contact",
    responses=gives(200, Contact, "ETag") | _UNCHANGED | refuses("not-found", "invalid-input"),
    openapi_extra=needs(CONTACTS_READ, _IF_NONE_MATCH),
)
def reveal_contact(request: Request, contact: UUID) -> Response:
    """Show the fields that the declared purpose discloses, each with its origin and date; the log tells of it."""
    caller = caller_of(request, CONTACTS_READ)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        revealed = reveal_contacts(processing, [PersonId(contact)], archive=False)[0]
    if revealed is None:
        message = "no such contact in this campaign"
        raise NotFound(message)
    etag = etag_of(revealed.revision, revealed.withheld)
    if is_known(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return json_answer(contact_parts(revealed), 200, {"ETag": etag})


@router.patch(
    "/v1/contacts/{contact:uuid}",
    summary="Amend a contact",
    responses=gives(200, ChangedContact, "ETag", "Preference-Applied")
    | refuses(
        *_REFUSALS, "not-found", "conflict", "contact-restricted", "revision-stale", "revision-required", body=True
    ),
    openapi_extra=needs(CONTACTS_WRITE, _IF_MATCH, STRICT_HEADER) | takes(ContactChange, MERGE_PATCH),
)
def amend_contact(request: Request, contact: UUID) -> Response:
    """Set and remove fields by a merge patch, at the revision that was read; refused cells stay as they were.

    Consents are no part of the patch: they are added to the evidence, and replace none.
    """
    caller = caller_of(request, CONTACTS_WRITE)
    change, revision = read_body(request, ContactChange, MERGE_PATCH), revision_of(request)
    strict = asks_strict(request)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        origin = origin_by_number(processing, change.origin)
        said = statements_of(change)
        check_statements(processing, said, channels(processing) if said else {})
        amendment = amendment_of(PersonId(contact), revision, change, origin)
        if caller.purpose == RIGHTS:  # A correction that the person asked for goes to whoever received the data.
            open_tickets(processing, [PersonId(contact)], Act.RECTIFICATION, caller.installation.settings.public_url)
        amended = amend_contacts(processing, [amendment])[0]
        _refuse_whole(amended.findings, when=strict)
        (made,) = record_statements(processing, [(amended.person, said)])
        reviews = hold_words(processing, [(amended.person, amendment.draft, amended.findings)], source="api")[0]
    headers = {"ETag": etag_of(amended.revision)} | ({"Preference-Applied": "handling=strict"} if strict else {})
    told: dict[str, Any] = {"id": amended.person, "revision": amended.revision}
    told["consents"] = [one.level.name.lower() for one in made]
    return json_answer(told | told_findings(amended.findings, amendment.draft, reviews, processing.own), 200, headers)


@router.post(
    "/v1/contacts/{contact:uuid}/rewrites",
    summary="Put words differently",
    responses=gives(200, ChangedContact, "ETag", "Preference-Applied")
    | refuses(*_REFUSALS, "not-found", "contact-restricted", "conflict", body=True),
    openapi_extra=needs(CONTACTS_WRITE, STRICT_HEADER) | takes(Rewrite),
)
def rewrite_contact(request: Request, contact: UUID) -> Response:
    """Keep other words in place of those that were left out, in one call: they join what the contact has."""
    caller = caller_of(request, CONTACTS_WRITE)
    asked, strict = read_body(request, Rewrite), asks_strict(request)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        draft = rewrite_of(asked, origin_by_number(processing, asked.origin), processing.edition)
        (added,) = rewrite_words(processing, [Addition(PersonId(contact), draft)])
        _refuse_whole(added.findings, when=strict)
        reviews = hold_words(processing, [(added.person, draft, added.findings)], source="api")[0]
    headers = {"ETag": etag_of(added.revision)} | ({"Preference-Applied": "handling=strict"} if strict else {})
    told = {"id": added.person, "revision": added.revision, "consents": []}
    return json_answer(told | told_findings(added.findings, draft, reviews, processing.own), 200, headers)


@router.post(
    "/v1/contacts/search",
    summary="Find a contact",
    responses=gives(200, FoundContacts) | refuses("forbidden-attribute", "too-many-results", body=True),
    openapi_extra=needs(CONTACTS_READ) | takes(ContactSearch),
)
def find_contact(request: Request) -> Response:
    """Find one person exactly, by address, number or whole name; never by a part or a sound of a name."""
    caller = caller_of(request, CONTACTS_READ)
    search = search_of(read_body(request, ContactSearch))
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = find_contacts(processing, search)
    return json_answer({"contacts": [contact_parts(one) for one in found]})
