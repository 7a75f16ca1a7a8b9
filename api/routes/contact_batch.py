"""Contacts recorded many at a time: up to a thousand in one body, or any number as lines."""

from collections.abc import Sequence
from functools import partial

import orjson
from fastapi import APIRouter, Request, Response

from accounts.scopes import CONTACTS_WRITE
from api.answers import json_answer
from api.boundary import BATCH
from api.caller import caller_of, throttle_of
from api.describe import STRICT_HEADER, gives, needs, one_of, refuses, takes
from api.proposals import record_proposals
from api.repeat import MUST_REPEAT, REPEAT_REFUSALS, REPLAYED, request_of
from api.requests import asks_strict, media_type_of, read_body
from api.streams import NDJSON, AnsweredLines, line
from api.wire_contact import BatchItem, BatchResult, BrokenOff, ContactBatch, NewContact

router = APIRouter(tags=["contacts"])
_REFUSALS = ("refused", "forbidden-attribute", "consent-missing", "retention-expired", "contact-restricted", "conflict")
_RESULTS = gives(200, BatchResult, "Preference-Applied", "Idempotency-Replayed")[200]
_LINES = {NDJSON: {"schema": one_of(BatchItem, BrokenOff)}}
_TAKEN = takes(ContactBatch)["requestBody"]
_TAKEN_LINES = takes(NewContact, NDJSON)["requestBody"]["content"]


@router.post(
    BATCH,
    summary="Record many contacts",
    responses={
        **refuses(*_REFUSALS, *REPEAT_REFUSALS, body=True),
        200: {**_RESULTS, "content": _RESULTS["content"] | _LINES},
    },
    openapi_extra=needs(CONTACTS_WRITE, STRICT_HEADER, MUST_REPEAT)
    | {"requestBody": {**_TAKEN, "content": _TAKEN["content"] | _TAKEN_LINES}},
)
def record_batch(request: Request) -> Response:
    """Record up to 1,000 contacts in one processing, or lines in processings of 500; each is answered by itself.

    ``Prefer: handling=strict`` refuses a batch whole if any part of it is refused; to lines it does not apply.
    """
    caller = caller_of(request, CONTACTS_WRITE)
    if media_type_of(request) == NDJSON:
        asked = request_of(request, required=True)

        def answer(first: int, lines: Sequence[bytes]) -> bytes:
            chunk = asked and asked.chunk(first, lines)
            results, _ = record_proposals(caller, lines, chunk, first=first)
            return b"".join(map(line, results))

        return AnsweredLines(answer, partial(throttle_of(request).take_in, caller.actor))
    batch, strict = read_body(request, ContactBatch), asks_strict(request)
    items = [_written(one) for one in batch.contacts]
    results, before = record_proposals(caller, items, request_of(request, required=True), strict=strict)
    headers = {"Preference-Applied": "handling=strict"} if strict else {}
    return json_answer({"results": results}, 200, headers | (REPLAYED if before else {}))


def _written(item: object) -> bytes:
    """Write one contact proposed as JSON again; what has no JSON form is no contact."""
    try:
        return orjson.dumps(item)
    except TypeError:
        return b""
