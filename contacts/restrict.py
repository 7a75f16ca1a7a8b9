"""Restrict contacts, and release them: a restricted contact is stored and not used (GDPR art. 18)."""

from collections.abc import Sequence
from enum import StrEnum

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts.opening import references, unwrap
from contacts.store import lock_contacts, set_restricted
from kernel.errors import NotFound
from kernel.identity import PersonId


class RestrictionGround(StrEnum):
    """The grounds of art. 18(1)."""

    ACCURACY_CONTESTED = "accuracy_contested"
    UNLAWFUL_NOT_ERASED = "unlawful_not_erased"
    NEEDED_FOR_CLAIMS = "needed_for_claims"
    OBJECTION_PENDING = "objection_pending"


def restrict_contacts(processing: Processing, persons: Sequence[PersonId], ground: RestrictionGround) -> None:
    """Keep contacts out of use. Raises NotFound if one does not exist."""
    _set(processing, persons, restricted=True, event=Event.CONTACT_RESTRICTED, free={"ground": ground.value})


def release_contacts(processing: Processing, persons: Sequence[PersonId]) -> None:
    """Put contacts back in use; the person must be told before (art. 18(3)). Raises NotFound."""
    _set(processing, persons, restricted=False, event=Event.CONTACT_RELEASED, free={})


def _set(
    processing: Processing,
    persons: Sequence[PersonId],
    *,
    restricted: bool,
    event: Event,
    free: dict[str, str],
) -> None:
    wanted = list(dict.fromkeys(persons))
    contacts = unwrap(processing, lock_contacts(processing, wanted))
    if len(contacts) != len(wanted):
        message = "no such contact in this campaign"
        raise NotFound(message)
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
