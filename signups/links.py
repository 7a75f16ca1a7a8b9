"""The links that stand in mails: they name their campaign, cannot be forged, and only ever take away.

A confirmation is a random secret for one row, which is gone once it was used. The others are signed: whoever holds one
may stop messages to one person, and agree to nothing in that person's name; what it shows bears no name and no address.
"""

import base64
import binascii
import hmac
import secrets
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from uuid import UUID

from crypto.campaign_keys import CampaignKey, CampaignKeys
from kernel.errors import NotFound, Unopenable
from kernel.identity import CampaignId, PersonId

LINK = "link"
"""The purpose of the campaign key that signs links."""
_SECRET_SIZE = 32
_TICKET = struct.Struct(">16s16s32s")
_SIGNED = struct.Struct(">16s16sBHI")
_MAC_SIZE = 32
_LABEL = b"isoloir link v1\0"


class DeadLink(NotFound):
    """Say that a link leads nowhere: forged, used, or too old; nobody is told which."""

    def __init__(self) -> None:
        super().__init__("this link leads nowhere any more")


class Use(IntEnum):
    """What a signed link is for; the numbers are signed and never change."""

    PREFERENCES = 1
    UNSUBSCRIBE = 2
    RIGHTS = 3
    TICKET = 11
    """Whoever received a person's data is told what became of it, and says that it was heard (GDPR art. 19)."""
    DOSSIER = 12
    """A person fetches the dossier that was made for them; a code is asked for besides."""
    EXPORT = 21
    """A registered recipient fetches the one file that was exported for it, once."""


LIVES = {
    Use.PREFERENCES: timedelta(days=7),
    Use.UNSUBSCRIBE: timedelta(days=730),
    Use.RIGHTS: timedelta(days=30),
    Use.TICKET: timedelta(days=60),
    Use.DOSSIER: timedelta(days=90),
    Use.EXPORT: timedelta(days=7),
}
"""How long each holds; the way out of a mail holds as long as mails are kept."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a confirmation link carries: the campaign, the row, and the secret that opens it once."""

    campaign: CampaignId
    signup: UUID
    secret: bytes = field(repr=False)

    def written(self) -> str:
        """Write it as a segment of an address."""
        return _encoded(_TICKET.pack(self.campaign.bytes, self.signup.bytes, self.secret))


def new_ticket(campaign: CampaignId, signup: UUID) -> Ticket:
    """Draw a ticket of 256 random bits."""
    return Ticket(campaign, signup, secrets.token_bytes(_SECRET_SIZE))


def read_ticket(text: str) -> Ticket:
    """Read a ticket. Raises DeadLink."""
    campaign, signup, secret = _TICKET.unpack(_decoded(text, _TICKET.size))
    return Ticket(CampaignId(UUID(bytes=campaign)), UUID(bytes=signup), secret)


def digest_of(key: CampaignKey, ticket: Ticket) -> bytes:
    """Digest the secret of a ticket for its row."""
    return hmac.digest(key.secret, b"isoloir signup\0" + ticket.signup.bytes + ticket.secret, "sha256")


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed link says: whom, or which row, it concerns, what it is for, and when it was written."""

    campaign: CampaignId
    person: PersonId
    use: Use
    written_at: datetime


def sign_link(keys: CampaignKeys, person: PersonId, use: Use, at: datetime) -> str:
    """Write a signed link as a segment of an address."""
    key = keys.active(LINK)
    told = _SIGNED.pack(keys.campaign, person.bytes, use.value, key.version, int(at.timestamp()))
    return _encoded(told + _mac(key, told))


def campaign_of_link(text: str) -> CampaignId:
    """Return the campaign that a signed link claims, before anything is believed of it. Raises DeadLink."""
    return CampaignId(UUID(bytes=_decoded(text, _SIGNED.size + _MAC_SIZE)[:16]))


def read_link(keys: CampaignKeys, text: str, use: Use, at: datetime) -> Link:
    """Return what a link says, if we wrote it for this use and it holds. Raises DeadLink."""
    raw = _decoded(text, _SIGNED.size + _MAC_SIZE)
    told, mac = raw[: _SIGNED.size], raw[_SIGNED.size :]
    campaign, person, number, version, seconds = _SIGNED.unpack(told)
    try:
        expected = _mac(keys.at(LINK, version), told)
    except Unopenable:
        raise DeadLink from None
    written_at = datetime.fromtimestamp(seconds, UTC)
    ours = hmac.compare_digest(mac, expected) and campaign == keys.campaign and number == use.value
    if not ours or not written_at <= at < written_at + LIVES[use]:
        raise DeadLink
    return Link(CampaignId(UUID(bytes=campaign)), PersonId(UUID(bytes=person)), use, written_at)


def _mac(key: CampaignKey, told: bytes) -> bytes:
    return hmac.digest(key.secret, _LABEL + told, "sha256")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str, size: int) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise DeadLink from None
    # Decoders forgive stray last bits: write it again and compare.
    if len(raw) != size or _encoded(raw) != text:
        raise DeadLink
    return raw
