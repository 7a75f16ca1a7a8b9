"""One sealed value outside a contact's record: the free part of an entry, a staged answer."""

import os
import struct

from crypto.aead import NONCE_SIZE, open_sealed, unsafe_seal
from crypto.campaign_keys import CampaignKey, CampaignKeys
from kernel.errors import Unopenable

FORMAT = 1
_MAGIC = b"isoloirV"
_PREFIX = struct.Struct(">BH")
_LENGTHS = struct.Struct(">8sBI")


def seal_value(key: CampaignKey, *, context: bytes, plain: bytes) -> bytes:
    """Seal one value: format, key version, nonce, ciphertext, tag. The context is bound, not stored."""
    return unsafe_seal_value(key, context=context, plain=plain, nonce=os.urandom(NONCE_SIZE))


def unsafe_seal_value(key: CampaignKey, *, context: bytes, plain: bytes, nonce: bytes) -> bytes:
    """Seal under a given nonce: for vectors only."""
    prefix = _PREFIX.pack(FORMAT, key.version)
    return prefix + unsafe_seal(key.secret, plain, _associated(prefix, key.purpose, context), nonce)


def open_value(keys: CampaignKeys, purpose: str, context: bytes, sealed: bytes) -> bytes:
    """Open a value with the key it names, or raise ``Unopenable``."""
    prefix = sealed[: _PREFIX.size]
    if len(prefix) != _PREFIX.size or prefix[0] != FORMAT:
        raise Unopenable
    key = keys.at(purpose, _PREFIX.unpack(prefix)[1])
    return open_sealed(key.secret, sealed[_PREFIX.size :], _associated(prefix, purpose, context))


def _associated(prefix: bytes, purpose: str, context: bytes) -> bytes:
    name = purpose.encode()
    return _LENGTHS.pack(_MAGIC, len(name), len(context)) + prefix + name + context
