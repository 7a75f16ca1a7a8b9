"""What the outside may be told of a processing: a closed list of announcements, and which events make which.

An announcement names ids, never a value. An event that must announce says so in its note, even if it is to nobody;
what concerns the campaign as a whole is announced without a word of its use-case.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from audit.events import Event


class Announcement(StrEnum):
    """The kinds of announcement; webhooks bear these words as their types, so they never change."""

    CAMPAIGN_CREATED = "campaign.created"
    CAMPAIGN_ACTIVATED = "campaign.activated"
    CAMPAIGN_CLOSING = "campaign.closing"
    ELECTION_ADDED = "election.added"
    ELECTION_CHANGED = "election.changed"
    CONTACT_CREATED = "contact.created"
    CONTACT_UPDATED = "contact.updated"
    CONTACT_RESTRICTED = "contact.restricted"
    CONTACT_RELEASED = "contact.released"
    CONTACT_ERASED = "contact.erased"
    CONTACT_RECTIFIED = "contact.rectified"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    REQUEST_RECEIVED = "request.received"
    REQUEST_ANSWERED = "request.answered"
    IMPORT_FINISHED = "import.finished"
    ATTRIBUTE_REFUSED = "attribute.refused"


CAMPAIGN_WIDE: Mapping[Event, Announcement] = MappingProxyType(
    {
        Event.CAMPAIGN_CREATED: Announcement.CAMPAIGN_CREATED,
        Event.CAMPAIGN_ACTIVATED: Announcement.CAMPAIGN_ACTIVATED,
        Event.CAMPAIGN_CLOSING: Announcement.CAMPAIGN_CLOSING,
        Event.ELECTION_ADDED: Announcement.ELECTION_ADDED,
        Event.ELECTION_CHANGED: Announcement.ELECTION_CHANGED,
    }
)
"""Events that are announced by themselves: the campaign is all there is to name."""

OF_CONTACTS: Mapping[Event, frozenset[Announcement]] = MappingProxyType(
    {
        Event.CONTACT_RECORDED: frozenset(
            {Announcement.CONTACT_CREATED, Announcement.CONTACT_UPDATED, Announcement.CONTACT_RESTRICTED}
        ),
        Event.CONTACT_AMENDED: frozenset({Announcement.CONTACT_UPDATED}),
        Event.CONTACT_RESTORED: frozenset({Announcement.CONTACT_UPDATED}),
        Event.CONTACT_RESTRICTED: frozenset({Announcement.CONTACT_RESTRICTED}),
        Event.CONTACT_RELEASED: frozenset({Announcement.CONTACT_RELEASED}),
        Event.CONTACT_ERASED: frozenset({Announcement.CONTACT_ERASED}),
        Event.CONSENT_RECORDED: frozenset({Announcement.CONSENT_WITHDRAWN}),
        Event.IMPORT_FINISHED: frozenset({Announcement.IMPORT_FINISHED}),
        Event.RIGHTS_REQUEST_RECEIVED: frozenset({Announcement.REQUEST_RECEIVED}),
        Event.RIGHTS_REQUEST_ANSWERED: frozenset({Announcement.REQUEST_ANSWERED, Announcement.CONTACT_RECTIFIED}),
    }
)
"""Events whose notes must say whom, or which request or import, they concern, and as what."""

OF_REQUESTS = frozenset({Announcement.REQUEST_RECEIVED, Announcement.REQUEST_ANSWERED})
"""Announcements that name requests, not contacts."""

OF_IMPORTS = frozenset({Announcement.IMPORT_FINISHED})
"""Announcements that name imports, by the ids of their jobs."""
