"""What a client program may be allowed to do; the list is closed and documented in docs/api.md."""

CONTACTS_READ = "contacts:read"
CONTACTS_WRITE = "contacts:write"
CONTACTS_ERASE = "contacts:erase"
POLICY_SCREEN = "policy:screen"
AUDIT_READ = "audit:read"
WEBHOOKS_READ = "webhooks:read"
WEBHOOKS_WRITE = "webhooks:write"
JOBS_READ = "jobs:read"
JOBS_WRITE = "jobs:write"

SCOPES = frozenset(
    {
        CONTACTS_READ,
        CONTACTS_WRITE,
        CONTACTS_ERASE,
        POLICY_SCREEN,
        AUDIT_READ,
        WEBHOOKS_READ,
        WEBHOOKS_WRITE,
        JOBS_READ,
        JOBS_WRITE,
    },
)
