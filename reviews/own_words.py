"""What a campaign learns from the field: words that its reviewer lets pass or forbids, for a reason and until a day."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from accounts.scopes import REVIEW_DECIDE, REVIEW_READ
from accounts.staff.account import demand_scope
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.own_words import all_words, delete_words, expired_words, insert_word, open_word, seal_word
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import random_uuid
from policy.detect.lexicon import CATEGORIES
from policy.detect.own import EFFECTS, SORTS, core_terms
from policy.findings import Refusal

MOST = 500
"""How many words a campaign may have of its own."""
LONGEST = timedelta(days=366)
"""The longest that a word may hold before somebody looks at it again."""
_CHARACTERS = range(2, 81)


class Why(StrEnum):
    """Why a word is let pass or forbidden: a closed list, because free words would say what may not be kept."""

    STREET_OR_PLACE = "street_or_place"
    ORGANISATION = "organisation"
    SURNAME = "surname"
    OTHER_MEANING = "other_meaning"
    LOCAL_WORD = "local_word"
    NICKNAME = "nickname"
    TELLING_PLACE = "telling_place"


REASONS = {
    "allow": {Why.STREET_OR_PLACE, Why.ORGANISATION, Why.SURNAME, Why.OTHER_MEANING},
    "forbid": {Why.LOCAL_WORD, Why.NICKNAME, Why.TELLING_PLACE},
}
"""Which reasons go with which effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWord:
    """A word or phrase to let pass, or to forbid as telling of a category."""

    effect: str
    sort: str
    text: str = field(repr=False)
    category: str | None
    reason: Why
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WordView:
    """A word of the campaign's own; its text only for the privacy reviewer and the data protection officer."""

    id: UUID
    effect: str
    sort: str
    text: str | None = field(repr=False)
    category: str | None
    reason: str
    author: str
    held_for: tuple[str, ...]
    """Categories whose core terms stand in what is let pass: such words are held for a reviewer, never simply kept."""
    added_at: datetime
    until: datetime


def add_own_word(processing: Processing, new: NewWord) -> UUID:
    """Let a word pass, or forbid it, for this campaign; return its id. It holds within two seconds, and until its day.

    Raises Invalid; Conflict for a word that is there; Forbidden for whoever lets pass and is no member of the staff;
    Refusal for letting pass what says nothing but a core term: the law's own words are nobody's to let pass.
    """
    demand_scope(processing.actor, REVIEW_DECIDE)
    text = " ".join(unicodedata.normalize("NFC", new.text).split())
    _check(processing, new, text)
    if new.effect == "allow":
        _check_allowed(processing, new, text)
    rows = all_words(processing)
    if len(rows) >= MOST:
        raise Conflict(f"a campaign has {MOST} words of its own at most: remove some")
    known = (open_word(processing.keys, row) for row in rows)
    if any(one.effect == new.effect and one.text.casefold() == text.casefold() for one in known):
        raise Conflict("this word is there already: remove it to change it")
    word = random_uuid()
    values = {name: getattr(new, name) for name in ("effect", "sort", "category", "until")}
    kept = {"reason": new.reason.value, "author": processing.actor.id, "added_at": processing.at}
    sealed = seal_word(processing.keys, word, text)
    row = {"campaign_id": processing.campaign, "id": word, **values, **kept, "sealed": sealed}
    counts = {"campaign_word.read": len(rows), "campaign_word.insert": insert_word(processing, row)}
    told = {"word": str(word), "effect": new.effect, "category": new.category, "because": new.reason.value}
    processing.note(Note(event=Event.OWN_WORD_ADDED, counts=counts, free=told))
    return word


def list_own_words(processing: Processing) -> list[WordView]:
    """Return the campaign's words; their texts only to the staff who decide on them."""
    demand_scope(processing.actor, REVIEW_READ)
    rows = all_words(processing)
    processing.note(Note(event=Event.OWN_WORD_LISTED, counts={"campaign_word.read": len(rows)}))
    return [_view(processing, row) for row in rows]


def remove_own_word(processing: Processing, word: UUID) -> None:
    """Remove a word: what was let pass by it is found again. Raises NotFound."""
    demand_scope(processing.actor, REVIEW_DECIDE)
    counts = {"campaign_word.delete": delete_words(processing, [word])}
    if not counts["campaign_word.delete"]:
        raise NotFound("the campaign has no such word")
    processing.note(Note(event=Event.OWN_WORD_REMOVED, counts=counts, free={"word": str(word)}))


def sweep_own_words(processing: Processing) -> int:
    """Delete the words whose day is over; return how many."""
    over = expired_words(processing)
    counts = {"campaign_word.read": len(over), "campaign_word.delete": delete_words(processing, over)}
    processing.note(Note(event=Event.OWN_WORD_SWEPT, counts=counts))
    return len(over)


def _check(processing: Processing, new: NewWord, text: str) -> None:
    if new.effect not in EFFECTS or new.sort not in SORTS or new.reason not in REASONS[new.effect]:
        raise Invalid("a word is let pass or forbidden, is of a known sort, and has a reason that goes with it")
    if (new.category in CATEGORIES) != (new.effect == "forbid") or (new.category and new.effect == "allow"):
        raise Invalid("a forbidden word tells of one category of the lexicon, one that is let pass tells of none")
    if len(text) not in _CHARACTERS or not any(map(str.isalpha, text)) or not text.isprintable():
        raise Invalid(f"a word has {_CHARACTERS.start} to {_CHARACTERS.stop - 1} characters, letters among them")
    if not processing.at < new.until <= processing.at + LONGEST:
        raise Invalid(f"a word holds until a day to come, {LONGEST.days} days from now at most")


def _check_allowed(processing: Processing, new: NewWord, text: str) -> None:
    if processing.actor.staff_role is None:
        raise Forbidden("only the privacy reviewer lets words pass: whoever runs the installation may forbid some")
    categories, nothing_else = core_terms(text)
    if nothing_else and new.sort != "surname":
        rules = processing.edition.rules
        raise Refusal([rules[f"forbidden.{category}"].finding("text") for category in categories])


def _view(processing: Processing, row: Any) -> WordView:  # noqa: ANN401 - a row
    text = open_word(processing.keys, row).text
    core = core_terms(text)[0] if row.effect == "allow" else ()
    told = {name: getattr(row, name) for name in WordView.__slots__ if name not in {"text", "held_for"}}
    return WordView(text=None if processing.actor.staff_role is None else text, held_for=core, **told)
