"""Reveal attachments: the note first, then the content, opened chunk by chunk as it is sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from attachments.intake import SealedFile
from attachments.store import read_attachments, read_chunks
from attachments.view import (
    Attachment,
    WhoIsRestricted,
    check_purpose,
    check_shown,
    persons_of,
    references_of,
    view,
)
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from crypto.stream import open_chunks, unwrap_file_key
from kernel.errors import Unopenable
from kernel.identity import CampaignId, PersonId
from keys.create import Compartment
from keys.open import open_person_keys


@dataclass(frozen=True, slots=True)
class RevealedAttachment:
    """An attachment whose content may be read once, after the processing was noted; sealed until then."""

    attachment: Attachment
    _campaign: CampaignId = field(repr=False)
    _key: bytes = field(repr=False)
    _sealed: SealedFile = field(repr=False)

    def content(self) -> Iterator[bytes]:
        """Yield the content in chunks, and close."""
        try:
            yield from self.opened()
        finally:
            self.close()

    def opened(self) -> Iterator[bytes]:
        """Yield the content in chunks. Raises Unopenable."""
        chunks = self._sealed.chunks()
        return open_chunks(self._key, chunks, campaign=self._campaign.bytes, file=self.attachment.id.bytes)

    def close(self) -> None:
        """Drop the sealed copy."""
        self._sealed.close()


def reveal_attachments(
    processing: Processing, attachments: Sequence[UUID], folder: Path, who_is_restricted: WhoIsRestricted
) -> list[RevealedAttachment | None]:
    """Return attachments to read, in order; None where there is none.

    The sealed chunks are copied aside, and all are opened once: what was cut, moved or spoilt is refused before a byte
    of it leaves. Raises PurposeCannotSee, Withheld, Unopenable.
    """
    check_purpose(processing)
    rows = {row.id: row for row in read_attachments(processing, list(dict.fromkeys(attachments)))}
    views = {place: view(row) for place, row in rows.items()}
    looked_up = check_shown(processing, list(views.values()), who_is_restricted)
    references = references_of(processing, persons_of(list(views.values())))
    owners = _owner_keys(processing, list(rows.values()))
    revealed: dict[UUID, RevealedAttachment] = {}
    chunks = 0
    try:
        for place, row in rows.items():
            key = _file_key(processing, row, owners)
            revealed[place] = RevealedAttachment(views[place], processing.campaign, key, SealedFile(folder))
            chunks += _copy(processing, revealed[place])
    except BaseException:
        for one in revealed.values():
            one.close()
        raise
    counts = {
        "attachment.read": len(rows),
        "attachment_chunk.read": chunks,
        "person_key.read": len(references) + len(owners),
        **looked_up,
    }
    free = {"attachments": [str(place) for place in rows]}
    subjects = list(references.values())
    processing.note(Note(event=Event.ATTACHMENT_REVEALED, counts=counts, subjects=subjects, free=free))
    return [revealed.get(place) for place in attachments]


def _owner_keys(processing: Processing, rows: Sequence[Any]) -> dict[tuple[int, PersonId], bytes]:
    found: dict[tuple[int, PersonId], bytes] = {}
    for compartment in sorted({row.compartment for row in rows}):
        owners = list(dict.fromkeys(_owner(row) for row in rows if row.compartment == compartment))
        keys = open_person_keys(processing, owners, Compartment(compartment))
        found |= {(compartment, person): key for person, key in keys.items()}
    return found


def _owner(row: Any) -> PersonId:  # noqa: ANN401 - a row
    return PersonId(row.id if row.contact_id is None else row.contact_id)


def _file_key(processing: Processing, row: Any, owners: dict[tuple[int, PersonId], bytes]) -> bytes:  # noqa: ANN401
    owner_key = owners.get((row.compartment, _owner(row)))
    if owner_key is None:
        raise Unopenable
    return unwrap_file_key(owner_key, campaign=processing.campaign.bytes, file=row.id.bytes, wrapped=row.wrapped)


def _copy(processing: Processing, revealed: RevealedAttachment) -> int:
    """Copy the sealed chunks aside, open each once, and return how many there are."""
    count = 0
    for chunk in read_chunks(processing, revealed.attachment.id):
        revealed._sealed.add(chunk)  # noqa: SLF001 - the two functions of one module make it
        count += 1
    if sum(map(len, revealed.opened())) != revealed.attachment.size:
        raise Unopenable
    return count
