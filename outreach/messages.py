"""The campaign's messages: what each is for, how it goes out, and who stands behind it. Their words are not kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.controllers import list_controllers
from campaigns.elections import rounds_of
from kernel.errors import Conflict, Invalid, NotFound
from kernel.identity import random_uuid
from outreach.store import all_messages, insert_message, is_titled, messages_by_id
from outreach.words import ADVERTISING, IN_PERSON, ONLINE, Channel, Exemption, MessageKind
from policy.findings import Refusal

_TITLE = re.compile(r"[a-z][a-z0-9_\-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message before anything of it is sent.

    What is political advertising on line names its sponsor, one of the campaign's controllers, or why it is none.
    """

    kind: MessageKind
    channel: Channel
    title: str
    sponsor: UUID | None = None
    exemption: Exemption | None = None
    election: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message of the campaign."""

    id: UUID
    kind: MessageKind
    channel: Channel
    title: str
    labelled: bool
    """Whether it must bear the label of political advertising."""
    sponsor: UUID | None
    exemption: Exemption | None
    election: UUID | None
    created_at: datetime


def create_message(processing: Processing, new: NewMessage) -> UUID:
    """Keep what a message is, after its title passed the screen; return its id.

    Raises Refusal for a title that tells of a forbidden attribute, Conflict for one in use, Invalid, NotFound.
    """
    _check(processing, new)
    message = random_uuid()
    values = {
        "campaign_id": processing.campaign,
        "id": message,
        "kind": new.kind.value,
        "channel": new.channel.value,
        "title": new.title,
        "sponsor_id": new.sponsor,
        "exemption": None if new.exemption is None else new.exemption.value,
        "election_id": new.election,
        "created_at": processing.at,
    }
    insert_message(processing, values)
    processing.note(Note(event=Event.MESSAGE_CREATED, counts={"outreach_message.insert": 1}))
    return message


def list_messages(processing: Processing) -> list[MessageView]:
    """Return the campaign's messages, the oldest first; the caller notes the reading of the registry."""
    return [message_view(row) for row in all_messages(processing)]


def find_message(processing: Processing, message: UUID) -> MessageView:
    """Return a message of the campaign; it tells of nobody. Raises NotFound."""
    found = messages_by_id(processing, [message])
    if not found:
        raise NotFound("no such message in this campaign")
    return message_view(found[message])


def message_view(row: Any) -> MessageView:  # noqa: ANN401 - a row
    """Return what a row says."""
    kind, channel, exemption = MessageKind(row.kind), Channel(row.channel), row.exemption
    return MessageView(
        id=row.id,
        kind=kind,
        channel=channel,
        title=row.title,
        labelled=_advertises(kind, channel) and exemption is None,
        sponsor=row.sponsor_id,
        exemption=None if exemption is None else Exemption(exemption),
        election=row.election_id,
        created_at=row.created_at,
    )


def _advertises(kind: MessageKind, channel: Channel) -> bool:
    """Tell whether it is political advertising on line, as what a campaign sends is unless something exempts it."""
    return kind in ADVERTISING and channel in ONLINE


def _check(processing: Processing, new: NewMessage) -> None:
    if new.channel in IN_PERSON.values():
        raise Invalid("nothing is sent through this channel: record the visit or the call")
    _check_title(processing, new.title)
    _check_sponsor(new, [one.id for one in list_controllers(processing) if one.ended_on is None])
    rounds_of(processing, new.election)
    if is_titled(processing, new.title):
        raise Conflict("a message has this title already")


def _check_title(processing: Processing, title: str) -> None:
    if not _TITLE.fullmatch(title):
        raise Invalid("a title has 1 to 63 small letters, digits, _ or -, and begins with a letter")
    # The finding does not repeat the title: what was proposed may itself be personal.
    if found := processing.reader.title(title).findings("title"):
        raise Refusal(found)


def _check_sponsor(new: NewMessage, controllers: Sequence[UUID]) -> None:
    advertises = _advertises(new.kind, new.channel)
    if advertises and (new.sponsor is None) == (new.exemption is None):
        raise Invalid("political advertising on line names its sponsor, or why it is none: one of the two")
    if not advertises and new.exemption is not None:
        raise Invalid("only what could be political advertising on line is exempted from being it")
    if new.sponsor is not None and new.sponsor not in controllers:
        raise Invalid("a sponsor is one of the campaign's controllers")
