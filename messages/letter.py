"""A message as its writer and its sender see it, and how it is sealed between the two."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from crypto.campaign_keys import CampaignKeys
from crypto.value import open_value, seal_value
from kernel.identity import PersonId

PURPOSE = "message"
"""The purpose of the campaign key under which messages wait."""
Medium = Literal["email", "sms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What goes to whom: an e-mail with its subject and further headers, or a text message, which has neither."""

    medium: Medium
    to: str = field(repr=False)
    text: str = field(repr=False)
    until: datetime
    """After this instant it is not sent any more: what it says, or the link in it, holds no longer."""
    sender: str = field(default="", repr=False)
    """The name under which an e-mail is sent."""
    subject: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    person: PersonId | None = None


def seal_letter(keys: CampaignKeys, message: UUID, letter: Letter) -> bytes:
    """Seal a letter for its row."""
    told = {name: value for name, value in asdict(letter).items() if name not in {"until", "person", "medium"}}
    plain = json.dumps(told, ensure_ascii=False).encode()
    return seal_value(keys.active(PURPOSE), context=_context(keys, message), plain=plain)


def open_letter(keys: CampaignKeys, row: Any) -> Letter:  # noqa: ANN401 - a row
    """Open the letter of a row. Raises Unopenable."""
    told = json.loads(open_value(keys, PURPOSE, _context(keys, row.id), row.sealed))
    person = None if row.person_id is None else PersonId(row.person_id)
    return Letter(medium=row.medium, until=row.until, person=person, **told)


def _context(keys: CampaignKeys, message: UUID) -> bytes:
    return keys.campaign + message.bytes
