"""The closed list of events an entry may tell of."""

from enum import StrEnum


class Event(StrEnum):
    """What happened; the words are the glossary's and never change, because old entries carry them."""

    REFUSED = "processing.refused"
    CAMPAIGN_CREATED = "campaign.created"
    ELECTION_ADDED = "election.added"
    CLIENT_CREATED = "client.created"
    CLIENT_AUTHENTICATED = "client.authenticated"
    ORIGIN_DECLARED = "origin.declared"
    CUSTOM_FIELD_REGISTERED = "custom_field.registered"
    TAG_REGISTERED = "tag.registered"
    REGISTRY_READ = "registry.read"
    CONTACT_RECORDED = "contact.recorded"
    CONTACT_AMENDED = "contact.amended"
    CONTACT_REVEALED = "contact.revealed"
    CONTACT_LISTED = "contact.listed"
    CONTACT_SEARCHED = "contact.searched"
    CONTACT_RESTRICTED = "contact.restricted"
    CONTACT_RELEASED = "contact.released"
    CONTACT_ERASED = "contact.erased"
    IMPORT_PREPARED = "import.prepared"
    IMPORT_SIMULATED = "import.simulated"
    IMPORT_STARTED = "import.started"
    IMPORT_CHUNK_STORED = "import.chunk_stored"
    IMPORT_REPORTED = "import.reported"
    IMPORT_FINISHED = "import.finished"
    EXPORT_STARTED = "export.started"
    EXPORT_CHUNK_EMITTED = "export.chunk_emitted"
    EXPORT_FINISHED = "export.finished"
    CAMPAIGN_KEY_ADDED = "campaign_key.added"
    CAMPAIGN_KEY_ADVANCED = "campaign_key.advanced"
    CAMPAIGN_KEY_REWRAPPED = "campaign_key.rewrapped"
    CAMPAIGN_KEY_DESTROYED = "campaign_key.destroyed"
    PERSON_KEYS_REWRAPPED = "person_key.rewrapped"
    INDEX_REBUILT = "index.rebuilt"
    REQUEST_KEY_SWEPT = "request_key.swept"
    LAW_READ = "law.read"
    LOG_READ = "log.read"


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
