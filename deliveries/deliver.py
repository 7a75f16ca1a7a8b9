"""Let a file wait for its person: sealed under the person's key, announced to their own address, for fourteen days."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, cast
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from crypto.stream import ChunkSealer, new_file_key, wrap_file_key
from deliveries.store import delete_chunks, delete_deliveries, deliveries_of, insert_delivery
from kernel.errors import NotFound
from kernel.identity import PersonId, random_uuid
from keys.create import Compartment
from keys.open import open_person_keys
from messages.letter import Letter
from messages.queue import queue_letters
from notices.words import day
from signups.letters import Desk, desk_of
from signups.links import Use, sign_link

KEPT = timedelta(days=14)
"""How long a file waits; the person alone may ask for it anew."""
Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits: until when, and whether the person was written to; else the link is handed over."""

    id: UUID
    until: datetime
    sent: bool
    link: str = field(repr=False)


def deliver_file(
    processing: Processing, person: PersonId, content: bytes, address: str | None, public_url: str, language: Language
) -> Waiting:
    """Let a file wait for a person, in place of an earlier one; its digest is noted. Raises NotFound."""
    keys = open_person_keys(processing, [person], Compartment.CONTACT, locked=True)
    if person not in keys:
        raise NotFound("no such contact in this campaign")
    delivery, secret = random_uuid(), new_file_key()
    sealer = ChunkSealer(secret, campaign=processing.campaign.bytes, file=delivery.bytes)
    until = processing.at + KEPT
    values = {
        "campaign_id": processing.campaign,
        "id": delivery,
        "contact_id": person,
        "size": len(content),
        "wrapped": wrap_file_key(keys[person], campaign=processing.campaign.bytes, file=delivery.bytes, key=secret),
        "language": language,
        "code_version": None,
        "code_digest": None,
        "code_until": None,
        "codes": 0,
        "tries": 0,
        "made_at": processing.at,
        "until": until,
        "fetched_at": None,
    }
    counts = {"person_key.read": 1} | _delete(processing, [person])
    counts |= insert_delivery(processing, values, [*sealer.add(content), sealer.end()])
    desk = desk_of(processing, public_url)
    link = desk.address("deliveries", sign_link(processing.keys, PersonId(delivery), Use.DOSSIER, processing.at))
    if address is not None:
        told = {"link": link, "until": _day(until, language)}
        counts |= queue_letters(processing, [letter_to(desk, "ready", language, told, address, until, person)])
    free = {"delivery": str(delivery), "sha256": hashlib.sha256(content).hexdigest()}
    processing.note(Note(event=Event.DELIVERY_MADE, counts=counts, free=free))
    return Waiting(delivery, until, address is not None, link)


def erase_deliveries(processing: Processing, persons: Sequence[PersonId], _ground: str) -> int:
    """Delete what waits for these persons, on every ground."""
    counts = _delete(processing, persons)
    if any(counts.values()):
        processing.note(Note(event=Event.DELIVERY_ERASED, counts=counts))
    return 0  # How many persons there were is the contacts' to say.


def letter_to(
    desk: Desk,
    kind: str,
    language: Language,
    told: Mapping[str, str],
    address: str,
    until: datetime,
    person: PersonId,
) -> Letter:
    """Write one of the mails of a delivery, in the person's language and then in the other."""
    words, other = _words()[kind], "en" if language == "fr" else "fr"
    places = {"controller": desk.controller, "campaign": desk.campaign, **told}
    texts = [words[f"text_{one}"].strip().format_map(places) for one in (language, other)]
    subject = words[f"subject_{language}"].format_map(places)
    text = "\n\n--\n\n".join(texts) + "\n"
    return Letter(
        medium="email", to=address, sender=desk.controller, subject=subject, text=text, until=until, person=person
    )


def _delete(processing: Processing, persons: Sequence[PersonId]) -> dict[str, int]:
    found = deliveries_of(processing, persons)
    return {
        "delivery.read": len(found),
        "delivery_chunk.delete": delete_chunks(processing, found),
        "delivery.delete": delete_deliveries(processing, found),
    }


def _day(at: datetime, language: Language) -> str:
    told = day(at.date())
    return told.fr if language == "fr" else told.en


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    text = (Path(__file__).parent / "letters.toml").read_text(encoding="utf-8")
    return cast("Mapping[str, Mapping[str, str]]", tomllib.loads(text))
