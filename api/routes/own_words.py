"""Words of the campaign's own beside the detector's lexicon: let pass or forbid, list, remove."""

import dataclasses
from uuid import UUID

from fastapi import APIRouter, Request, Response

from accounts.scopes import REVIEW_DECIDE, REVIEW_READ
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry, since
from api.requests import read_body
from api.wire_governance import Named
from api.wire_review import NewOwnWord, OwnWords
from reviews.own_words import NewWord, Why, WordView, add_own_word, list_own_words, remove_own_word

router = APIRouter(tags=["reviews"])


@router.post(
    "/v1/own-words",
    status_code=201,
    summary="Let a word pass, or forbid it",
    responses=gives(201, Named) | refuses("refused", "forbidden-attribute", "conflict", body=True),
    openapi_extra=needs(REVIEW_DECIDE) | takes(NewOwnWord),
)
def add_word(request: Request) -> Response:
    """Teach the detector a word of this campaign: for every screen of it, within two seconds, until a day.

    A core term of the law's own categories is let pass by nobody: under a word let pass it waits for a reviewer.
    """
    caller = caller_of(request, REVIEW_DECIDE)
    asked = read_body(request, NewOwnWord)
    new = NewWord(
        effect=asked.effect,
        sort=asked.sort,
        text=asked.text,
        category=asked.category,
        reason=Why(asked.reason),
        until=asked.until,
    )
    with caller.register.open(caller.actor, caller.purpose) as processing:
        word = add_own_word(processing, new)
    return json_answer({"id": word}, 201)


@router.get(
    "/v1/own-words",
    summary="List the campaign's own words",
    responses=gives(200, OwnWords, "Link") | refuses("invalid-input"),
    openapi_extra=needs(REVIEW_READ),
)
def get_words(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the words, the oldest first; their texts only to the privacy reviewer and the data protection officer."""
    caller, listing = caller_of(request, REVIEW_READ), Listing("/v1/own-words", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        found = list_own_words(processing)
        page, following = page_of_registry(processing, listing, cursor, found, _order)
    return listing.answer("words", [dataclasses.asdict(one) for one in page], following)


@router.delete(
    "/v1/own-words/{word:uuid}",
    status_code=204,
    summary="Remove a word",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(REVIEW_DECIDE),
)
def remove_word(request: Request, word: UUID) -> Response:
    """Remove a word: what it let pass is found again, what it forbade is kept again."""
    caller = caller_of(request, REVIEW_DECIDE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        remove_own_word(processing, word)
    return no_content()


def _order(one: WordView) -> list[str]:
    return since(one.added_at, one.id)
