"""What is told of an attachment without opening it, and whether a purpose may see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from attachments.errors import PurposeCannotSee, Withheld
from attachments.kinds import Kind, State
from audit.processing import Processing
from audit.register import RESTITUTION
from crypto.person_keys import subject_references
from kernel.identity import PersonId
from keys.create import Compartment
from keys.open import open_person_keys

PURPOSES = frozenset({"contact_management", "membership_management", "rights_request", "administration"})
"""The purposes that need whole documents; a canvasser needs none (GDPR art. 5(1)(c))."""
UNRESTRICTED = "rights_request"
"""The purpose for which nothing kept is withheld: the person's own request."""
_OPENS_ALL = frozenset({UNRESTRICTED, RESTITUTION})
_REFERENCE = "audit:reference"


WhoIsRestricted = Callable[[Processing, Sequence[PersonId]], dict[PersonId, bool]]
"""Tell whether each of these persons' contacts is kept out of use (GDPR art. 18): a room above knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An attachment, without its content."""

    id: UUID
    kind: Kind
    contact: PersonId | None
    media_type: str
    size: int
    state: State
    due_on: date | None
    created_at: datetime


def view(row: Any) -> Attachment:  # noqa: ANN401 - a row
    """Return what a row says."""
    return Attachment(
        id=row.id,
        kind=Kind(row.kind),
        contact=None if row.contact_id is None else PersonId(row.contact_id),
        media_type=row.media_type,
        size=row.size,
        state=State(row.state),
        due_on=row.due_on,
        created_at=row.created_at,
    )


def check_purpose(processing: Processing) -> None:
    """Raise PurposeCannotSee unless the declared purpose needs whole documents."""
    if processing.purpose not in PURPOSES | {RESTITUTION}:
        raise PurposeCannotSee(f"this purpose has no need of attachments; declare one of {', '.join(sorted(PURPOSES))}")


def check_shown(
    processing: Processing, attachments: Sequence[Attachment], who_is_restricted: WhoIsRestricted
) -> dict[str, int]:
    """Raise Withheld for what stands in restricted archive, is past its day, or concerns a restricted contact.

    Return the rows to note.
    """
    if processing.purpose in _OPENS_ALL:
        return {}
    for one in attachments:
        if one.state is State.ARCHIVED or (one.due_on is not None and one.due_on < processing.today):
            raise Withheld(f"the attachment is in restricted archive: only the purpose {UNRESTRICTED} opens it")
    persons = persons_of(attachments)
    restricted = who_is_restricted(processing, persons) if persons else {}
    if any(restricted.values()):
        raise Withheld(f"the contact is restricted: only the purpose {UNRESTRICTED} opens its attachments")
    return {"contact.read": len(restricted)}


def references_of(
    processing: Processing, persons: Sequence[PersonId], *, locked: bool = False
) -> dict[PersonId, bytes]:
    """Return the references of those of these persons whose contact is there; the caller notes ``person_key.read``."""
    keys = open_person_keys(processing, persons, Compartment.CONTACT, locked=locked)
    known = [(person.bytes, key) for person, key in keys.items()]
    references = subject_references(processing.keys.active(_REFERENCE), known)
    return dict(zip(keys, references, strict=True))


def persons_of(attachments: Sequence[Attachment]) -> list[PersonId]:
    """Return the persons concerned, each once."""
    return list(dict.fromkeys(one.contact for one in attachments if one.contact is not None))
