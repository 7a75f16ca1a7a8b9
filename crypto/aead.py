"""AES-256-GCM with a random 96-bit nonce: the one cipher, and the one error when it does not open."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.errors import Invalid, Unopenable

KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16
OVERHEAD = NONCE_SIZE + TAG_SIZE
IDENTIFIER_SIZE = 16


def seal(key: bytes, plain: bytes, associated: bytes) -> bytes:
    """Seal under a fresh random nonce: nonce, ciphertext, tag."""
    return unsafe_seal(key, plain, associated, os.urandom(NONCE_SIZE))


def unsafe_seal(key: bytes, plain: bytes, associated: bytes, nonce: bytes) -> bytes:
    """Seal under a given nonce. A nonce used twice under one key gives the key's secrets away: for vectors only."""
    return nonce + AESGCM(key).encrypt(nonce, plain, associated)


def open_sealed(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Open what ``seal`` made, or raise ``Unopenable``."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], associated)
    except (InvalidTag, ValueError):
        raise Unopenable from None


def draw_nonces(count: int) -> list[bytes]:
    """Draw ``count`` nonces with one call for randomness."""
    return cut(os.urandom(NONCE_SIZE * count), NONCE_SIZE)


def draw_keys(count: int) -> list[bytes]:
    """Draw ``count`` 256-bit keys with one call for randomness."""
    return cut(os.urandom(KEY_SIZE * count), KEY_SIZE)


def cut(pool: bytes, size: int) -> list[bytes]:
    """Cut a run of bytes into pieces of one size."""
    return [pool[start : start + size] for start in range(0, len(pool), size)]


def require_size(value: bytes, size: int, what: str) -> None:
    """Refuse a value of another size: associated data are of fixed width, so that no two inputs share one form."""
    if len(value) != size:
        raise Invalid(f"{what} must be {size} bytes")
