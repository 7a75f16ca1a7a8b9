"""One sealed value under a person's own key, outside a contact's record: it opens no more once the key is shredded."""

import hmac
import struct

from crypto.aead import IDENTIFIER_SIZE, open_sealed, require_size, seal
from kernel.errors import Invalid, Unopenable

FORMAT = 1
DIGEST_SIZE = 16
_MAGIC = b"isoloirS"
_DIGEST = b"isoloir personal digest v1\x00"
_CONTEXT = struct.Struct(">8sB16s16sHH")


def seal_personal(key: bytes, plain: bytes, *, campaign: bytes, person: bytes, compartment: int, field: int) -> bytes:
    """Seal one value: format, nonce, ciphertext, tag. Campaign, person, compartment and field are bound, not stored."""
    return bytes((FORMAT,)) + seal(key, plain, _context(campaign, person, compartment, field))


def open_personal(key: bytes, sealed: bytes, *, campaign: bytes, person: bytes, compartment: int, field: int) -> bytes:
    """Open what ``seal_personal`` made, or raise ``Unopenable``."""
    if sealed[:1] != bytes((FORMAT,)):
        raise Unopenable
    return open_sealed(key, sealed[1:], _context(campaign, person, compartment, field))


def personal_digest(key: bytes, plain: bytes) -> bytes:
    """Return by what equal values are known again: a keyed hash, dead once the person's key is shredded."""
    return hmac.digest(key, _DIGEST + plain, "sha256")[:DIGEST_SIZE]


def _context(campaign: bytes, person: bytes, compartment: int, field: int) -> bytes:
    require_size(campaign, IDENTIFIER_SIZE, "a campaign id")
    require_size(person, IDENTIFIER_SIZE, "a person id")
    try:
        return _CONTEXT.pack(_MAGIC, FORMAT, campaign, person, compartment, field)
    except struct.error:
        raise Invalid("a compartment or a field is out of range") from None
