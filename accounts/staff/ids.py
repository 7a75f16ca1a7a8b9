"""What staff carry around: ids, session tokens, invitations. Each names its campaign before anybody is known."""

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from crypto.campaign_keys import CampaignKey
from kernel.errors import Unauthenticated
from kernel.identity import CampaignId, StaffId

SECRET = "staff_secret"  # noqa: S105 - the name of a key's purpose
SESSION_PREFIX = "isoloir_session_"
INVITATION_PREFIX = "isoloir_invitation_"
STAFF_PREFIX = "isoloir_staff_"
_ID_SIZE = 16
_SECRET_SIZE = 32

Kind = Literal["session", "invitation", "recovery"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """An opaque token taken apart: campaign, the id of its row, and the secret."""

    campaign: CampaignId
    id: UUID
    secret: bytes = field(repr=False)

    def written(self, prefix: str) -> str:
        """Write the token."""
        return prefix + _encoded(self.campaign.bytes + self.id.bytes + self.secret)


def new_ticket(campaign: CampaignId, row: UUID) -> Ticket:
    """Draw a token of 256 random bits for a row."""
    return Ticket(campaign, row, secrets.token_bytes(_SECRET_SIZE))


def read_ticket(text: str, prefix: str) -> Ticket:
    """Read a token. Raises Unauthenticated for anything that is not one."""
    raw = _decoded(text, prefix, 2 * _ID_SIZE + _SECRET_SIZE)
    campaign, row = UUID(bytes=raw[:_ID_SIZE]), UUID(bytes=raw[_ID_SIZE : 2 * _ID_SIZE])
    return Ticket(CampaignId(campaign), row, raw[2 * _ID_SIZE :])


def public_id(campaign: CampaignId, staff: StaffId) -> str:
    """Write a staff id that names its campaign."""
    return STAFF_PREFIX + _encoded(campaign.bytes + staff.bytes)


def read_public_id(text: str) -> tuple[CampaignId, StaffId]:
    """Read a staff id. Raises Unauthenticated for anything that is not one."""
    raw = _decoded(text, STAFF_PREFIX, 2 * _ID_SIZE)
    return CampaignId(UUID(bytes=raw[:_ID_SIZE])), StaffId(UUID(bytes=raw[_ID_SIZE:]))


def digest_of(key: CampaignKey, kind: Kind, row: UUID, secret: bytes) -> bytes:
    """Digest a secret for the row it opens: one of another kind, or of another row, has another digest."""
    return hmac.digest(key.secret, f"isoloir {kind}\0".encode() + row.bytes + secret, "sha256")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str, prefix: str, size: int) -> bytes:
    body = text.removeprefix(prefix)
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    # Decoders forgive stray last bits: write it again and compare.
    if not text.startswith(prefix) or len(raw) != size or _encoded(raw) != body:
        message = "nobody is known by that"
        raise Unauthenticated(message)
    return raw
