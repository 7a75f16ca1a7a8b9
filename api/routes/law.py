"""The law in force, and what it would say of texts or of a contact proposed."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response

from accounts.scopes import POLICY_SCREEN
from api.answers import json_answer
from api.caller import caller_of, installation_of
from api.describe import gives, needs, refuses, takes
from api.requests import read_body
from api.translate import draft_of, sorted_findings, statements_of
from api.wire_campaign import Law, Rule, Screened, ScreenedText, Screening
from api.wire_contact import NewContact
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.channels import channels
from consent.statements import check_statements
from contacts.declare import origin_by_number
from contacts.record import ask_the_law
from contacts.vocabulary import vocabulary_for
from kernel.clock import today
from kernel.errors import NotFound
from policy.detect import detect
from policy.edition import Edition
from policy.load import load
from policy.plain import plain
from policy.report import law
from policy.words import Reader

router = APIRouter(tags=["law"])


def _edition(request: Request) -> Edition:
    installation = installation_of(request)
    return load(installation.settings.law_country, today(installation.clock))


@router.get("/v1/law", summary="Read the law", responses=gives(200, Law) | refuses(known=False))
def read_law(request: Request) -> Response:
    """Give today's edition whole: it is public, and tells of nobody."""
    return json_answer(law(_edition(request)))


@router.get(
    "/v1/law/rules/{rule}",
    summary="Read a rule",
    responses=gives(200, Rule) | refuses("not-found", known=False),
)
def read_rule(request: Request, rule: str) -> Response:
    """Give one rule with the sources it cites."""
    edition = _edition(request)
    found = edition.rules.get(rule)
    if found is None:
        message = "today's edition has no such rule"
        raise NotFound(message)
    parts = plain(found)
    cited = [plain(edition.sources[name]) for name in found.sources]
    return json_answer({**(parts if isinstance(parts, dict) else {}), "cited": cited})


@router.post(
    "/v1/policy/screen",
    summary="Ask the law",
    responses=gives(200, Screened) | refuses(body=True),
    openapi_extra=needs(POLICY_SCREEN) | takes(Screening),
)
def screen_policy(request: Request) -> Response:
    """Say what the law would answer about texts, or about a contact proposed; nothing is stored or repeated."""
    caller = caller_of(request, POLICY_SCREEN)
    asked = read_body(request, Screening)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        texts = [_text_answer(processing.reader, one) for one in asked.texts]
        draft = None if asked.draft is None else _draft_answer(processing, asked.draft)
        spoken = Counter(f"rule.{rule['rule']}" for answer in texts for rule in answer["rules"])
        processing.note(Note(event=Event.LAW_READ, counts=spoken))
    return json_answer(
        {"edition": processing.edition.digest, "lexicon": processing.reader.version, "texts": texts, "draft": draft}
    )


def _text_answer(reader: Reader, asked: ScreenedText) -> dict[str, Any]:
    found, known = detect(asked.kind, asked.text, own=reader.own), reader.edition.rules
    rules = [known[name] for name in found.rules if name in known]
    return {
        "decision": found.decision,
        "categories": found.categories,
        "rules": [
            {
                "rule": one.id,
                "kind": one.kind,
                "articles": one.articles,
                "advice_fr": one.advice_fr,
                "advice_en": one.advice_en,
            }
            for one in rules
        ],
        "spans": [
            {
                "category": hit.category,
                "start": hit.start,
                "end": hit.end,
                "reason": hit.reason,
                "neutral_fr": hit.neutral_fr,
            }
            for hit in found.hits
        ],
    }


def _draft_answer(processing: Processing, asked: NewContact) -> dict[str, Any]:
    draft = draft_of(asked, origin_by_number(processing, asked.origin))
    check_statements(processing, statements_of(asked), channels(processing) if asked.consents else {})
    vocabulary_for(processing, [draft])
    grounds = ask_the_law(processing, [draft])
    item = grounds.items[0]
    told = {
        "accepted": item is not None,
        "basis": item and item.basis,
        "door": item and item.door,
        "due_on": item and item.due,
    }
    return told | sorted_findings(grounds.findings[0])
