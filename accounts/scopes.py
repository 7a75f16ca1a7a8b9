"""What a client program may be allowed to do; the list is closed and documented in docs/api.md.

A scope of contacts may be narrowed to one data category of the law's matrix: ``contacts:read:phone``. Whoever holds
only narrowed ones reads, or writes, the fields of these categories and no others.
"""

from collections.abc import Collection

from kernel.actor import Actor
from kernel.errors import Forbidden, Invalid
from policy.edition import Edition

CONTACTS_READ = "contacts:read"
CONTACTS_LIST = "contacts:list"
CONTACTS_WRITE = "contacts:write"
CONTACTS_ERASE = "contacts:erase"
POLICY_SCREEN = "policy:screen"
AUDIT_READ = "audit:read"
CAMPAIGN_READ = "campaign:read"
CAMPAIGN_WRITE = "campaign:write"
CLIENTS_READ = "clients:read"
CLIENTS_WRITE = "clients:write"
WEBHOOKS_READ = "webhooks:read"
WEBHOOKS_WRITE = "webhooks:write"
JOBS_READ = "jobs:read"
JOBS_WRITE = "jobs:write"
ATTACHMENTS_READ = "attachments:read"
ATTACHMENTS_WRITE = "attachments:write"
CONSENTS_READ = "consents:read"
CONSENTS_WRITE = "consents:write"
IMPORTS_READ = "imports:read"
IMPORTS_WRITE = "imports:write"
EXPORTS_READ = "exports:read"
EXPORTS_WRITE = "exports:write"
ELIGIBILITY_ASK = "eligibility:ask"
INTERACTIONS_READ = "interactions:read"
INTERACTIONS_WRITE = "interactions:write"
MESSAGES_READ = "messages:read"
MESSAGES_WRITE = "messages:write"
TARGETING_READ = "targeting:read"
RETENTION_READ = "retention:read"
RETENTION_WRITE = "retention:write"
BREACHES_READ = "breaches:read"
BREACHES_WRITE = "breaches:write"
DOSSIERS_MAKE = "dossiers:make"
REQUESTS_READ = "requests:read"
REQUESTS_WRITE = "requests:write"
REQUESTS_DECIDE = "requests:decide"
SHEETS_MAKE = "sheets:make"
SHEETS_KEY = "sheets:key"

ADMINISTRATION = "administration"
"""The purpose of looking after clients."""

SCOPES = frozenset(
    {
        CONTACTS_READ,
        CONTACTS_LIST,
        CONTACTS_WRITE,
        CONTACTS_ERASE,
        POLICY_SCREEN,
        AUDIT_READ,
        CAMPAIGN_READ,
        CAMPAIGN_WRITE,
        CLIENTS_READ,
        CLIENTS_WRITE,
        WEBHOOKS_READ,
        WEBHOOKS_WRITE,
        JOBS_READ,
        JOBS_WRITE,
        ATTACHMENTS_READ,
        ATTACHMENTS_WRITE,
        CONSENTS_READ,
        CONSENTS_WRITE,
        IMPORTS_READ,
        IMPORTS_WRITE,
        EXPORTS_READ,
        EXPORTS_WRITE,
        ELIGIBILITY_ASK,
        INTERACTIONS_READ,
        INTERACTIONS_WRITE,
        MESSAGES_READ,
        MESSAGES_WRITE,
        TARGETING_READ,
        RETENTION_READ,
        RETENTION_WRITE,
        BREACHES_READ,
        BREACHES_WRITE,
        DOSSIERS_MAKE,
        REQUESTS_READ,
        REQUESTS_WRITE,
        REQUESTS_DECIDE,
        SHEETS_MAKE,
        SHEETS_KEY,
    }
)
NARROWED = frozenset({CONTACTS_READ, CONTACTS_WRITE})
"""The scopes that a data category may narrow."""
OWN_WORDS = "custom"
"""The data category of the campaign's own fields and tags."""


def check_scopes(given: Collection[str], edition: Edition) -> None:
    """Raise Invalid for a scope that is none, or narrowed to what is no data category of stored fields."""
    known = SCOPES | {f"{scope}:{category}" for scope in NARROWED for category in data_categories(edition)}
    unknown = sorted(set(given) - known)
    if unknown:
        message = f"unknown scope: {', '.join(unknown)}"
        raise Invalid(message)


def data_categories(edition: Edition) -> frozenset[str]:
    """Return the data categories that a record can hold something of."""
    return frozenset({OWN_WORDS, *(field.row for field in edition.fields.values() if field.code is not None)})


def reach(actor: Actor, scope: str) -> set[str] | None:
    """Return the data categories to which the actor's ``scope`` is narrowed; None where it is whole."""
    if scope in actor.scopes or "*" in actor.scopes:
        return None
    return {one[len(scope) + 1 :] for one in actor.scopes if one.startswith(f"{scope}:")}


def check_grants(actor: Actor, scopes: Collection[str], purposes: Collection[str]) -> None:
    """Raise Forbidden where an actor would hand on more than it holds: a program must not make a stronger one."""
    if "*" in actor.scopes:
        return
    beyond = [one for one in scopes if one not in actor.scopes and one.rpartition(":")[0] not in actor.scopes]
    if beyond or not set(purposes) <= actor.purposes:
        raise Forbidden("nobody hands on a scope or a purpose without holding it")


REVIEW_READ = "review:read"
REVIEW_DECIDE = "review:decide"
REVIEW_OBJECT = "review:object"
STAFF_READ = "staff:read"
STAFF_MANAGE = "staff:manage"
APPROVALS_READ = "approvals:read"
APPROVALS_REQUEST = "approvals:request"
APPROVALS_DECIDE = "approvals:decide"
APPROVALS_OBJECT = "approvals:object"
ACCOUNT_OWN = "account:own"
POSITIONS_READ = "positions:read"

STAFF_SCOPES = SCOPES | {
    REVIEW_READ,
    REVIEW_DECIDE,
    REVIEW_OBJECT,
    STAFF_READ,
    STAFF_MANAGE,
    APPROVALS_READ,
    APPROVALS_REQUEST,
    APPROVALS_DECIDE,
    APPROVALS_OBJECT,
    ACCOUNT_OWN,
    POSITIONS_READ,
}
"""What a member of staff may be allowed to do, by role (roles.toml); no program is given the staff's own scopes."""
