"""A campaign's own words beside the detector's lexicon: sealed, because a surname may be among them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from audit.processing import Processing
from campaigns.store import WORD
from crypto.campaign_keys import CampaignKeys
from crypto.value import open_value, seal_value
from kernel.database import Transaction
from kernel.identity import CampaignId
from policy.detect import OwnLexicon, OwnWord
from policy.detect.own import version_of

PURPOSE = "lexicon"
"""The purpose of the campaign key under which the words are sealed."""
_MOST_SWEPT = 1_000


def seal_word(keys: CampaignKeys, word: UUID, text: str) -> bytes:
    """Seal a word for its row."""
    return seal_value(keys.active(PURPOSE), context=keys.campaign + word.bytes, plain=text.encode())


def open_word(keys: CampaignKeys, row: Any) -> OwnWord:  # noqa: ANN401 - a row
    """Open the word of a row. Raises Unopenable."""
    text = open_value(keys, PURPOSE, keys.campaign + row.id.bytes, row.sealed).decode()
    return OwnWord(id=row.id, effect=row.effect, sort=row.sort, category=row.category, text=text, until=row.until)


def load_own_words(transaction: Transaction, keys: CampaignKeys, campaign: CampaignId) -> OwnLexicon:
    """Return all words of a campaign, opened, for its context."""
    return OwnLexicon(open_word(keys, row) for row in transaction.query(_of(campaign)))


def own_version(reading: Transaction, campaign: CampaignId, at: datetime) -> str:
    """Return the version of the words that hold at an instant, without opening them."""
    here = WORD.c.campaign_id == campaign, WORD.c.until > at
    return version_of(row.id for row in reading.query(select(WORD.c.id).where(*here)))


def insert_word(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a word."""
    return processing.execute(WORD, insert(WORD), values)


def all_words(processing: Processing) -> Sequence[Any]:
    """Return the campaign's words, sealed, the oldest first; they are bounded in number."""
    return processing.read(WORD, _of(processing.campaign))


def delete_words(processing: Processing, words: Sequence[UUID]) -> int:
    """Delete words; return how many there were."""
    here = WORD.c.campaign_id == processing.campaign, WORD.c.id.in_(words)
    return processing.execute(WORD, delete(WORD).where(*here)) if words else 0


def expired_words(processing: Processing) -> list[UUID]:
    """Return the words whose day is over."""
    here = WORD.c.campaign_id == processing.campaign, WORD.c.until <= processing.at
    rows = processing.read(WORD, select(WORD.c.id).where(*here).limit(_MOST_SWEPT))
    return [row.id for row in rows]


def has_expired_words(reading: Transaction, campaign: CampaignId, at: datetime) -> bool:
    """Tell whether the day of any word is over."""
    here = WORD.c.campaign_id == campaign, WORD.c.until <= at
    return bool(reading.query(select(WORD.c.id).where(*here).limit(1)))


def _of(campaign: CampaignId) -> Any:  # noqa: ANN401 - a statement
    return select(WORD).where(WORD.c.campaign_id == campaign).order_by(WORD.c.added_at, WORD.c.id)
