"""What a client program may be allowed to do; the list is closed and documented in docs/api.md."""

CONTACTS_READ = "contacts:read"
CONTACTS_WRITE = "contacts:write"
CONTACTS_ERASE = "contacts:erase"
POLICY_SCREEN = "policy:screen"
AUDIT_READ = "audit:read"
ATTACHMENTS_READ = "attachments:read"
ATTACHMENTS_WRITE = "attachments:write"

SCOPES = frozenset(
    {CONTACTS_READ, CONTACTS_WRITE, CONTACTS_ERASE, POLICY_SCREEN, AUDIT_READ, ATTACHMENTS_READ, ATTACHMENTS_WRITE}
)
