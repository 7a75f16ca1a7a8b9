"""Cursors: where a listing goes on, sealed so that whoever carries one can neither read it nor make another.

An address holds the cursor, and addresses are kept by logs and histories: the place, a contact's id, must not be read
there. The key is derived from the campaign's ``fingerprint`` key by HMAC under a label of its own.
"""

import binascii
import struct
from base64 import b64decode, urlsafe_b64encode

from crypto.aead import open_sealed, seal
from crypto.campaign_keys import CampaignKeys
from kernel.errors import Unopenable

FORMAT = 1
PURPOSE = "fingerprint"
_LABEL = b"isoloir cursor v1"
_PREFIX = struct.Struct(">BH")


def seal_cursor(keys: CampaignKeys, *, context: bytes, plain: bytes) -> str:
    """Seal a place as text for an address; ``context`` names the listing it belongs to and is bound, not stored."""
    prefix = _PREFIX.pack(FORMAT, keys.active(PURPOSE).version)
    sealed = seal(_key(keys, prefix), plain, prefix + keys.campaign + context)
    return urlsafe_b64encode(prefix + sealed).rstrip(b"=").decode()


def open_cursor(keys: CampaignKeys, *, context: bytes, text: str) -> bytes:
    """Open a cursor of this campaign and listing, or raise ``Unopenable``."""
    try:
        whole = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Unopenable from None
    prefix, sealed = whole[: _PREFIX.size], whole[_PREFIX.size :]
    if len(prefix) != _PREFIX.size or prefix[0] != FORMAT:
        raise Unopenable
    return open_sealed(_key(keys, prefix), sealed, prefix + keys.campaign + context)


def _key(keys: CampaignKeys, prefix: bytes) -> bytes:
    derived = keys.mac(PURPOSE, _PREFIX.unpack(prefix)[1]).copy()
    derived.update(_LABEL)
    return derived.finalize()
