"""Add attachments: files that were taken in are stored, each under a key of its own, wrapped by its owner's key."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes, hmac

from attachments.intake import Taken
from attachments.kinds import TERMS, Kind, State
from attachments.store import insert_attachment, insert_chunks
from attachments.view import check_purpose, references_of
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from crypto.stream import wrap_file_key
from kernel.errors import Invalid, NotFound
from kernel.identity import PersonId
from keys.create import Compartment, draw_person_keys, store_person_keys
from keys.open import open_person_keys
from policy.findings import Refusal
from policy.phase import phase_finding

_FINGERPRINT = "fingerprint"
_VERSION = struct.Struct(">H")
_CONTEXT = b"isoloir attachment digest v1"


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file taken in, what it is, and whom it concerns."""

    kind: Kind
    contact: PersonId | None
    taken: Taken


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose key wraps a file's key: a person in one compartment, or the attachment itself."""

    id: PersonId
    compartment: Compartment


def add_attachments(processing: Processing, proposed: Sequence[NewAttachment]) -> list[UUID]:
    """Store files, in order; return their ids.

    Before activation a contact is synthetic, and so is what is added to it; an undertaking is the campaign's own
    document, which it needs to be activated. Raises Refusal for other files of the campaign then, PurposeCannotSee,
    Invalid where a kind asks for a contact or forbids one, NotFound for an unknown contact.
    """
    check_purpose(processing)
    for one in proposed:
        check_kind(one.kind, one.contact)
        _check_phase(processing, one)
    persons = list(dict.fromkeys(one.contact for one in proposed if one.contact is not None))
    references = references_of(processing, persons, locked=True)
    if len(references) != len(persons):
        message = "no such contact in this campaign"
        raise NotFound(message)
    owners, read, made = _owner_keys(processing, [_owner(one) for one in proposed])
    chunks = sum(_store(processing, one, owners[_owner(one)]) for one in proposed)
    counts = {
        "person_key.read": len(persons) + read,
        "person_key.insert": made,
        "attachment.insert": len(proposed),
        "attachment_chunk.insert": chunks,
    }
    free = {"attachments": [str(one.taken.id) for one in proposed], "kinds": sorted({one.kind for one in proposed})}
    subjects = list(references.values())
    processing.note(Note(event=Event.ATTACHMENT_ADDED, counts=counts, subjects=subjects, free=free))
    return [one.taken.id for one in proposed]


def check_kind(kind: Kind, contact: PersonId | None) -> None:
    """Raise Invalid where the kind asks for a contact, or forbids one; known before a file is taken in."""
    wanted = TERMS[kind].contact
    if wanted is not None and wanted != (contact is not None):
        text = "concerns a contact: name it" if wanted else "concerns the campaign, not a contact"
        raise Invalid(f"an attachment of the kind {kind} {text}")


def _check_phase(processing: Processing, one: NewAttachment) -> None:
    """Refuse what may tell of real persons before activation: what concerns no synthetic contact and no undertaking."""
    if one.contact is not None or one.kind is Kind.UNDERTAKING:
        return
    if barred := phase_finding(processing.edition, processing.phase, "kind", synthetic=False):
        raise Refusal([barred])


def _owner(one: NewAttachment) -> _Owner:
    if one.contact is None:
        return _Owner(PersonId(one.taken.id), Compartment.ATTACHMENT)
    return _Owner(one.contact, TERMS[one.kind].compartment)


def _owner_keys(processing: Processing, owners: Sequence[_Owner]) -> tuple[dict[_Owner, bytes], int, int]:
    """Return the owners' keys, those made that were missing, how many were read and how many made."""
    found: dict[_Owner, bytes] = {}
    read = 0
    for compartment in sorted({one.compartment for one in owners}):
        wanted = list(dict.fromkeys(one.id for one in owners if one.compartment is compartment))
        keys = open_person_keys(processing, wanted, compartment)
        read += len(keys)
        missing = [person for person in wanted if person not in keys]
        if missing:
            drawn = draw_person_keys(processing, missing, compartment)
            store_person_keys(processing, drawn, range(len(missing)))
            keys |= dict(zip(drawn.persons, drawn.secrets, strict=True))
        found |= {_Owner(person, compartment): key for person, key in keys.items()}
    return found, read, len(found) - read


def _store(processing: Processing, one: NewAttachment, owner_key: bytes) -> int:
    taken = one.taken
    if taken.campaign != processing.campaign:
        message = "the file was taken in for another campaign"
        raise Invalid(message)
    insert_attachment(processing, _row(processing, one, owner_key))
    return insert_chunks(processing, taken.id, taken.sealed.chunks())


def _row(processing: Processing, one: NewAttachment, owner_key: bytes) -> dict[str, Any]:
    taken, campaign = one.taken, processing.campaign
    return {
        "campaign_id": campaign,
        "id": taken.id,
        "kind": one.kind.value,
        "contact_id": one.contact,
        "compartment": _owner(one).compartment.value,
        "media_type": taken.media_type,
        "size": taken.size,
        "digest": _keyed_digest(processing, taken.plain_digest),
        "wrapped": wrap_file_key(owner_key, campaign=campaign.bytes, file=taken.id.bytes, key=taken.key),
        "state": State.KEPT.value,
        "due_on": None,
        "created_at": processing.at,
    }


def _keyed_digest(processing: Processing, plain_digest: bytes) -> bytes:
    """Return the version of the campaign's key and the digest under it: a bare one would name a known document."""
    key = processing.keys.active(_FINGERPRINT)
    keyed = hmac.HMAC(key.secret, hashes.SHA256())
    keyed.update(_CONTEXT + plain_digest)
    return _VERSION.pack(key.version) + keyed.finalize()
