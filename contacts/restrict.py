"""Restrict contacts, and release them: a restricted contact is stored and not used (GDPR art. 18)."""

from collections.abc import Sequence
from enum import StrEnum

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.amend import StaleRevision
from contacts.opening import OpenedContact, references, unwrap
from contacts.store.records import lock_contacts, read_contacts, restrictions_of, set_restricted
from kernel.errors import NotFound
from kernel.identity import PersonId
from outreach.outgoing import take_out_of_use


class RestrictionGround(StrEnum):
    """The grounds of art. 18(1)."""

    ACCURACY_CONTESTED = "accuracy_contested"
    UNLAWFUL_NOT_ERASED = "unlawful_not_erased"
    NEEDED_FOR_CLAIMS = "needed_for_claims"
    OBJECTION_PENDING = "objection_pending"


def restrict_contacts(
    processing: Processing, persons: Sequence[PersonId], ground: RestrictionGround, *, revision: int | None = None
) -> None:
    """Keep contacts out of use, at ``revision`` if one is named. Raises NotFound, StaleRevision."""
    event, free = Event.CONTACT_RESTRICTED, {"ground": ground.value}
    _set(processing, persons, restricted=True, event=event, free=free, revision=revision)


def release_contacts(processing: Processing, persons: Sequence[PersonId], *, revision: int | None = None) -> None:
    """Put contacts back in use; the person must be told before (art. 18(3)). Raises NotFound, StaleRevision."""
    _set(processing, persons, restricted=False, event=Event.CONTACT_RELEASED, free={}, revision=revision)


def who_is_restricted(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, bool]:
    """Return whether each of these persons' contacts is restricted; the caller notes ``contact.read``, one for each."""
    return restrictions_of(processing, persons)


def check_revision(processing: Processing, person: PersonId, revision: int) -> None:
    """Check that a contact is as its caller read it. Raises NotFound, StaleRevision."""
    contacts = unwrap(processing, read_contacts(processing, [person]))
    _check(contacts, 1, revision)
    subjects = references(processing, contacts)
    processing.note(Note(event=Event.CONTACT_REVEALED, counts={"contact.read": 1}, subjects=subjects))


def _check(contacts: Sequence[OpenedContact], wanted: int, revision: int | None) -> None:
    if len(contacts) != wanted:
        message = "no such contact in this campaign"
        raise NotFound(message)
    if revision is not None and any(one.row.revision != revision for one in contacts):
        message = "the contact was changed since you read it: read it again"
        raise StaleRevision(message)


def _set(
    processing: Processing,
    persons: Sequence[PersonId],
    *,
    restricted: bool,
    event: Event,
    free: dict[str, str],
    revision: int | None,
) -> None:
    wanted = list(dict.fromkeys(persons))
    if restricted:
        take_out_of_use(processing)
    contacts = unwrap(processing, lock_contacts(processing, wanted))
    _check(contacts, len(wanted), revision)
    set_restricted(processing, wanted, restricted=restricted)
    counts = {"contact.read": len(wanted), "contact.update": len(wanted)}
    processing.note(
        Note(
            event=event,
            counts=counts,
            subjects=references(processing, contacts),
            free=free,
            announced={Announcement.CONTACT_RESTRICTED if restricted else Announcement.CONTACT_RELEASED: wanted},
        ),
    )
