"""Person keys: 256 random bits per person and compartment, wrapped by the campaign's ``kek``.

A wrapped key is nonce, ciphertext, tag: 60 bytes. Its format and the version of the ``kek`` are bound by the seal; the
version stands beside it.
"""

import struct
from collections.abc import Iterable, Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from crypto.aead import IDENTIFIER_SIZE, KEY_SIZE, NONCE_SIZE, OVERHEAD, draw_keys, draw_nonces
from crypto.campaign_keys import CampaignKey, CampaignKeys
from kernel.errors import Invalid, Unopenable

Entry = tuple[bytes, int, int, bytes]
"""Person (16 bytes), compartment, generation, key (32 bytes)."""
Wrapped = tuple[bytes, int, int, int, bytes]
"""Person (16 bytes), compartment, generation, version of the ``kek``, wrapped key (60 bytes)."""

WRAP_FORMAT = 1
WRAPPED_SIZE = KEY_SIZE + OVERHEAD
REFERENCE_SIZE = 16
_MAGIC = b"isoloirP"
_CONTEXT = struct.Struct(">8sB16sI16sHB")
_SALT = b"isoloir subject salt v1"
_INNER_PAD, _OUTER_PAD = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_BLOCK_REST = 64 - KEY_SIZE
_INNER_REST, _OUTER_REST = b"\x36" * _BLOCK_REST + _SALT, b"\x5c" * _BLOCK_REST
"""What follows a key in the block of SHA-256, and in the inner hash the text."""


def new_person_keys(count: int) -> list[bytes]:
    """Draw ``count`` person keys with one call for randomness."""
    return draw_keys(count)


def wrap_person_keys(keys: CampaignKeys, entries: Sequence[Entry]) -> tuple[int, list[bytes]]:
    """Wrap person keys under the active ``kek``; return its version and the wrapped keys in order."""
    return unsafe_wrap_person_keys(keys, entries, draw_nonces(len(entries)))


def unsafe_wrap_person_keys(
    keys: CampaignKeys, entries: Sequence[Entry], nonces: Iterable[bytes]
) -> tuple[int, list[bytes]]:
    """Wrap under given nonces: for vectors only."""
    kek = keys.active("kek")
    encrypt = AESGCM(kek.secret).encrypt
    wrapped = []
    for (person, compartment, generation, key), nonce in zip(entries, nonces, strict=True):
        if len(key) != KEY_SIZE:
            raise Invalid("a person key must be 32 bytes")
        context = _context(keys.campaign, kek.version, person, compartment, generation)
        wrapped.append(nonce + encrypt(nonce, key, context))
    return kek.version, wrapped


def unwrap_person_keys(keys: CampaignKeys, rows: Sequence[Wrapped]) -> list[bytes]:
    """Unwrap person keys in order, or raise ``Unopenable`` if any does not open."""
    ciphers: dict[int, AESGCM] = {}
    opened = []
    for person, compartment, generation, version, wrapped in rows:
        cipher = ciphers.get(version)
        if cipher is None:
            cipher = ciphers[version] = AESGCM(keys.at("kek", version).secret)
        if len(wrapped) != WRAPPED_SIZE:
            raise Unopenable
        try:
            context = _context(keys.campaign, version, person, compartment, generation)
            opened.append(cipher.decrypt(wrapped[:NONCE_SIZE], wrapped[NONCE_SIZE:], context))
        except (InvalidTag, Invalid):
            raise Unopenable from None
    return opened


def rewrap_person_keys(keys: CampaignKeys, rows: Sequence[Wrapped]) -> tuple[int, list[bytes]]:
    """Wrap person keys anew under the active ``kek``: what was sealed under them stays as it is."""
    opened = unwrap_person_keys(keys, rows)
    return wrap_person_keys(keys, [(*row[:3], key) for row, key in zip(rows, opened, strict=True)])


def subject_reference(keys: CampaignKeys, person: bytes, person_key: bytes) -> bytes:
    """Name a person in the log so that the name dies with the key of the contact compartment."""
    return subject_references(keys.active("audit:reference"), [(person, person_key)])[0]


def subject_references(key: CampaignKey, persons: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """Name many persons (id, key) under one version of ``audit:reference``."""
    begun = HMAC(key.secret, SHA256())
    references = []
    for person, person_key in persons:
        if len(person) != IDENTIFIER_SIZE or len(person_key) != KEY_SIZE:
            raise Invalid("a person id is 16 bytes and a person key 32")
        named = begun.copy()
        named.update(person + _salt_of(person_key))
        references.append(named.finalize()[:REFERENCE_SIZE])
    return references


def _salt_of(person_key: bytes) -> bytes:
    """Return HMAC-SHA-256 of the salt's name under a person's key (RFC 2104), its two hashes written out.

    The libraries prepare a key in twice the time of both hashes, and each of these keys is used once.
    """
    inner = sha256(person_key.translate(_INNER_PAD) + _INNER_REST)
    return sha256(person_key.translate(_OUTER_PAD) + _OUTER_REST + inner.digest()).digest()


def _context(campaign: bytes, version: int, person: bytes, compartment: int, generation: int) -> bytes:
    if len(person) != IDENTIFIER_SIZE:
        raise Invalid("a person id must be 16 bytes")
    try:
        return _CONTEXT.pack(_MAGIC, WRAP_FORMAT, campaign, version, person, compartment, generation)
    except struct.error:
        raise Invalid("a compartment or a generation is out of range") from None
