"""What a client program may be allowed to do; the list is closed and documented in docs/api.md."""

CONTACTS_READ = "contacts:read"
CONTACTS_WRITE = "contacts:write"
CONTACTS_ERASE = "contacts:erase"
POLICY_SCREEN = "policy:screen"
AUDIT_READ = "audit:read"

SCOPES = frozenset({CONTACTS_READ, CONTACTS_WRITE, CONTACTS_ERASE, POLICY_SCREEN, AUDIT_READ})

REVIEW_DECIDE = "review:decide"
STAFF_READ = "staff:read"
STAFF_MANAGE = "staff:manage"
APPROVALS_READ = "approvals:read"
APPROVALS_REQUEST = "approvals:request"
APPROVALS_DECIDE = "approvals:decide"
APPROVALS_OBJECT = "approvals:object"
ACCOUNT_OWN = "account:own"

STAFF_SCOPES = SCOPES | {
    REVIEW_DECIDE,
    STAFF_READ,
    STAFF_MANAGE,
    APPROVALS_READ,
    APPROVALS_REQUEST,
    APPROVALS_DECIDE,
    APPROVALS_OBJECT,
    ACCOUNT_OWN,
}
"""What a member of staff may be allowed to do, by role (roles.toml); no program is given the staff's own scopes."""
